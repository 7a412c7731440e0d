"""AG-UI, a protocol between agents and front ends."""
