"""A served shop of one's own for every test: a database, a virtual host, a Maildir, and daemons that are processes."""

import pytest

from tests.daemon.doors import Door
from tests.daemon.served import Served
from tests.mail_server import mail_server


@pytest.fixture
def served(empty_postgresql, broker_url, tmp_path):
    """A shop on PostgreSQL and RabbitMQ whose letters stay in a Maildir."""
    shop = Served(empty_postgresql(), broker_url, f"maildir:{tmp_path / 'letters'}", tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def brokerless(empty_postgresql, tmp_path):
    """A shop on PostgreSQL alone."""
    shop = Served(empty_postgresql(), "", f"maildir:{tmp_path / 'letters'}", tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def post(tmp_path):
    """A mail server whose readers decide how it fails."""
    with mail_server(tmp_path / "letters") as server:
        yield server


@pytest.fixture
def posted(empty_postgresql, broker_url, post, tmp_path):
    """A shop on PostgreSQL and RabbitMQ that sends its letters by SMTP."""
    shop = Served(empty_postgresql(), broker_url, f"smtp://127.0.0.1:{post.port}", tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def door_to_broker(served):
    """A door between daemons and the broker: `env=door.env` leads through it."""
    door = Door(served.broker_url)
    door.env = {"MICROMART_BROKER__URL": door.url}
    yield door
    door.close()


@pytest.fixture
def door_to_database(served):
    """A door between daemons and the database."""
    door = Door(served.url)
    door.env = {"MICROMART_DATABASE__URL": door.url}
    yield door
    door.close()
