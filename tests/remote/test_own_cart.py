"""A person's own cart, open in two windows that come through the gateway: each sees at once what the other does."""

import pytest

from micromart_core.adapters.remote.gateway import RemoteGateway
from micromart_core.adapters.remote.news import News
from micromart_core.caller import Caller
from micromart_core.carts.model import StaleCart
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.changes import ANYTHING, Change, Changes, Topic
from micromart_core.inventory.model import Sku
from tests.tui.conftest import sitting

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")


@pytest.fixture
def window(shop):
    """A function that opens the gateway's door for somebody of this name."""
    shop.stocks(TEA, 4)
    shop.stocks(MUG, 9)

    def open_for(name: str) -> RemoteGateway:
        credentials = shop.elsewhere.tokens.credentials_of(Caller("guest", cart_key=f"key-of-{name}"))
        return RemoteGateway(shop.elsewhere.wire, lambda: credentials)

    return open_for


def heard(changes: Changes, *wanted: Change) -> set[Change]:
    """Listen until all of these were told; that anything may have changed, a shop on a file says at every beat."""
    told = set()
    while not told >= set(wanted):
        told.add(next(changes))
    return told - {ANYTHING}


def test_the_conflict_of_two_windows_keeps_its_type_and_its_versions(window):
    ann = window("ann")
    ann.run(set_quantity, TEA, 1)
    seen = ann.run(show_cart)
    ann.run(set_quantity, TEA, 2)

    with pytest.raises(StaleCart) as stale:
        ann.run(set_quantity, TEA, 3, seen.version)

    assert (stale.value.expected, stale.value.actual) == (seen.version, seen.version + 1)


def test_people_hear_of_their_own_cart_and_of_nobody_elses(window):
    ann = window("ann")
    news = News(ann.wire, ann.credentials)
    changes = news.listen()
    assert next(changes) == ANYTHING

    window("bob").run(set_quantity, TEA, 1)
    window("bob").run(set_quantity, MUG, 1)
    of_bob = Change(Topic.STOCK, TEA), Change(Topic.STOCK, MUG)
    assert heard(changes, *of_bob) == set(of_bob)

    ann.run(set_quantity, TEA, 1)
    of_ann = Change(Topic.STOCK, TEA), Change(Topic.CARTS)
    assert heard(changes, *of_ann) == set(of_ann)
    changes.close()
    news.close()


@pytest.mark.anyio
async def test_what_one_window_holds_is_soon_seen_in_the_other(window):
    ann = window("ann")
    async with sitting(ann, at="cart") as one, sitting(ann, at="cart") as other:
        await other.sees("Nothing here yet.")
        ann.run(set_quantity, TEA, 1)
        await one.sees("× 1")
        await other.sees("× 1")

        await one.press("right")
        await other.sees("× 2")


@pytest.mark.anyio
async def test_two_windows_lose_no_press(window):
    ann = window("ann")
    ann.run(set_quantity, MUG, 1)
    async with sitting(ann, at="cart") as one, sitting(ann, at="cart") as other:
        for _ in range(3):
            await one.pilot.press("right")
            await other.pilot.press("right")
        await one.sees("× 7")
        await other.sees("× 7")

    assert ann.run(show_cart).quantity_of(MUG) == 7


def test_who_signs_in_soon_hears_of_the_cart_they_have_then(shop, window):
    guest, ann = window("guest"), window("ann")
    now = [guest.credentials()]
    news = News(guest.wire, lambda: now[0])
    changes = news.listen()
    assert next(changes) == ANYTHING

    now[0] = ann.credentials()
    window("bob").run(set_quantity, MUG, 1)  # the next line of the stream, after which it is opened anew
    while next(changes) != ANYTHING:
        pass
    while next(changes) != Change(Topic.CARTS):
        ann.run(set_quantity, TEA, 3 - ann.run(show_cart).quantity_of(TEA))

    changes.close()
    news.close()
