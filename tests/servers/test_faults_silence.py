"""A PostgreSQL that says nothing any more: it is given up, a statement that takes long is not (FAULTS F7)."""

import os
import signal
import socket
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import Unavailable
from micromart_core.inventory.model import Sku
from tests.servers.conftest import LIMIT, open_at

pytestmark = [pytest.mark.servers, pytest.mark.slow]
TEA = Sku("TEA-01")


def test_a_server_that_takes_the_connection_and_says_nothing_is_down(shop_with):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        shop = shop_with(f"postgresql+psycopg://shop:x@127.0.0.1:{silent.getsockname()[1]}/shop", timeout_seconds=2)
        with pytest.raises(Unavailable) as told:
            shop.guest("ann").run(set_quantity, TEA, 1)

    assert told.value.exit_code == 69


def test_a_server_that_falls_silent_is_given_up_and_the_shop_goes_on_when_it_is_back(shop_with, proxy):
    shop = shop_with(proxy.url)
    shop.stocks(TEA, on_hand=10)
    shop.guest("ann").run(set_quantity, TEA, 1)
    proxy.fall_silent()

    with pytest.raises(Unavailable):
        shop.guest("ann").run(set_quantity, TEA, 2)
    proxy.speak_again()

    assert shop.guest("ann").run(set_quantity, TEA, 3).item_count == 3


def test_a_statement_without_an_answer_is_given_up_too(shop_with, proxy):
    shop = shop_with(proxy.url)
    shop.stocks(TEA, on_hand=10)
    proxy.fall_silent_at(b"cart_lines")

    with pytest.raises(Unavailable) as told:
        shop.guest("ann").run(set_quantity, TEA, 2)
    proxy.speak_again()

    assert told.value.exit_code == 69
    assert shop.guest("ann").run(show_cart).item_count == 0


def test_a_statement_that_takes_long_is_waited_for_while_the_server_lives(shop_with, proxy):
    with shop_with(proxy.url).database.begin(writes=False) as opened:
        before = proxy.connections
        assert opened.connection.execute(text(f"SELECT 1 FROM pg_sleep({2.5 * LIMIT})")).scalar() == 1

        assert proxy.connections - before == 2  # asked for a sign of life so often


@contextmanager
def stopped(*processes: int):
    """Stop processes, as a suspended machine does to all of them."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    yield
    for process in processes:
        os.kill(process, signal.SIGCONT)


def test_a_server_that_is_stopped_amid_a_statement_is_given_up_though_its_machine_takes_connections(private, tmp_path):
    shop = open_at(private.settings()["MICROMART_DATABASE__URL"], tmp_path)
    with shop.database.begin(writes=False) as opened:
        ours = opened.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with (
            stopped(private.pid_of("postgresql"), ours),
            pytest.raises(OperationalError, match=f"not answered for {LIMIT} s"),
        ):
            opened.connection.execute(text("SELECT 1"))

    with shop.database.begin(writes=False) as opened:
        assert opened.connection.execute(text("SELECT 1")).scalar_one() == 1
    shop.close()
