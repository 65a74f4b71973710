"""Finding whole names by their first digits: where there is little room, lists show no more of a trace."""

from typing import Any

from sqlalchemy import Column, Connection, select

_AFTER_ALL_DIGITS = "g"
"""The sign that follows the last hexadecimal digit: a range can be read from an index on any database."""


def list_beginning(connection: Connection, column: Column[Any], digits: str, *, limit: int) -> set[str]:
    """Return at most so many different values of a column that begin with these hexadecimal digits."""
    query = select(column).where(column >= digits, column < digits + _AFTER_ALL_DIGITS)
    return set(connection.scalars(query.distinct().order_by(column).limit(limit)))
