"""Where conversations and files are kept."""
