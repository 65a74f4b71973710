"""People: profiles, addresses, what is recorded with them, the audit trail."""
