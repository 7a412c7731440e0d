"""The surfaces: each decodes the requests of one protocol into turns, and encodes events into its frames."""
