"""Redis: what processes tell each other, count together and need not compute twice; never the truth."""
