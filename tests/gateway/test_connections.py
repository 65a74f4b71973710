"""No thread of a gateway waits for a connection to the database that another one holds."""

import asyncio
import threading

import pytest

from micromart_core.bootstrap import open_shop
from micromart_core.settings import DatabaseSettings, GatewaySettings, Settings
from micromart_daemon.gateway.opening import ready_for_the_public
from micromart_daemon.gateway.pools import BESIDE_REQUESTS, Pools, connections_of, sizes_of
from tests.served import ROOT

THREADS = 2


@pytest.fixture
def shop(postgresql_url, tmp_path):
    database = DatabaseSettings(url=postgresql_url, timeout_seconds=2)
    settings = Settings(database=database, gateway=GatewaySettings(threads=THREADS))
    shop = open_shop(ready_for_the_public(settings), tmp_path)
    yield shop
    shop.close()


@pytest.mark.servers
def test_all_of_them_can_be_in_a_transaction_at_once(shop):
    pools, sizes = Pools(THREADS), sizes_of(THREADS)
    all_inside = threading.Barrier(sum(sizes.values()) + BESIDE_REQUESTS)

    def hold() -> None:
        with shop.database.begin(writes=False):
            all_inside.wait(20)

    async def work() -> None:
        requests = [getattr(pools, name).run(hold, 30) for name, size in sizes.items() for _ in range(size)]
        await asyncio.gather(*requests, *(asyncio.to_thread(hold) for _ in range(BESIDE_REQUESTS)))

    asyncio.run(work())
    assert pools.close()


@pytest.mark.parametrize("page", ["README.md", "docs/decisions/0031-several-workers-on-one-port.md"])
def test_the_pages_say_how_many_it_needs(page):
    assert f"`3 × gateway.threads + {connections_of(0)}` connections" in (ROOT / page).read_text()
    assert connections_of(5) - connections_of(4) == 3
