"""The Python client of the native protocol, for programs."""
