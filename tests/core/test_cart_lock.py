"""A change that waited for its cart goes by what the cart holds then, not by what it held when the wait began."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from micromart_core.caller import Caller, UserId
from micromart_core.carts.service import clear_cart, remove_lines, set_quantity, show_cart
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.model_changes import Evict
from micromart_core.inventory.service_evictions import release_hold
from micromart_core.inventory.service_stock import count_stock
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.orders.service import place_order
from micromart_core.permissions import Role, permissions_of
from micromart_core.transaction import Transaction
from tests.core.order_stories import without_address

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")
DAMAGE = Reason("damage")
ANN = Caller("ann", permissions_of(frozenset({Role.SHOPPER})), UserId("usr_ann"), "ann@example.org", signed_in=True)
STAN = Caller("stan", permissions_of(frozenset({Role.ADMIN})), UserId("usr_stan"), signed_in=True)
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
PATIENCE = 20
STAFF_DEEDS = {
    "releases the line": lambda tx, cart: release_hold(tx, cart, TEA, DAMAGE),
    "releases the cart": lambda tx, cart: release_hold(tx, cart, None, DAMAGE),
    "evicts the newest hold": lambda tx, _cart: count_stock(tx, TEA, 0, DAMAGE, evict=Evict.NEWEST),
}
ANNS_DEEDS = {
    "puts it back": lambda tx, _cart: remove_lines(tx, (TEA,)),
    "clears the cart": lambda tx, _cart: clear_cart(tx),
    "wants fewer": lambda tx, _cart: set_quantity(tx, TEA, 1),
    "wants another too": lambda tx, _cart: set_quantity(tx, MUG, 1),
}


@pytest.fixture
def easy(live_shop):
    easy = without_address(live_shop)
    easy.stocks(TEA, on_hand=9)
    easy.stocks(MUG, on_hand=9)
    yield easy
    easy.close()


@contextmanager
def half_done(shop, caller):
    """Give a transaction that is committed once somebody waits for what it has locked."""
    with shop.database.begin(writes=True) as opened:
        yield Transaction(opened.connection, opened.now, caller, shop.settings, "trace")
        end = time.monotonic() + PATIENCE
        while not shop.database.is_sqlite and not shop.rows(WAITING):
            assert time.monotonic() < end, "nobody waits for the cart"
            time.sleep(0.01)
        opened.commit()


def at_last(shop, caller, deed, *request):
    """Let somebody be in the midst of a deed when Ann's request comes; return what her request came to."""
    cart = shop.shopper("ann").run(set_quantity, TEA, 3).id
    with ThreadPoolExecutor(1) as pool:
        with half_done(shop, caller) as tx:
            deed(tx, cart)
            answer = pool.submit(shop.shopper("ann").run, *request)
        return answer.result()


def of_tea(cart):
    return {line.sku: line.quantity for line in cart.lines}.get(TEA, 0)


@pytest.mark.parametrize("deed", STAFF_DEEDS.values(), ids=STAFF_DEEDS)
def test_a_hold_that_waited_for_staff_counts_from_what_staff_left(easy, deed):
    if deed is STAFF_DEEDS["evicts the newest hold"]:
        wanted, left = (MUG, 2), 0
    else:
        wanted, left = (TEA, 4), 4

    cart = at_last(easy, STAN, deed, set_quantity, *wanted)

    assert (of_tea(cart), easy.raw_stock(TEA).held) == (left, left)
    assert easy.staff().run(verify_stock).ok


@pytest.mark.parametrize("deed", ANNS_DEEDS.values(), ids=ANNS_DEEDS)
def test_a_hold_that_waited_for_the_same_cart_in_another_terminal(easy, deed):
    cart = at_last(easy, ANN, deed, set_quantity, TEA, 5)

    assert (of_tea(cart), easy.raw_stock(TEA).held) == (5, 5)
    assert cart == easy.shopper("ann").run(show_cart)
    assert easy.staff().run(verify_stock).ok


@pytest.mark.parametrize("deed", ANNS_DEEDS.values(), ids=ANNS_DEEDS)
def test_an_order_that_waited_sells_what_the_cart_holds_then(easy, deed):
    easy.shopper("ann").run(set_quantity, MUG, 2)

    order = at_last(easy, ANN, lambda tx, cart: deed(tx, cart) and set_quantity(tx, MUG, 4), place_order)

    assert {line.sku: line.quantity for line in order.lines}[MUG] == 4
    assert easy.raw_stock(MUG) == (5, 0)
    assert easy.staff().run(verify_stock).ok


@pytest.mark.parametrize("deed", ["releases the line", "releases the cart"])
def test_what_staff_releases_is_a_new_version_of_the_cart(easy, deed):
    cart = easy.shopper("ann").run(set_quantity, TEA, 3)
    sku = TEA if deed == "releases the line" else None

    easy.staff().run(release_hold, cart.id, sku, DAMAGE)

    assert easy.shopper("ann").run(show_cart).version > cart.version
