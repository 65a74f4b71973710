"""Which statements an engine runs, and how long each takes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from sqlalchemy import Engine, event


class Statement(Struct, frozen=True):
    """One statement as the driver got it; it took until the driver had its result."""

    text: str
    parameters: Any
    seconds: float


@contextmanager
def noting_statements(engine: Engine) -> Iterator[list[Statement]]:
    """Note what runs meanwhile; the list grows as statements end. For one thread."""
    noted: list[Statement] = []
    began = 0.0

    def before(*_details: Any) -> None:
        nonlocal began
        began = time.perf_counter()

    def after(_connection: Any, _cursor: Any, text: str, parameters: Any, *_details: Any) -> None:
        if not text.startswith("BEGIN"):  # on SQLite that comes this way too
            noted.append(Statement(text, parameters, time.perf_counter() - began))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield noted
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


def replay(engine: Engine, statements: Sequence[Statement]) -> float:
    """Send statements once more by the bare driver, in one transaction, and fetch their rows; return the seconds."""
    driver = engine.raw_connection()
    cursor = driver.cursor()
    cursor.execute("BEGIN")
    began = time.perf_counter()
    for statement in statements:
        cursor.execute(statement.text, statement.parameters)
        if cursor.description is not None:
            cursor.fetchall()
    seconds = time.perf_counter() - began
    cursor.execute("ROLLBACK")
    driver.close()
    return seconds
