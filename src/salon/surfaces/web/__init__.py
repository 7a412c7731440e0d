"""The native protocol, for the page and for every client of ours."""
