"""The admin desk, one place a file."""
