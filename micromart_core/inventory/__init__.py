"""The stockroom: what lies on the shelf, what is held, and the ledger of every change."""
