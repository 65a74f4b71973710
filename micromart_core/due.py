"""Whether anything is due at a moment, as a condition: one statement can then ask about several duties."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select

Moment = datetime | ColumnElement[datetime]
"""A moment, or what the database takes for one."""
IsDue = Callable[[Moment], ColumnElement[bool]]
"""What is true of the database when something is due at a moment."""


def any_of(due: Select[tuple[Any]]) -> ColumnElement[bool]:
    """Return what is true when a statement finds a row, which begins with no NULL, in the order of an index.

    Not by EXISTS, which forgets the order: a planner that remembers a backlog would read the whole table for it.
    """
    return due.limit(1).scalar_subquery().is_not(None)
