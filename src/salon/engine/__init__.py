"""Runs chat functions: accepts turns, writes run logs, owns concurrency."""
