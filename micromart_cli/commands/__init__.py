"""The nouns, one file each, each with an `app`."""
