"""Messages as pure values: parts, messages, and the tree of a conversation."""
