"""Shops on PostgreSQL that are made to suffer: through a proxy, or on a server of their own."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from micromart_core.settings import CheckoutSettings, DatabaseSettings, Settings
from tests.conftest import ShopUnderTest, _empty
from tests.servers.cutting_proxy import CuttingProxy
from tests.servers.sharing import open_shop  # noqa: F401 a fixture for all
from tests.servers.test_stack import Stack

LIMIT = 1
"""Seconds that these shops wait for a connection or a lock."""
NO_ADDRESS = CheckoutSettings(require_address=False)


def open_at(url: str, folder: Path, **database) -> ShopUnderTest:
    chosen = {"timeout_seconds": LIMIT, **database}
    settings = Settings(database=DatabaseSettings(**chosen), checkout=NO_ADDRESS)
    return ShopUnderTest(url, None, folder, settings)


@pytest.fixture
def shop_with(postgresql_url, tmp_path):
    """A function that opens an empty shop with other settings of its database, and closes it."""
    _empty(postgresql_url)
    opened = []

    def open_one(url: str = postgresql_url, **database) -> ShopUnderTest:
        opened.append(open_at(url, tmp_path, **database))
        return opened[-1]

    yield open_one
    for shop in opened:
        shop.close()


@pytest.fixture
def proxy(postgresql_url):
    url = make_url(postgresql_url)
    proxy = CuttingProxy(url.host or "127.0.0.1", url.port or 5432)
    proxy.url = url.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
    yield proxy
    proxy.close()


@pytest.fixture
def private(tmp_path):
    """A PostgreSQL of one's own, to be killed, with the tables of a shop."""
    stack = Stack(tmp_path / "stack", "postgresql")
    stack.up()
    yield stack
    stack.run("remove")
