"""What `micromart help` can tell more about."""

TOPICS = ("permissions", "exit-codes")
