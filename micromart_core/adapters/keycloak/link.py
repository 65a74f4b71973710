"""One process's way to its issuer: connected, and asked where its endpoints are, when something is first needed."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from micromart_core.adapters.keycloak.address import checked_issuer
from micromart_core.adapters.keycloak.discovery import Endpoints, discover
from micromart_core.adapters.keycloak.refusals import IssuerMisbehaves
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.wire import Wire


class IssuerLink:
    """What of an issuer goes over the network; each part raises InvalidValue for an address that cannot be trusted."""

    def __init__(self, issuer: str, wire: Wire | None = None) -> None:
        self.issuer = issuer
        self._wire = wire

    @property
    def host(self) -> str:
        """Whom a person would call."""
        return urlsplit(checked_issuer(self.issuer)).netloc

    @cached_property
    def endpoints(self) -> Endpoints:
        """Where what is; raise IssuerUnreachable, IssuerMisbehaves."""
        return discover(self._connected(), self.issuer)

    def client(self, client_id: str) -> TokenEndpoint:
        """Return the token endpoint for one client; raise as `endpoints` does."""
        return TokenEndpoint(self._connected(), self.endpoints, client_id)

    def fetch_keys(self) -> Mapping[str, Any]:
        """Return the issuer's key set; raise as `endpoints` does."""
        answer = self._connected().get(self.endpoints.jwks_uri)
        if not answer.is_good:
            raise IssuerMisbehaves(self.host, f"it answers {answer.status} where its keys should be")
        return answer.body

    def close(self) -> None:
        """Give the connections back."""
        if self._wire is not None:
            self._wire.close()

    def _connected(self) -> Wire:
        self._wire = self._wire or Wire()
        return self._wire
