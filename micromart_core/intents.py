"""What has been done under which idempotency key, so that a repeated request gets the stored answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from inspect import signature
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct
from sqlalchemy import Column, Connection, Index, Table, Text, bindparam, delete, insert, select

from micromart_core.caller import Caller
from micromart_core.errors import Conflict
from micromart_core.first_digits import list_beginning
from micromart_core.operation import name_of
from micromart_core.schema import Instant, metadata
from micromart_core.upsert import insert_if_new

KEPT_FOR = timedelta(days=30)
intents = Table(
    "intents",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("operation", Text, nullable=False),
    Column("request_hash", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("trace_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("intents_at", intents.c.at)
Index("intents_trace", intents.c.trace_id)
_SAVE = insert(intents)
_FORGET = delete(intents).where(intents.c.caller == bindparam("of_caller")).where(intents.c.key == bindparam("of_key"))


class KeyReused(Conflict):
    """The idempotency key belongs to another request."""

    code = "idempotency.key_reused"

    def __init__(self, key: str, operation: str) -> None:
        self.key, self.operation = key, operation
        super().__init__(
            f"The idempotency key “{key}” was used for another request.",
            why=f"it was {operation} with other arguments",
            hint="use a new key for a new request",
        )


class AnswerOutdated(Conflict):
    """The answer was stored by another version of this program, which knew it in another shape."""

    code = "idempotency.answer_outdated"

    def __init__(self, key: str, operation: str) -> None:
        self.key, self.operation = key, operation
        super().__init__(
            f"This was done before under the key “{key}”; its answer can no longer be read.",
            why=f"another version of MicroMart stored the answer of {operation}",
            hint="look at what it changed; use a new key to do it again",
        )


class Request(Struct, frozen=True):
    """What makes two requests the same: whose they are, their key, the operation and its arguments."""

    owner: str
    key: str
    operation: Callable[..., Any]
    hash: str


def make_request(
    caller: Caller, key: str, operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Request:
    """Return a caller's request; arguments given by position, by name or left out hash alike."""
    bound = signature(operation).bind(None, *args, **kwargs)
    bound.apply_defaults()
    arguments = list(bound.arguments.items())[1:]
    digest = hashlib.sha256(msgspec.json.encode([name_of(operation), arguments], order="deterministic"))
    return Request(caller.intent_owner, key, operation, digest.hexdigest())


def find_answer(connection: Connection, request: Request) -> tuple[Any] | None:
    """Return the stored answer in a tuple, None when the key is new; raise KeyReused or AnswerOutdated."""
    row = connection.execute(
        select(intents.c.operation, intents.c.request_hash, intents.c.result)
        .where(intents.c.caller == request.owner)
        .where(intents.c.key == request.key)
    ).first()
    if row is None:
        return None
    if row.request_hash != request.hash:
        raise KeyReused(request.key, row.operation)
    try:
        return (msgspec.json.decode(row.result, type=result_type(request.operation)),)
    except msgspec.ValidationError as error:
        raise AnswerOutdated(request.key, row.operation) from error


def wait_for_answer(connection: Connection, request: Request, *, at: datetime) -> None:
    """Wait until a transaction that may be storing an answer under this key right now has ended.

    A commit goes on when its connection is lost. Only the unique index knows of it: whoever looks sees nothing yet.
    """
    row = {"caller": request.owner, "key": request.key, "operation": "", "request_hash": "", "result": ""}
    if insert_if_new(connection, intents, {**row, "trace_id": "", "at": at}):
        connection.execute(_FORGET, {"of_caller": request.owner, "of_key": request.key})


def save_answer(connection: Connection, request: Request, *, result: Any, trace_id: str, at: datetime) -> None:
    """Store an answer; the primary key refuses it (IntegrityError) when another process just did."""
    row = {
        "caller": request.owner,
        "key": request.key,
        "operation": name_of(request.operation),
        "request_hash": request.hash,
        "result": msgspec.json.encode(result).decode(),
        "trace_id": trace_id,
        "at": at,
    }
    connection.execute(_SAVE, row)


def list_of_trace(connection: Connection, trace_id: str, *, limit: int) -> list[tuple[str, datetime]]:
    """Return the operations that were done under a trace, with their moments, oldest first."""
    query = select(intents.c.operation, intents.c.at).where(intents.c.trace_id == trace_id).order_by(intents.c.at)
    return [(row.operation, row.at) for row in connection.execute(query.limit(limit))]


def list_traces(connection: Connection, digits: str, *, limit: int) -> set[str]:
    """Return traces of operations that begin with these digits."""
    return list_beginning(connection, intents.c.trace_id, digits, limit=limit)


def purge(connection: Connection, *, now: datetime) -> int:
    """Forget answers older than 30 days; return how many."""
    return connection.execute(delete(intents).where(intents.c.at < now - KEPT_FOR)).rowcount


@cache
def result_type(operation: Callable[..., Any]) -> Any:
    """Return the type an operation answers with."""
    return get_type_hints(operation)["return"]
