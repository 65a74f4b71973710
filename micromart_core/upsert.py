"""Insert or update rows, the same way on SQLite and PostgreSQL."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert_for(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """Return the database's own INSERT, which knows ON CONFLICT."""
    return insert_into(table, is_sqlite=connection.dialect.name == "sqlite")


def insert_into(table: Table, *, is_sqlite: bool) -> "postgresql.Insert | sqlite.Insert":
    """Return one dialect's own INSERT; the other one, a tenth of a verb's start, is not even imported."""
    if is_sqlite:
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def insert_if_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless one like it stands there; True when it was inserted."""
    statement = _if_new(table, connection.dialect.name == "sqlite")
    # SQLAlchemy forgets how many rows an INSERT wrote unless it is told to keep the number.
    return connection.execute(statement, dict(row), execution_options={"preserve_rowcount": True}).rowcount == 1


@cache
def _if_new(table: Table, is_sqlite: bool) -> "postgresql.Insert | sqlite.Insert":  # noqa: FBT001  # keys of the cache
    """Build it once for each table: every event that is delivered runs it for each handler."""
    return insert_into(table, is_sqlite=is_sqlite).on_conflict_do_nothing()


def upsert(connection: Connection, table: Table, *, keys: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Insert a row, or set `values` on the one with these keys."""
    statement = insert_for(connection, table).values(**keys, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=dict(values)))
