"""The events of a run, their grammar, and their fold into messages."""
