"""Frozen SQL of a revision, one file a database: statements end with a semicolon and stand a blank line apart."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection

_AS_IT_STANDS = {"no_parameters": True}
"""A percent sign in these statements is one."""
_VERSIONS = Path(__file__).parent / "versions"


def script_of(name: str, dialect: str) -> Path:
    """Return the file with the SQL of one revision for one database."""
    return _VERSIONS / f"{name}.{dialect}.sql"


def run_script(connection: Connection, name: str) -> None:
    """Run every statement of a revision's file for this database."""
    text = script_of(name, connection.dialect.name).read_text(encoding="utf-8")
    for statement in text.split("\n\n"):
        connection.exec_driver_sql(statement, execution_options=_AS_IT_STANDS)


def write_script(name: str, dialect: str, statements: Iterable[str]) -> None:
    """Write the file that `run_script` reads."""
    text = "\n\n".join(_tidied(statements))
    script_of(name, dialect).write_text(text + "\n", encoding="utf-8")


def _tidied(statements: Iterable[str]) -> Iterator[str]:
    for statement in statements:
        lines = (line.rstrip().replace("\t", "    ") for line in statement.splitlines())
        yield "\n".join(line for line in lines if line).rstrip("; ") + ";"
