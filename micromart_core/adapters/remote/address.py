"""The address of a shop's gateway: what it may look like, and what it is called in a folder."""

import hashlib
import re
from urllib.parse import urlsplit

from micromart_core.adapters.remote.refusals import BadAddress
from micromart_core.loopback import is_loopback

_LONGEST = 500
_NOT_PLAIN = re.compile(r"[^a-z0-9.-]")


def address_of(text: str) -> str:
    """Return a gateway's address without a slash at its end; raise BadAddress.

    Tokens go there: in the clear they go no further than this machine.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # whose own words may quote a password
        raise BadAddress(_to_show(text), "its host or its port cannot be read") from None
    if parts.username or parts.password:
        raise BadAddress(_to_show(text), "a name and a password do not belong into it")
    if why := _fault(text, parts.scheme, host, parts.query + parts.fragment):
        raise BadAddress(_to_show(text), why)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def folder_name_of(url: str) -> str:
    """Name the folder in which the secrets of one shop lie: another address never finds them."""
    host = _NOT_PLAIN.sub("_", urlsplit(url).netloc.lower())[:60]
    return f"{host}-{hashlib.sha256(url.encode()).hexdigest()[:16]}"


def _to_show(text: str) -> str:
    """Return what was given as far as it may be told again: a password may stand before the at sign."""
    _, sign, rest = text.rpartition("@")
    return f"...{sign}{rest}"[:_LONGEST] if sign else text[:_LONGEST]


def _fault(text: str, scheme: str, host: str, rest: str) -> str:
    if scheme not in ("http", "https") or not _is_host(host):
        return "it begins with https:// and names a host"
    if len(text) > _LONGEST or not text.isprintable() or " " in text or rest:
        return "it has a host, and perhaps a port and a path, and nothing else"
    if scheme == "http" and not is_loopback(host):
        return "without TLS, tokens would cross the network in the clear"
    return ""


def _is_host(host: str) -> bool:
    try:
        return bool(host.encode("idna"))
    except UnicodeError:  # a part of it is empty or too long: looking it up would raise this
        return False
