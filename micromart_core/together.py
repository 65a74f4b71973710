"""Writes that nobody waits for: on PostgreSQL they travel in another statement, where each one saves a round trip."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from msgspec import Struct, field
from sqlalchemy import BindParameter, Connection, CursorResult, Delete, Insert, Select, Update, bindparam

Write = Insert | Update | Delete


class Writes(Struct, frozen=True):
    """Statements whose result nobody reads, with the parameters of all of them.

    Make each statement once: SQLAlchemy knows it again by its identity. Two parameters of one name are one.
    None may rely on what another one of them, or the statement it goes with, has written: PostgreSQL runs all of them
    on what was there before.
    """

    statements: tuple[Write, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __add__(self, others: "Writes") -> "Writes":
        """Return both as one."""
        return Writes(self.statements + others.statements, {**self.parameters, **others.parameters})


NOTHING = Writes()


def taking(prefix: str, columns: Iterable[str]) -> dict[str, BindParameter[Any]]:
    """Return the values of an INSERT whose parameters meet no other statement's of the same columns."""
    return {name: bindparam(f"{prefix}_{name}") for name in columns}


def given(prefix: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row under the names that `taking` gave its parameters."""
    return {f"{prefix}_{name}": value for name, value in row.items()}


def run_together(
    connection: Connection, statement: Insert | Update | Select[Any], parameters: Mapping[str, Any], writes: Writes
) -> CursorResult[Any]:
    """Run a statement with writes beside it, and return its result. SQLite, which has no round trips, runs each alone.

    The writes are done whatever the statement finds: raise when it found too little, so that all is taken back.
    """
    if connection.dialect.name == "sqlite" or not writes.statements:
        result = connection.execute(statement, parameters)
        for write in writes.statements:
            connection.execute(write, writes.parameters)
        return result
    return connection.execute(_one_of(statement, writes.statements), {**parameters, **writes.parameters})


@cache
def _one_of(statement: Insert | Update | Select[Any], writes: tuple[Write, ...]) -> Insert | Update | Select[Any]:
    """Make one statement of several, once."""
    return statement.add_cte(*(write.cte(f"write_{number}") for number, write in enumerate(writes)))
