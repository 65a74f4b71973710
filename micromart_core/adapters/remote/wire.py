"""Speaks HTTP to one shop's gateway: bounded in time and size, following nobody elsewhere, again when cut off."""

import random
import re
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from micromart_core.adapters.remote.problems import error_of
from micromart_core.adapters.remote.refusals import (
    AnswerLost,
    BadAddress,
    OutcomeUnknown,
    ShopMisbehaves,
    ShopUnreachable,
)
from micromart_core.clock import stopwatch
from micromart_core.errors import MicroMartError, TryAgain, Unavailable
from micromart_core.identity import Credentials
from micromart_core.reticent import Reticent, Unshown

if TYPE_CHECKING:  # a verb that asks nothing of the shop does not wait for it
    import httpx

LONGEST_BODY = 16 * 1024 * 1024
LONGEST_SECONDS = 40.0
"""How long one whole answer may take; a gateway gives up by itself before."""
ATTEMPTS = 4
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 1.5
"""Seconds; the pause before attempt n is random up to FIRST_PAUSE * 3**n."""
_CONNECTED_WITHIN, _PATIENCE, _STREAM_PATIENCE = 5.0, 20.0, 40.0
_OK, _REDIRECT, _ERROR = 200, 300, 400
_FOR_NOW = (502, 503, 504)
_STILL_AT_IT = "gateway.no_answer_yet"
_AGAIN = frozenset({"gateway.full", _STILL_AT_IT, "lost_race"})


class Said(Reticent, Struct, frozen=True):
    """One answer of the shop."""

    body: Unshown[bytes]
    headers: Mapping[str, str]


class Question(Reticent, Struct, frozen=True):
    """One request, the same at each try."""

    path: str
    body: Unshown[bytes]
    headers: Unshown[Mapping[str, str]]
    key: str = ""
    """The idempotency key; empty = doing it twice is not guarded, so it is sent again only if it was never begun."""
    if_lost: str = ""
    """What a person does when nobody knows whether it was done; empty = asks again with the key."""
    is_harmless: bool = False
    """True: twice is the same as once."""
    trace_id: str = ""


class Wire:
    """The connections to one shop."""

    def __init__(self, url: str, on_behalf_of: str = "") -> None:
        self.url, self._on_behalf_of = url, on_behalf_of
        self._made: httpx.Client | None = None
        self._making = threading.Lock()

    def get(self, path: str) -> Said:
        """Fetch what anybody may know; raise ShopUnreachable, ShopMisbehaves."""
        return self._insist("GET", Question(path, b"", {}, is_harmless=True))

    def post(self, question: Question) -> Said:
        """Ask, and again when the connection is lost; raise what the shop refuses with, or why it cannot be asked."""
        return self._insist("POST", question)

    @contextmanager
    def stream(self, path: str, headers: Mapping[str, str]) -> Iterator[Iterator[str]]:
        """Open an answer that goes on for a while and yield its lines; raise as `get` does."""
        import httpx

        timeout = httpx.Timeout(_STREAM_PATIENCE, connect=_CONNECTED_WITHIN)
        try:
            with self._client.stream("GET", self.url + path, headers=dict(headers), timeout=timeout) as response:
                if response.status_code != _OK:
                    raise ShopUnreachable(self.url, f"it answers {response.status_code}")
                yield _lines(response, self.url)
        except httpx.HTTPError as error:
            raise ShopUnreachable(self.url, _told(error)) from None
        except RuntimeError as error:  # how httpx says that the connections were given back meanwhile
            if not self._client.is_closed:
                raise
            raise ShopUnreachable(self.url, _told(error)) from None

    def close(self) -> None:
        """Give the connections back."""
        if self._made is not None:
            self._made.close()

    @property
    def _client(self) -> "httpx.Client":
        with self._making:
            self._made = self._made or _client_of(self.url, self._on_behalf_of)
            return self._made

    def _insist(self, method: str, question: Question) -> Said:
        may_be_done = False
        for attempt in range(ATTEMPTS):
            try:
                return self._once(method, question)
            except _CutOff as cut:
                may_be_done |= cut.may_be_done and not question.is_harmless
                may_repeat = question.is_harmless or bool(question.key) or not cut.may_be_done
                if attempt + 1 == ATTEMPTS or not may_repeat:
                    raise self._lost(cut, question, may_be_done=may_be_done) from None
            except (TryAgain, Unavailable) as told:  # about this try; the one before it may have been heard
                last = _CutOff(told.message, may_be_done=False, told=told)
                raise self._lost(last, question, may_be_done=may_be_done) from None
            _pause(attempt)
        raise AssertionError("the last attempt returns or raises")

    def _lost(self, cut: "_CutOff", question: Question, *, may_be_done: bool) -> MicroMartError:
        """Return what is told at last: never that nothing was done when one of the tries may have done it."""
        if cut.told is not None and (cut.may_be_done or not may_be_done):
            return cut.told
        lost: MicroMartError = ShopUnreachable(self.url, cut.why)
        if may_be_done and question.if_lost:
            lost = OutcomeUnknown(self.url, cut.why, question.if_lost)
        elif may_be_done and question.key:
            lost = AnswerLost(self.url, cut.why, question.key)
        lost.trace_id = question.trace_id or None
        return lost

    def _once(self, method: str, question: Question) -> Said:
        """Ask once; raise _CutOff when asking again may help, else what the shop refuses with."""
        import httpx

        try:
            status, said = self._exchange(method, question)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _CutOff(_told(error), may_be_done=False) from None
        except httpx.HTTPError as error:
            # Without its cause: the error holds the request, and the request the token.
            raise _CutOff(_told(error), may_be_done=True) from None
        if status == _OK:
            return said
        if _REDIRECT <= status < _ERROR:
            raise ShopMisbehaves(self.url, "it sends its callers elsewhere; no token goes there")
        raise self._refused(status, error_of(said.body))

    def _refused(self, status: int, told: MicroMartError | None) -> Exception:
        if told is not None:
            again = _CutOff(told.message, may_be_done=told.code == _STILL_AT_IT, told=told)
            return again if told.code in _AGAIN else told
        if status in _FOR_NOW:  # a proxy's own words: the gateway behind it is away for a moment
            return _CutOff(f"it answers {status}", may_be_done=True)
        return ShopMisbehaves(self.url, f"it answers {status}, and not as a shop does")

    def _exchange(self, method: str, question: Question) -> tuple[int, Said]:
        content = question.body if method == "POST" else None
        request = self._client.build_request(
            method, self.url + question.path, content=content, headers=dict(question.headers)
        )
        response = self._client.send(request, stream=True)
        try:
            return response.status_code, Said(_whole(response, self.url), response.headers)
        finally:
            response.close()


