"""Private servers of one checkout for tests and trials: no Docker, nothing system-wide, loopback only."""
