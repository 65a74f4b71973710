"""The gateway that runs operations through a shop's HTTP gateway, so that this machine has no database."""

from collections.abc import Callable
from functools import cache
from inspect import signature
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from micromart_core.adapters.remote.news import News
from micromart_core.adapters.remote.refusals import BesideTheDatabase
from micromart_core.adapters.remote.wire import Question, Said, Wire, headers_of, read_json
from micromart_core.changes import Changes
from micromart_core.errors import InvalidValue, NotFound
from micromart_core.identity import Credentials
from micromart_core.ids import new_id, new_trace_id
from micromart_core.operation import Operation, Params, Result, access_to, name_of

_NOT_OFFERED = "gateway.unknown_operation"


class RemoteGateway(Struct, frozen=True):
    """Asks the shop at the other end of a wire; what it refuses is raised here as it was there."""

    wire: Wire
    credentials: Callable[[], Credentials] = Credentials
    news: News | None = None
    """Where changes are heard; None = in a stream of this gateway's own."""
    idempotency_key: str | None = None
    dry_run: bool = False
    trace_id: str | None = None

    def run(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation for this gateway's caller, or raise the MicroMartError that forbids it."""
        return self.answer(operation, *args, **kwargs)[0]

    def answer(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> tuple[Result, bool]:
        """Run an operation as `run` does; tell too whether it was done under this key before, and not again."""
        said = self._ask(operation, args, kwargs)
        result: Result = self._read(operation, said)
        return result, said.headers.get("idempotency-replayed") == "true"

    def rehearse(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> tuple[Result, bool]:
        """Return what an operation would answer, changing nothing, and whether it was done under this key before."""
        return replace(self, dry_run=True).answer(operation, *args, **kwargs)

    def changes(self) -> Changes:
        """Return an iterator of what changes, as it changes, until it is closed."""
        news = self.news or News(self.wire, self.credentials)
        return news.listen()

    def under(self, *, idempotency_key: str | None = None, dry_run: bool = False) -> "RemoteGateway":
        """Return the same door for one intent: with the caller's own key, or taking everything back at the end."""
        return replace(self, idempotency_key=idempotency_key, dry_run=dry_run)

    def _ask(self, operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Said:
        access, name = access_to(operation), name_of(operation)
        if not access.on_wire:
            raise BesideTheDatabase(name, self.wire.url)
        credentials = self.credentials()
        if credentials.trouble is not None and (access.permission is not None or access.writes):
            raise credentials.trouble
        key, trace_id = _checked(self.idempotency_key or new_id("key")), self.trace_id or new_trace_id()
        headers = headers_of(credentials, trace_id) | {"Idempotency-Key": key}
        if self.dry_run:
            headers["Dry-Run"] = "true"
        question = Question(
            f"/v1/{name}",
            _encoded(_by_name(operation, args, kwargs)),
            headers,
            key=key,
            is_harmless=access.repeatable or self.dry_run,
            trace_id=trace_id,
        )
        try:
            return self.wire.post(question)
        except NotFound as error:
            if error.code == _NOT_OFFERED:
                raise BesideTheDatabase(name, self.wire.url) from error
            raise

    def _read(self, operation: Callable[..., Any], said: Said) -> Any:
        return read_json(said, _result_of(operation), self.wire.url)


@cache
def _result_of(operation: Callable[..., Any]) -> Any:
    return get_type_hints(operation)["return"]


@cache
def _names_of(operation: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(signature(operation).parameters)[1:]


def _by_name(operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    return dict(zip(_names_of(operation), args, strict=False)) | kwargs


def _checked(key: str) -> str:
    """Return an idempotency key that a header can carry; raise InvalidValue."""
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidValue(
            f"“{key}” cannot be an idempotency key here.",
            why="a shop elsewhere takes letters of ASCII, digits and signs, without blanks",
            hint="--idempotency-key order-2026-11-27",
        )
    return key


def _encoded(arguments: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(arguments)
    except UnicodeEncodeError as error:  # a word of the command line that is no UTF-8
        raise InvalidValue("What was given is no text.", why=f"it is not UTF-8: {error.object!r}") from None
