"""How a database runs statements: its own explanation of each."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Engine

from benchmarks.statements import Statement

_EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN (ANALYZE, BUFFERS)"}


def explain(engine: Engine, statements: Sequence[Statement]) -> str:
    """Return each statement with its plan, run in order in one transaction that is taken back."""
    return "\n".join(_explained(engine, statements))


def _explained(engine: Engine, statements: Sequence[Statement]) -> Iterator[str]:
    how = _EXPLAIN[engine.dialect.name]
    driver = engine.raw_connection()
    cursor = driver.cursor()
    cursor.execute("BEGIN")
    for statement in statements:
        yield f"{statement.text}\n-- {statement.parameters}"
        cursor.execute(f"{how} {statement.text}", statement.parameters)
        yield from (f"    {_line(row)}" for row in cursor.fetchall())
        yield ""
        if "set_config" in statement.text:
            cursor.execute(statement.text, statement.parameters)
    cursor.execute("ROLLBACK")
    driver.close()


def _line(row: Sequence[Any]) -> str:
    """Return the words of one line of a plan: SQLite tells its place in the tree before them."""
    return str(row[-1])
