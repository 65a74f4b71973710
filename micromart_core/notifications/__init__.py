"""Letters: written, queued, sent, kept."""
