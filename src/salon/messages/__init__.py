"""Messages as immutable values: parts, messages, and the tree of a conversation."""