class _CutOff(Exception):
    """The answer did not come; `told` is what the shop itself said about that."""

    def __init__(self, why: str, *, may_be_done: bool, told: MicroMartError | None = None) -> None:
        super().__init__(why)
        self.why, self.may_be_done, self.told = why, may_be_done, told


def headers_of(credentials: Credentials, trace_id: str) -> dict[str, str]:
    """Return what says who asks, and in which trace."""
    headers = {"Content-Type": "application/json", "traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}
    if credentials.token:
        headers["Authorization"] = f"Bearer {credentials.token}"
    if credentials.cart_secret:
        headers["X-Cart-Secret"] = credentials.cart_secret
    return headers


def read_json(said: Said, kind: Any, url: str) -> Any:
    """Read an answer as the type it must have; raise ShopMisbehaves."""
    try:
        return msgspec.json.decode(said.body, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ShopMisbehaves(url, f"its answer cannot be read: {error}") from None


def _client_of(url: str, on_behalf_of: str) -> "httpx.Client":
    import ssl

    import httpx

    try:
        _ = httpx.URL(url).host  # raises for what can be no name
    except (httpx.InvalidURL, UnicodeError) as error:
        raise BadAddress(url, str(error)) from None
    headers = {"X-Forwarded-For": on_behalf_of} if on_behalf_of else {}
    # The environment's proxies and .netrc have no part in this: a token goes to the shop and nowhere else.
    return httpx.Client(
        timeout=httpx.Timeout(_PATIENCE, connect=_CONNECTED_WITHIN),
        verify=ssl.create_default_context(),
        follow_redirects=False,
        trust_env=False,
        # A few bytes can be packed so that they unpack to gigabytes, which no bound on what is read would notice.
        headers={"Accept": "application/json", "Accept-Encoding": "identity", **headers},
    )


def _whole(response: "httpx.Response", url: str) -> bytes:
    began, body = stopwatch(), bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > LONGEST_BODY or stopwatch() - began > LONGEST_SECONDS:
            raise ShopMisbehaves(url, "its answer does not end")
    return bytes(body)


def _lines(response: "httpx.Response", url: str) -> Iterator[str]:
    rest = b""
    for part in response.iter_raw():
        *lines, rest = (rest + part).split(b"\n")
        if len(rest) > LONGEST_BODY // 256:
            raise ShopMisbehaves(url, "a line of its news does not end")
        yield from (line.decode("utf-8", "replace") for line in lines)


def _told(error: Exception) -> str:
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or f"no answer ({type(error).__name__})"


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0.05, min(LONGEST_PAUSE, FIRST_PAUSE * 3**attempt)))  # noqa: S311  # jitter, no secret
