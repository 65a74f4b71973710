"""The migrations make exactly the tables that the code declares, on both databases."""

import re
import subprocess
import sys

import pytest
from sqlalchemy import Connection

import migrations
from micromart_core.database import Database
from micromart_core.every_table import load_tables
from micromart_core.migration import alembic_config, stamp, upgrade
from micromart_core.settings import DatabaseSettings

SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
POSTGRESQL = (
    """SELECT 'column', attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
              attgenerated, pg_get_expr(adbin, adrelid)
       FROM pg_attribute
       JOIN pg_class ON pg_class.oid = attrelid
       LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped""",
    """SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
       FROM pg_trigger WHERE NOT tgisinternal""",
    """SELECT 'function', proname, pg_get_functiondef(pg_proc.oid)
       FROM pg_proc
       LEFT JOIN pg_depend ON objid = pg_proc.oid AND deptype = 'e'
       WHERE pronamespace = 'public'::regnamespace AND objid IS NULL""",
    "SELECT 'extension', extname FROM pg_extension",
    """SELECT 'options', oid::regclass::text, relkind, reloptions::text
       FROM pg_class WHERE relnamespace = 'public'::regnamespace""",
)


def everything_in(connection: Connection) -> list[str]:
    """Return a line for every table, column, constraint, index, trigger, function and option."""
    queries = (SQLITE,) if connection.dialect.name == "sqlite" else POSTGRESQL
    found = [row for query in queries for row in connection.exec_driver_sql(query)]
    return sorted(re.sub(r"\s+", " ", repr(tuple(row)).replace("\\n", " ").replace("\\t", " ")) for row in found)


def make_by_migrations(database: Database) -> list[str]:
    upgrade(database)
    with database.begin(writes=False) as opened:
        return everything_in(opened.connection)


def make_from_the_code(database: Database) -> list[str]:
    with database.begin(writes=True) as opened:
        load_tables().create_all(opened.connection)
        stamp(opened.connection)
        return everything_in(opened.connection)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def empty_database(request, tmp_path):
    """Return a function that makes an empty database."""
    made = []

    def make() -> Database:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path}/{len(made)}.db"
        else:
            url = request.getfixturevalue("empty_postgresql")()
        made.append(Database(DatabaseSettings(url=url)))
        return made[-1]

    yield make
    for database in made:
        database.close()


def test_migrations_make_what_the_code_declares(empty_database):
    migrated = make_by_migrations(empty_database())
    declared = make_from_the_code(empty_database())

    assert len(migrated) > 20
    assert migrated == declared


def test_the_list_of_revisions_is_alembics_own(empty_database):
    from alembic.script import ScriptDirectory

    with empty_database().begin(writes=False) as opened:
        scripts = ScriptDirectory.from_config(alembic_config(opened.connection))

    assert tuple(script.revision for script in reversed(list(scripts.walk_revisions()))) == migrations.REVISIONS


WITH_EVERY_MODULE = """
import pkgutil
from importlib import import_module
import micromart_core
for module in pkgutil.walk_packages(micromart_core.__path__, "micromart_core."):
    import_module(module.name)
"""
PRINT = """
from migrations.__main__ import statements_of
print("\\n".join(statement for dialect in ("sqlite", "postgresql") for statement in statements_of(dialect)))
"""


def test_whoever_loads_the_tables_loads_all_that_belongs_to_them():
    """A table, index or trigger declared in a module that load_tables does not name would be missing in new shops."""
    alone, among_all = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for program in (PRINT, WITH_EVERY_MODULE + PRINT)
    )

    assert "append-only" in alone
    assert sorted(alone.splitlines()) == sorted(among_all.splitlines())
