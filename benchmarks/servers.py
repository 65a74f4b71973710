"""PostgreSQL for benchmarks: the private server of this checkout, and databases of one's own in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url, text

from deploy.stack.stack import alone_in
from micromart_core.adapters.rabbitmq.connection import connect
from micromart_core.adapters.rabbitmq.topology import dead_queue_name, queue_name
from micromart_core.broker import Routes
from micromart_core.settings import BrokerSettings

_STACK = Path(__file__).parents[1] / ".stack"
_URL = "MICROMART_DATABASE__URL"
_BROKER_URL = "MICROMART_BROKER__URL"
_MAIL_URL = "MICROMART_MAIL__URL"
_SERVERS = {_URL: "postgresql", _BROKER_URL: "rabbitmq", _MAIL_URL: "mail"}
_TOLD = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
"""A server that waits for its disk favours whoever does more for each commit."""


def server_url() -> URL:
    """Return the URL of the server that the environment names, else of this checkout's own, started when it is down."""
    given = os.environ.get(_URL, "")
    return make_url(given if given.startswith("postgresql") else _stack_setting(_URL))


def broker_url() -> str:
    """Return the broker's URL, found as `server_url` finds the database's."""
    return os.environ.get(_BROKER_URL) or _stack_setting(_BROKER_URL)


def mail_url() -> str:
    """Return the mail server's URL, found likewise."""
    return os.environ.get(_MAIL_URL) or _stack_setting(_MAIL_URL)


@contextmanager
def empty_queues(routes: Routes) -> Iterator[BrokerSettings]:
    """Delete the shop's queues at the broker before and after; nobody else may use its virtual host meanwhile."""
    settings = BrokerSettings(url=broker_url())
    _delete_queues(settings, routes)
    try:
        yield settings
    finally:
        _delete_queues(settings, routes)


def _delete_queues(settings: BrokerSettings, routes: Routes) -> None:
    connection = connect(settings, "bench")
    channel = connection.channel()
    for service in routes:
        channel.queue_delete(queue_name(service))
        channel.queue_delete(dead_queue_name(service))
    connection.release()


def _stack_setting(name: str) -> str:
    with alone_in(_STACK) as stack:
        stack.start(_SERVERS[name])
        return stack.settings(_SERVERS[name])[name]


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
