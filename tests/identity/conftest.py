"""The Keycloak of ./dev stack: one realm for the whole run, people of their own for every test."""

import pytest

from tests.identity.real_keycloak import STACK, RealKeycloak
from tests.stack_servers import go_without


@pytest.fixture
def keycloak() -> RealKeycloak:
    """The realm as it was imported."""
    if "MICROMART_STACK_KEYCLOAK_URL" not in STACK:
        go_without("Keycloak")
    return RealKeycloak()
