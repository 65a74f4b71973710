"""The stockroom as the desk looks along it."""

import pytest
from sqlalchemy import text

from micromart_core.carts.service import set_quantity
from micromart_core.errors import InvalidValue, NotAllowed, SignInFirst
from micromart_core.inventory import store_shelves
from micromart_core.inventory.model import Reason, Sku, UnknownSku
from micromart_core.inventory.model_reports import Shelf
from micromart_core.inventory.service_shelves import count_shelves, count_sold, list_shelves
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.inventory.service_verify import prove_shelf
from micromart_core.permissions import Permission, Role
from micromart_core.users.service_staff import open_desk
from tests.core.order_stories import buys, without_address

TEA, MUG, POT = Sku("TEA-01"), Sku("MUG-01"), Sku("POT-01")


def found(gateway, state, **page):
    return [level.sku for level in gateway.run(list_shelves, state, **page).items]


def test_shelves_of_a_state_are_listed_alone(shop, clock):
    shop.stocks(TEA, on_hand=3, reorder_level=3)
    shop.stocks(MUG, on_hand=3)
    shop.stocks(POT, on_hand=0)
    shop.guest("ann").run(set_quantity, MUG, 3)

    assert found(shop.staff(), Shelf.LOW) == [POT, TEA]
    assert found(shop.staff(), Shelf.SOLD_OUT) == [MUG, POT]
    assert found(shop.staff(), Shelf.HELD) == [MUG]

    clock.advance(minutes=11)

    assert found(shop.staff(), Shelf.HELD) == []


def test_one_look_ends_and_the_next_goes_on_from_there(shop, monkeypatch):
    for number in range(5):
        shop.stocks(f"SKU-{number}", on_hand=0 if number in (0, 4) else 9)
    three = store_shelves._NEXT.element.limit(3).subquery("next")
    monkeypatch.setattr(store_shelves, "LOOKED_AT", 3)
    monkeypatch.setattr(store_shelves, "_NEXT", three)
    monkeypatch.setattr(store_shelves, "_IS", {Shelf.SOLD_OUT: three.c.on_hand <= 0})

    first = shop.staff().run(list_shelves, Shelf.SOLD_OUT)
    rest = shop.staff().run(list_shelves, Shelf.SOLD_OUT, after=first.next)

    assert ([level.sku for level in first.items], first.next) == (["SKU-0"], "SKU-2")
    assert ([level.sku for level in rest.items], rest.next) == (["SKU-4"], None)


def test_a_full_page_goes_on_after_its_last_shelf(shop):
    for sku in (TEA, MUG, POT):
        shop.stocks(sku, on_hand=0)

    first = shop.staff().run(list_shelves, Shelf.SOLD_OUT, limit=2)

    assert ([level.sku for level in first.items], first.next) == ([MUG, POT], POT)
    assert found(shop.staff(), Shelf.SOLD_OUT, after=first.next) == [TEA]


def test_shelves_are_counted(shop):
    shop.stocks(TEA, on_hand=3, reorder_level=3)
    shop.stocks(MUG, on_hand=3)
    shop.stocks(POT, on_hand=0)

    counts = shop.staff().run(count_shelves)

    assert (counts.products, counts.low, counts.sold_out, counts.is_whole) == (3, 2, 1, True)


def test_what_was_sold_is_told_day_by_day(shop, clock):
    shop.stocks(TEA, on_hand=30)
    shop.stocks(MUG, on_hand=30)
    open_shop = without_address(shop)
    buys(open_shop.shopper("early"), TEA, 9)
    clock.advance(days=7)
    buys(open_shop.shopper("ann"), TEA, 2)
    clock.advance(days=1)
    buys(open_shop.shopper("bob"), TEA)
    buys(open_shop.shopper("cem"), TEA, 3)
    shop.staff().run(adjust_stock, TEA, by=-1, reason=Reason("damage"))

    tea, mug = shop.staff().run(count_sold, (TEA, MUG))

    assert (tea.sku, tea.days) == (TEA, (0, 0, 0, 0, 0, 2, 4))
    assert mug.days == (0,) * 7


def test_where_nothing_has_moved_nothing_was_sold(shop):
    (tea,) = shop.staff().run(count_sold, (TEA,), days=3)

    assert tea.days == (0, 0, 0)


def test_too_many_products_at_once_are_refused(shop):
    with pytest.raises(InvalidValue, match="too many"):
        shop.staff().run(count_sold, tuple(Sku(f"S-{number}") for number in range(101)))


def test_only_staff_may_open_the_desk(shop):
    assert Permission.STOCK_ADJUST in shop.staff("pam", Role.STOCK_CLERK).run(open_desk)

    with pytest.raises(NotAllowed, match="open the desk"):
        shop.shopper("ann").run(open_desk)
    with pytest.raises(SignInFirst):
        shop.guest("bob").run(open_desk)
    with pytest.raises(NotAllowed):
        shop.shopper("ann").run(count_shelves)


def test_the_sum_of_the_moves_is_what_is_on_hand(shop):
    shop.stocks(TEA, on_hand=3)
    shop.staff().run(adjust_stock, TEA, by=4, reason=Reason("delivery"))
    shop.staff().run(adjust_stock, TEA, by=-2, reason=Reason("damage"))

    proof = shop.staff().run(prove_shelf, TEA)

    assert (proof.movements, proof.sum, proof.balance, proof.on_hand, proof.ok) == (3, 5, 5, 5, True)


def test_a_shelf_that_somebody_changed_by_hand_is_found_out(shop):
    shop.stocks(TEA, on_hand=3)
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(text("UPDATE stock SET on_hand = 9"))
        opened.commit()

    assert not shop.staff().run(prove_shelf, TEA).ok
    with pytest.raises(UnknownSku):
        shop.staff().run(prove_shelf, POT)
