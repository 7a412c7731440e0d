"""The native protocol, for the page and for Salon's own clients."""
