"""Speaks HTTP to the issuer: bounded in time and size, following nobody elsewhere."""

import json
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct

from micromart_core.adapters.keycloak.refusals import IssuerBusy, IssuerMisbehaves, IssuerUnreachable
from micromart_core.clock import stopwatch
from micromart_core.reticent import Reticent, Unshown

if TYPE_CHECKING:  # a verb whose token and keys are fresh speaks to nobody, and httpx takes as long as half of it
    import httpx

LONGEST_BODY = 256 * 1024
LONGEST_SECONDS = 15.0
"""How long one whole answer may take; the waits for a connection and for each part are shorter."""
_PATIENCE, _CONNECTED_WITHIN = 5.0, 3.0
_TOO_OFTEN = 429
_BROKEN = 500
_OK = 200


class Answer(Reticent, Struct, frozen=True):
    """What the issuer said; it may hold tokens, so it is never shown."""

    status: int
    body: Unshown[dict[str, Any]]

    @property
    def is_good(self) -> bool:
        """True for the answer that was asked for; a redirect is none."""
        return self.status == _OK


class Wire:
    """One client of one issuer; whoever sends checks the address before."""

    def __init__(
        self, transport: "httpx.BaseTransport | None" = None, longest_seconds: float = LONGEST_SECONDS
    ) -> None:
        import ssl

        import httpx

        self._longest_seconds = longest_seconds
        # The environment's proxies would see the tokens of a loopback issuer; the system's certificates are used.
        self._client = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(_PATIENCE, connect=_CONNECTED_WITHIN),
            verify=ssl.create_default_context(),
            follow_redirects=False,
            trust_env=False,
            # A few bytes can be packed so that they unpack to gigabytes, which no bound on what is read would notice.
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    def get(self, address: str) -> Answer:
        """Fetch a JSON object; raise IssuerUnreachable, IssuerMisbehaves, IssuerBusy."""
        return self._answer("GET", address, None)

    def post(self, address: str, form: Mapping[str, str]) -> Answer:
        """Send a form and return the JSON object that answers it; raise as `get` does."""
        return self._answer("POST", address, form)

    def administer(self, method: str, address: str, token: str, body: object = None) -> tuple[int, Any]:
        """Send JSON, or nothing, with a token; return the status and the JSON that answers it. Raise as `get` does."""
        content = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        status, said = self._send(method, address, content=content, headers=headers)
        return status, _json_of(said, urlsplit(address).netloc) if status == _OK else None

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _answer(self, method: str, address: str, form: Mapping[str, str] | None) -> Answer:
        status, body = self._send(method, address, data=form)
        return Answer(status, _object_of(body, urlsplit(address).netloc))

    def _send(self, method: str, address: str, **request: Any) -> tuple[int, bytes]:
        import httpx

        host = urlsplit(address).netloc

        def exchange() -> tuple[int, bytes]:
            with self._client.stream(method, address, **request) as response:
                return response.status_code, _read(response, host, self._longest_seconds)

        try:
            status, body = _in_time(exchange, host, self._longest_seconds)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
            was_sent = isinstance(error, httpx.HTTPError) and not isinstance(error, unsent)
            # Without its cause: the error holds the request, and the request the secrets.
            raise IssuerUnreachable(host, type(error).__name__, was_sent=was_sent) from None
        if status == _TOO_OFTEN:
            raise IssuerBusy(host)
        if status >= _BROKEN:
            raise IssuerUnreachable(host, f"it answers {status}", was_sent=True)
        return status, body


def _in_time(exchange: Callable[[], tuple[int, bytes]], host: str, seconds: float) -> tuple[int, bytes]:
    """Return what the exchange returns, or raise what it raises; leave one behind that takes too long.

    A header that comes letter by letter keeps every wait for a next part short, and would never end.
    """
    from concurrent.futures import Future

    done: Future[tuple[int, bytes]] = Future()

    def run() -> None:
        try:
            done.set_result(exchange())
        except BaseException as error:  # noqa: BLE001  # it is raised where somebody waits for it
            done.set_exception(error)

    threading.Thread(target=run, name="issuer", daemon=True).start()
    try:
        return done.result(seconds)
    except TimeoutError:
        raise IssuerUnreachable(host, "its answer does not end", was_sent=True) from None


def _read(response: "httpx.Response", host: str, seconds: float) -> bytes:
    """Return the whole body as it was sent; raise IssuerMisbehaves for one without an end."""
    began, body = stopwatch(), bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > LONGEST_BODY or stopwatch() - began > seconds:
            raise IssuerMisbehaves(host, "its answer does not end")
    return bytes(body)


def _object_of(body: bytes, host: str) -> dict[str, Any]:
    """Return the JSON object of a body, an empty one for none: revoking is answered so."""
    if not body.strip():
        return {}
    found = _json_of(body, host)
    if not isinstance(found, dict):
        raise IssuerMisbehaves(host, "its answer is no JSON object")
    return found


def _json_of(body: bytes, host: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise IssuerMisbehaves(host, "its answer is no JSON") from None
