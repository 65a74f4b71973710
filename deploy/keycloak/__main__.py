"""Writes the realm file again: python -m deploy.keycloak."""

from deploy.keycloak.realm import FILE, text_of_realm

FILE.write_text(text_of_realm(), encoding="utf-8")
