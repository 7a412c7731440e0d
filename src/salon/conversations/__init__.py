"""What happens to conversations apart from runs: list, share, import, judge, watch, delete."""
