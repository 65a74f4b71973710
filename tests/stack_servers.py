"""The Redis, RabbitMQ and Keycloak of ./dev stack: a part of the first two for every test worker, one realm for all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.stack.errors import NotToBeHad
from deploy.stack.packages import install
from deploy.stack.stack import Stack, alone_in
from micromart_core.bootstrap_broker import event_routes
from tests.identity.real_keycloak import STACK, RealKeycloak

# Read before any test: those of the command line take the shop's settings out of the environment.
REDIS = os.environ.get("MICROMART_REDIS__URL", "")
STACK_FOLDER = os.environ.get("MICROMART_STACK_FOLDER", "")
STACK_REQUIRED = bool(os.environ.get("MICROMART_REQUIRE_STACK"))


def go_without(server: str) -> None:
    """Skip a test whose server does not run; where all of them must, fail it."""
    _go_without(f"no {server}: ./dev stack up")


def _go_without(why: str) -> None:
    told = pytest.fail if STACK_REQUIRED else pytest.skip
    told(why)


def program_of(package: str, program: str) -> str:
    """Return a program of Debian's; one that is missing is installed where no test may be skipped."""
    if shutil.which(program) is None:
        if not STACK_REQUIRED:
            pytest.skip(f"no {program}: apt-get install {package}")
        install([package])
    return program


@contextmanager
def stack_of_its_own(folder: Path, what: str) -> Iterator[Stack]:
    """Give a stack in a folder, which is gone afterwards; skip a test whose servers cannot be had, or fail it."""
    with alone_in(folder) as stack:
        try:
            yield stack
        except NotToBeHad as missing:
            _go_without(f"{what} cannot be had here: {missing}")
        finally:
            stack.remove()


@pytest.fixture
def redis_url(worker_id) -> str:
    """An empty database of this test worker's own in the stack's Redis; what is published, all databases hear."""
    if not REDIS:
        go_without("Redis")
    from redis import Redis

    own = f"{REDIS.rpartition('/')[0]}/{_number_of(worker_id)}"
    with Redis.from_url(own) as client:
        client.flushdb()
    return own


def _number_of(worker_id: str) -> int:
    """Number the workers from 1: database 0 is the shop's."""
    return int(worker_id.removeprefix("gw")) + 2 if worker_id.startswith("gw") else 1


@pytest.fixture(scope="session")
def virtual_host_url(worker_id) -> str:
    """A virtual host of this test worker's own in the stack's RabbitMQ."""
    if not STACK_FOLDER:
        go_without("RabbitMQ")
    from deploy.stack.virtual_host import own_virtual_host

    with own_virtual_host(Path(STACK_FOLDER), f"test_{worker_id}_{os.getpid()}") as url:
        yield url


@pytest.fixture
def broker_url(virtual_host_url) -> str:
    """This worker's virtual host without any queue of a shop; a test that makes others deletes them."""
    from kombu import Connection

    from micromart_core.adapters.rabbitmq.topology import dead_queue_name, queue_name

    with Connection(virtual_host_url) as connection, connection.channel() as channel:
        for service in event_routes():
            channel.queue_delete(queue_name(service))
            channel.queue_delete(dead_queue_name(service))
    return virtual_host_url


@pytest.fixture
def keycloak() -> RealKeycloak:
    """The realm as it was imported; every test makes people of its own there."""
    if "MICROMART_STACK_KEYCLOAK_URL" not in STACK:
        go_without("Keycloak")
    return RealKeycloak()
