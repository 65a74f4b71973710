"""Who asks, and under which key and trace: what the headers of a request say."""

import re

from msgspec import Struct
from starlette.requests import Request

from micromart_core.errors import InvalidValue
from micromart_core.identity import Credentials
from micromart_core.ids import new_id, new_trace_id
from micromart_daemon.crowd import customer_of

_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
_LONGEST_TOKEN = 16_384


class BadHeader(InvalidValue):
    """A header is not what it must be."""

    code = "gateway.bad_header"

    def __init__(self, header: str, why: str) -> None:
        self.header = header
        super().__init__(f"The header {header} cannot be used.", why=why, hint=f"correct {header}, or leave it out")


class Asking(Struct, frozen=True):
    """One request's caller and intent."""

    credentials: Credentials
    source: str
    """The address it comes from; of IPv6 the /64, which is one customer's."""
    key: str
    dry_run: bool
    trace_id: str

    @property
    def is_anonymous(self) -> bool:
        """True when nobody signed in."""
        return self.credentials.token is None


def asking_of(request: Request) -> Asking:
    """Read the headers of a request; raise BadHeader."""
    headers = request.headers
    key = headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise BadHeader("Idempotency-Key", "it must be 1 to 255 printable characters without blanks")
    dry_run = headers.get("dry-run", "false").lower()
    if dry_run not in ("true", "false"):
        raise BadHeader("Dry-Run", "it is true or false")
    credentials = Credentials(_token(headers.get("authorization")), _secret(headers.get("x-cart-secret")))
    return Asking(credentials, source_of(request), key or new_id("key"), dry_run == "true", trace_of(request))


def trace_of(request: Request) -> str:
    """Return the trace that a request is part of, else a new one: a bad traceparent begins anew (W3C)."""
    found = _TRACE.fullmatch(request.headers.get("traceparent", ""))
    known = found and found.group(1).strip("0") and found.group(2).strip("0")
    return found.group(1) if found and known else new_trace_id()


def source_of(request: Request) -> str:
    """Name where a request comes from, for limits."""
    return customer_of(request.client.host if request.client else "")


def _token(header: str | None) -> str | None:
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadHeader("Authorization", "it must be: Bearer TOKEN")
    if len(token) > _LONGEST_TOKEN:
        raise BadHeader("Authorization", f"a token has at most {_LONGEST_TOKEN} characters")
    return token.strip()


def _secret(header: str | None) -> str | None:
    if header is not None and not _SECRET.fullmatch(header):
        raise BadHeader("X-Cart-Secret", "it must be 32 to 256 random letters, digits, - or _")
    return header
