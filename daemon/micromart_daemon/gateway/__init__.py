"""The shop over HTTP: its operations, and the walls in front of them."""
