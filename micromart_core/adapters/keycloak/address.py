"""Which addresses of an issuer may be spoken to, or shown to a person."""

from urllib.parse import SplitResult, urlsplit

from micromart_core.errors import InvalidValue
from micromart_core.loopback import is_loopback

_PORTS = {"http": 80, "https": 443}
_LONGEST = 2048


def checked_issuer(issuer: str) -> str:
    """Return the issuer as it was configured; raise InvalidValue for one that no sign-in could trust."""
    parts = _parts_of(issuer)
    if parts is None or not _is_safe(parts):
        raise InvalidValue(
            "identity.issuer is no address that can be trusted.",
            why="it must be https:// (http:// on loopback only), without a user, a query or a fragment",
            hint="set identity.issuer = https://HOST/realms/micromart",
        )
    return issuer


def is_within(issuer: str, address: str) -> bool:
    """True when an address has the scheme, host and port of the issuer, and nothing in it that hides where it leads."""
    parts, home = _parts_of(address), _parts_of(issuer)
    return parts is not None and home is not None and parts.username is None and _origin_of(parts) == _origin_of(home)


def _parts_of(address: str) -> SplitResult | None:
    """Return the parts of an address of printable ASCII, None for anything else, or for one without an end."""
    if len(address) > _LONGEST or not address.isascii() or not address.isprintable() or set(address) & set(' \\"<>'):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in _PORTS and parts.hostname else None


def _is_safe(parts: SplitResult) -> bool:
    if parts.username is not None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def _origin_of(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
