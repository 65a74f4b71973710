"""A gateway that is a process of its own, on the demo shop of a home of its own; and one that lets everybody do all."""

import os
import socket
import threading

import httpx
import pytest
import uvicorn

from micromart_core.caller import Caller
from micromart_core.home import find_home
from micromart_core.identity import KnownCaller
from micromart_core.permissions import EVERYTHING
from micromart_daemon.gateway.app import Doors
from micromart_daemon.gateway.crowded_source import CartsOfSources
from micromart_daemon.gateway.serving import config_of
from tests.conftest import ShopUnderTest, copied_to
from tests.served import GatewayProcess, starting


@pytest.fixture
def start(tmp_path):
    """A function that starts a gateway under settings of its own."""
    with starting(GatewayProcess, tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """One gateway for the stories of a file that leave it as it was."""
    with starting(GatewayProcess, tmp_path_factory.mktemp("gateway")) as start:
        yield start()


@pytest.fixture(scope="module")
def may_everything(sqlite_template, tmp_path_factory):
    """A client of the gateway's own server in a thread of this process: whoever asks may do everything, unlimited."""
    folder = tmp_path_factory.mktemp("everything")
    shop = ShopUnderTest(copied_to(folder, sqlite_template), None, folder)
    shop.stocks("tea-01", on_hand=50)
    doors = Doors(shop.shop, shop.shop.identity_of(find_home(os.environ | {"MICROMART_HOME": str(folder)})))
    doors._identity = KnownCaller(Caller("stan", EVERYTHING, user_id="usr_stan", signed_in=True))
    doors._sources.check = lambda _caller: None
    doors._carts = CartsOfSources(100_000, held_seconds=1)
    server = uvicorn.Server(config_of(shop.shop, doors))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
            yield client
        server.should_exit = True
        thread.join()
    doors.pools.close()
    shop.close()
