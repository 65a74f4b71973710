"""Errors on the wire: application/problem+json (RFC 9457), with code and facts for a client to raise them again."""

import logging
from inspect import getdoc
from typing import Any

import msgspec
from starlette.responses import Response

from micromart_core import errors
from micromart_core.errors import MicroMartError
from micromart_core.rate_limit import RateLimited
from micromart_daemon.gateway.crowded_source import TooManyCarts

STATUS: dict[type[MicroMartError], int] = {
    MicroMartError: 500,
    errors.InvalidValue: 400,
    errors.NotFound: 404,
    errors.Refused: 422,
    errors.Conflict: 409,
    errors.SignInFirst: 401,
    errors.NotAllowed: 403,
    errors.NothingToDo: 409,
    errors.PartlyDone: 422,
    errors.LockTaken: 423,
    errors.HoldEnded: 410,
    errors.BadRows: 422,
    errors.Unavailable: 503,
    errors.TryAgain: 503,
    RateLimited: 429,
}
"""One status a family; an error has that of the nearest family above it."""
_LATER = (429, 503)
_log = logging.getLogger("micromart.http")


class TooLarge(errors.InvalidValue):
    """The body is larger than this gateway takes."""

    code = "gateway.too_large"

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__("The request is too large.", why=f"at most {most} bytes are taken", hint="send less at once")


class TooSlow(errors.InvalidValue):
    """The body did not arrive in time."""

    code = "gateway.too_slow"

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            "The request did not arrive in time.", why=f"{seconds:g} seconds had passed", hint="send it again"
        )


class NoAnswerYet(errors.Unavailable):
    """The time for an answer is over; what was asked for may still be done."""

    code = "gateway.no_answer_yet"

    def __init__(self, seconds: float, idempotency_key: str) -> None:
        self.seconds, self.idempotency_key = seconds, idempotency_key
        again = f" with Idempotency-Key: {idempotency_key}; it is done at most once" if idempotency_key else ""
        super().__init__(
            "This took too long; it may or may not have been done." if again else "This took too long.",
            why=f"there was no answer within {seconds:g} seconds",
            hint=f"ask again{again}",
        )


class Full(errors.TryAgain):
    """As many requests of this kind as may wait are waiting."""

    code = "gateway.full"

    def __init__(self) -> None:
        super().__init__(
            "The shop is busy.", why="too many requests of this kind wait already", hint="try again in a moment"
        )


STATUS |= {TooLarge: 413, TooSlow: 408, NoAnswerYet: 504, TooManyCarts: 429}


def status_of(error: MicroMartError) -> int:
    """Return the HTTP status of an error's family."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(error: MicroMartError) -> Response:
    """Return the answer that tells an error."""
    status = status_of(error)
    headers = {"Cache-Control": "no-store"}
    if status in _LATER:
        headers["Retry-After"] = "60" if status == STATUS[RateLimited] else "1"
    if status == STATUS[errors.SignInFirst]:
        headers["WWW-Authenticate"] = "Bearer"
    body = msgspec.json.encode(_told(error, status), enc_hook=str)
    return Response(body, status, headers, "application/problem+json")


def bug(error: Exception) -> Response:
    """Log what a developer needs; tell the client one sentence."""
    _log.error("the gateway failed", exc_info=error)
    return problem(MicroMartError("This is a mistake in MicroMart itself.", why="it is in the shop's log"))


def _told(error: MicroMartError, status: int) -> dict[str, Any]:
    return {
        "type": f"urn:micromart:error:{error.code}",
        "title": (getdoc(type(error)) or "").split("\n")[0],
        "status": status,
        "detail": error.message,
        "why": error.why or None,
        "hint": error.hint or None,
        "code": error.code,
        "exit_code": error.exit_code,
        "facts": error.details,
        "trace_id": error.trace_id,
    }
