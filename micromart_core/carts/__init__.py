"""Carts and their one deadline."""
