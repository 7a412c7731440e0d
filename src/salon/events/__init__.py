"""What happens in a run: the events, their grammar, and how they fold into messages."""
