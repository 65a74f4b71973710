"""Where an issuer's endpoints are, as it says itself, believed only where it speaks of itself."""

from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from micromart_core.adapters.keycloak.address import checked_issuer, is_within
from micromart_core.adapters.keycloak.refusals import IssuerMisbehaves
from micromart_core.adapters.keycloak.wire import Wire

_WELL_KNOWN = "/.well-known/openid-configuration"


class Endpoints(Struct, frozen=True):
    """The addresses this shop uses; all of the issuer's own origin."""

    issuer: str
    jwks_uri: str
    token_endpoint: str
    device_authorization_endpoint: str
    revocation_endpoint: str
    introspection_endpoint: str


def discover(wire: Wire, issuer: str) -> Endpoints:
    """Ask an issuer for its endpoints; raise InvalidValue, IssuerUnreachable, IssuerMisbehaves."""
    answer = wire.get(checked_issuer(issuer) + _WELL_KNOWN)
    host = urlsplit(issuer).netloc
    if not answer.is_good:
        raise IssuerMisbehaves(host, f"it answers {answer.status} where its description should be")
    try:
        endpoints = msgspec.convert(answer.body, Endpoints)
    except msgspec.ValidationError as error:
        raise IssuerMisbehaves(host, f"its description is not whole: {error}") from None
    if endpoints.issuer != issuer:
        raise IssuerMisbehaves(host, "it calls itself otherwise than identity.issuer does")
    if not all(is_within(issuer, address) for address in astuple(endpoints)):
        raise IssuerMisbehaves(host, "its description points to another place")
    return endpoints
