"""For developers: `python -m migrations initial` or `python -m migrations draft "what changes"`.

`initial` writes the first revision's SQL again from the tables in the code, for the time before the first release.
`draft` writes a new revision with what Alembic finds different; triggers, checks and search are finished by hand,
its name goes into REVISIONS, and tests/architecture/test_migrations.py says whether it is complete.
"""

import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import create_mock_engine

from micromart_core.database import Database
from micromart_core.every_table import load_tables
from micromart_core.migration import alembic_config, upgrade
from micromart_core.settings import DatabaseSettings
from migrations import REVISIONS
from migrations.scripts import write_script

_URLS = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}


def statements_of(dialect: str) -> Iterator[str]:
    """Yield every statement that makes the tables of the code on one database."""
    found: list[str] = []

    def note(statement: Any, *_parameters: object, **_options: object) -> None:
        found.append(str(statement.compile(dialect=engine.dialect)))

    # Named parameters: with %(name)s ones every percent sign of the SQL would be doubled.
    engine = create_mock_engine(_URLS[dialect], note, paramstyle="named")
    load_tables().create_all(engine, checkfirst=False)
    for makes_index, statements in groupby(found, _makes_index):
        run = list(statements)
        yield from sorted(run) if makes_index else run  # a table keeps its indexes as a set


def _makes_index(statement: str) -> bool:
    return statement.startswith(("CREATE INDEX", "CREATE UNIQUE INDEX"))


def write_initial() -> None:
    """Write the SQL of the first revision again."""
    for dialect in _URLS:
        write_script("0001_initial", dialect, statements_of(dialect))


def draft(message: str) -> None:
    """Write a new revision from the difference between the newest one and the code."""
    from alembic import command

    with tempfile.TemporaryDirectory() as folder:
        database = Database(DatabaseSettings(url=f"sqlite:///{folder}/shop.db"))
        upgrade(database)
        with database.begin(writes=True) as opened:
            config = alembic_config(opened.connection)
            config.attributes["target_metadata"] = load_tables()
            command.revision(config, message, autogenerate=True, rev_id=f"{len(REVISIONS) + 1:04}")
        database.close()


def main(arguments: list[str]) -> int:
    """Do what was asked; 2 when that is unclear."""
    match arguments:
        case ["initial"]:
            write_initial()
        case ["draft", message]:
            draft(message)
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
