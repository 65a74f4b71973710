"""A migration only adds: programs of the release before it work on, beside those of the new one.

What a release no longer uses is dropped by the one after it, when no program that knows it can be running; such a
revision is named here with the release that stopped using it.
"""

import re
from pathlib import Path

import pytest

import migrations
from migrations.scripts import script_of

DROPPED_LATER: dict[str, str] = {}
"""Revision -> the release that had stopped using what it drops."""
ADDS = re.compile(
    r"CREATE (TABLE|(UNIQUE )?INDEX|TRIGGER|VIEW|FUNCTION|OR REPLACE FUNCTION|EXTENSION|VIRTUAL TABLE)\b"
    r"|ALTER TABLE \S+ ADD COLUMN\b(?!.*\bNOT NULL\b(?!.*\bDEFAULT\b))"
    r"|ALTER TABLE \S+ ADD CONSTRAINT\b.*\bNOT VALID\b"
    r"|--",
    re.IGNORECASE | re.DOTALL,
)
LATER = [
    (revision, dialect)
    for revision in migrations.REVISIONS[1:]
    if revision not in DROPPED_LATER
    for dialect in ("postgresql", "sqlite")
]


COPIES = re.compile(
    r"ALTER TABLE (?P<table>\w+) RENAME TO (?P=table)_before;"
    r"|INSERT INTO (?P<into>\w+) \((?P<columns>[^)]*)\) SELECT (?P=columns) FROM (?P=into)_before;"
    r"|DROP TABLE \w+_before;"
)
"""How SQLite gets a column before a table's constraints: the table is made again, and every row copied over."""
DROPS = re.compile(r"DROP (?:TRIGGER|INDEX) (\w+);")


def takes_away(sql: str) -> list[str]:
    """Return the statements that do more than add; what is dropped to be made again is not taken away."""
    statements = [statement.strip() for statement in sql.split("\n\n") if statement.strip()]
    made = set(re.findall(r"^CREATE (?:UNIQUE )?(?:INDEX|TRIGGER) (\w+)", sql, re.MULTILINE))
    taken = [statement for statement in statements if not ADDS.match(statement) and not COPIES.fullmatch(statement)]
    return [statement for statement in taken if not ((drop := DROPS.fullmatch(statement)) and drop[1] in made)]


def name_of(revision: str) -> str:
    [script] = (Path(migrations.__file__).parent / "versions").glob(f"{revision}_*.py")
    return script.stem


@pytest.mark.parametrize(("revision", "dialect"), LATER)
def test_a_revision_only_adds(revision, dialect):
    assert takes_away(script_of(name_of(revision), dialect).read_text()) == []


@pytest.mark.parametrize("revision", migrations.REVISIONS)
def test_a_revision_is_its_scripts_and_nothing_else(revision):
    """What an `op.drop_column` in the Python file would do, the test above could not see."""
    source = (Path(migrations.__file__).parent / "versions" / f"{name_of(revision)}.py").read_text()
    assert re.findall(r"op\.\w+", source) == ["op.get_bind"]


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE orders;",
        "ALTER TABLE orders DROP COLUMN note;",
        "ALTER TABLE orders RENAME COLUMN note TO remark;",
        "ALTER TABLE orders ADD COLUMN gift TEXT NOT NULL;",
        "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;",
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);",
        "UPDATE orders SET note = '';",
        "DROP INDEX orders_by_user;",
        "ALTER TABLE orders RENAME TO purchases;",
        "INSERT INTO orders (id, note) SELECT id, '' FROM orders_before;",
    ],
)
def test_what_the_release_before_could_not_bear_is_seen(statement):
    assert takes_away(f"CREATE TABLE wishes (id TEXT);\n\n{statement}") == [statement]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE orders ADD COLUMN gift TEXT;",
        "ALTER TABLE orders ADD COLUMN gift TEXT NOT NULL DEFAULT '';",
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;",
        "CREATE UNIQUE INDEX wishes_by_sku ON wishes (sku);",
    ],
)
def test_what_only_adds_passes(statement):
    assert takes_away(statement) == []
