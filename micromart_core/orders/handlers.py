"""Orders take no part in what other services tell: nothing that happens elsewhere changes what was sold."""
