"""A shop behind its HTTP gateway: this machine has none of its servers."""
