"""The Model Context Protocol: chats as tools, over streamable HTTP."""
