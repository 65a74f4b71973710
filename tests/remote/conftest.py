"""Shops elsewhere: a real gateway on loopback, a wire that is cut, and shops that are none."""

import pytest

from micromart_core.adapters.remote.wire import Wire
from tests.cli.conftest import cli, home, home_elsewhere, micromart  # noqa: F401 fixtures for all
from tests.conftest import copied_to
from tests.remote.cut_wire import CutWire
from tests.remote.false_shop import FalseShop
from tests.tui.conftest import anyio_backend  # noqa: F401 a fixture for all


@pytest.fixture
def database_url(sqlite_template, tmp_path) -> str:
    """An empty shop on SQLite: the wire does not ask which database answers."""
    return copied_to(tmp_path, sqlite_template)


@pytest.fixture
def cut_wire(shop):
    """A wire to the shop's gateway that can be cut."""
    relay = CutWire(int(shop.elsewhere.url.rpartition(":")[2]))
    yield relay
    relay.close()


@pytest.fixture
def false_shop():
    """A function that starts something that is no shop; its wire comes with it."""
    started = []

    def start(*heads: str, endless: bool = False) -> tuple[FalseShop, Wire]:
        shop = FalseShop(*heads, endless=endless)
        started.extend((shop, wire := Wire(shop.url)))
        return shop, wire

    yield start
    for each in started:
        each.close()
