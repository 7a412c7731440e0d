"""A toolbox for HTTP: it knows requests and responses, and nothing of chats."""
