"""The storefront over SSH: one process, one app for each connection, no shell and no subprocess."""
