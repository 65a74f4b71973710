"""PostgreSQL for benchmarks: the private server of this checkout, and databases of one's own in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url, text

from deploy.stack.stack import alone_in

_STACK = Path(__file__).parents[1] / ".stack"
_URL = "MICROMART_DATABASE__URL"
_TOLD = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
"""A server that waits for its disk favours whoever does more for each commit."""


def server_url() -> URL:
    """Return the URL of the server that the environment names, else of this checkout's own, started when it is down."""
    given = os.environ.get(_URL, "")
    if given.startswith("postgresql"):
        return make_url(given)
    with alone_in(_STACK) as stack:
        stack.start("postgresql")
        return make_url(stack.settings("postgresql")[_URL])


@contextmanager
def own_database(purpose: str) -> Iterator[URL]:
    """Make an empty database `bench_<purpose>_<process>` and drop it afterwards."""
    name = f"bench_{purpose}_{os.getpid()}"
    server = server_url()
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        _run(admin, f'CREATE DATABASE "{name}"')
        yield server.set(database=name)
    finally:
        _run(admin, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.dispose()


def server_facts() -> dict[str, str]:
    """Return what a reader of the figures must know of the server."""
    server = create_engine(server_url())
    with server.connect() as connection:
        facts = {name: str(connection.scalar(text(f"SHOW {name}"))) for name in _TOLD}
    server.dispose()
    return facts


def url_text(url: URL) -> str:
    """Return the URL as a setting."""
    return url.render_as_string(hide_password=False)


def _run(admin: Engine, statement: str) -> None:
    with admin.connect() as connection:
        connection.execute(text(statement))
