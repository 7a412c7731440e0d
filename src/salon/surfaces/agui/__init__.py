"""AG-UI, the protocol between agents and the front ends of others."""
