"""Salon turns one function into a chat application."""
