"""The use cases of conversations apart from runs: list, share, import, rate, watch, delete."""
