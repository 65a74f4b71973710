"""Everything MicroMart knows and does, without a user interface."""

__version__ = "0.1.0"
