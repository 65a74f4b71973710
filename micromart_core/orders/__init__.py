"""Orders, from placement to return."""
