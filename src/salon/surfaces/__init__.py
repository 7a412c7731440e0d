"""The ways in and out: each turns its own protocol into turns, and events into its own frames."""
