"""The full-screen front end: a storefront and an admin desk over the same gateway as the command line."""
