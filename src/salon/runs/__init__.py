"""Runs and their logs: what is being answered, and everything that was said, entry by entry."""
