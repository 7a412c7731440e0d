"""Assembles an application and serves it."""
