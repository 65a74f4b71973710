"""The Keycloak realm of a shop, written from the core's table of permissions."""
