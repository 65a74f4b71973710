"""Staff may take holds away: the newest first, no more than needed, and every shopper is told."""

import msgspec
import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import NotAllowed
from micromart_core.inventory.model import BelowHeld, OutOfStock, Reason, Sku
from micromart_core.inventory.model_changes import BelowZero, Evict, ReleasedLine, UnknownHold
from micromart_core.inventory.service_evictions import list_holds, release_hold
from micromart_core.inventory.service_stock import adjust_stock, count_stock
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.permissions import Role

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")
DAMAGE, COUNT, RECALL = Reason("damage"), Reason("count"), Reason("recall")


def told(shop):
    rows = shop.rows("SELECT data FROM outbox WHERE type = 'cart.lines_released' ORDER BY id")
    return [msgspec.json.decode(row.data) for row in rows]


def hold_one_after_the_other(shop, clock, **quantities):
    carts = {}
    for name, quantity in quantities.items():
        carts[name] = shop.shopper(name).run(set_quantity, TEA, quantity).id
        clock.advance(seconds=1)
    return carts


def test_the_newest_holds_go_until_it_fits(shop, clock):
    shop.stocks(TEA, on_hand=6)
    carts = hold_one_after_the_other(shop, clock, ann=1, bob=2, cat=3)

    level = shop.staff("stan").run(adjust_stock, TEA, -4, DAMAGE, evict=Evict.NEWEST)

    assert (level.on_hand, level.held) == (2, 1)
    assert [event["cart_id"] for event in told(shop)] == [carts["cat"], carts["bob"]]
    assert [event["user_id"] for event in told(shop)] == ["usr_cat", "usr_bob"]
    assert shop.shopper("ann").run(show_cart).quantity_of(TEA) == 1
    assert shop.shopper("bob").run(show_cart).quantity_of(TEA) == 0
    assert shop.staff().run(verify_stock).ok


def test_nobody_is_evicted_when_it_fits(shop, clock):
    shop.stocks(TEA, on_hand=6)
    hold_one_after_the_other(shop, clock, ann=1, bob=2)

    shop.staff().run(count_stock, TEA, 3, COUNT, evict=Evict.NEWEST)

    assert told(shop) == []
    assert shop.raw_stock(TEA) == (3, 3)


def test_ended_holds_go_before_live_ones(shop, clock):
    shop.stocks(TEA, on_hand=4)
    hold_one_after_the_other(shop, clock, ann=2)
    clock.advance(minutes=10)
    hold_one_after_the_other(shop, clock, bob=2)

    shop.staff().run(count_stock, TEA, 2, COUNT, evict=Evict.NEWEST)

    assert told(shop) == []
    assert shop.shopper("bob").run(show_cart).quantity_of(TEA) == 2


def test_other_products_of_an_evicted_cart_stay_held(shop):
    shop.stocks(TEA, on_hand=2)
    shop.stocks(MUG, on_hand=2)
    shop.shopper("ann").run(set_quantity, TEA, 2)
    shop.shopper("ann").run(set_quantity, MUG, 1)

    shop.staff().run(count_stock, TEA, 0, COUNT, evict=Evict.NEWEST)

    assert shop.raw_stock(TEA) == (0, 0)
    assert shop.raw_stock(MUG) == (2, 1)
    assert shop.shopper("ann").run(show_cart).quantity_of(MUG) == 1


def test_no_eviction_helps_below_zero(shop):
    shop.stocks(TEA, on_hand=2)
    shop.shopper("ann").run(set_quantity, TEA, 2)

    with pytest.raises(BelowZero):
        shop.staff().run(adjust_stock, TEA, -3, DAMAGE, evict=Evict.NEWEST)

    assert shop.raw_stock(TEA) == (2, 2)
    assert told(shop) == []


def test_evicting_is_written_into_the_audit(shop):
    shop.stocks(TEA, on_hand=2)
    cart = shop.shopper("ann").run(set_quantity, TEA, 2).id

    shop.staff("stan").run(count_stock, TEA, 0, COUNT, evict=Evict.NEWEST)

    rows = shop.rows("SELECT actor, action, target, before, after FROM audit_trail")
    assert rows == [("stan", "stock.evict", TEA, f"2 held in {cart}", "evicted: count")]


def test_who_may_only_adjust_may_not_evict(shop):
    shop.stocks(TEA, on_hand=2)
    shop.shopper("ann").run(set_quantity, TEA, 2)
    robot = shop.staff("robot", Role.AUTOMATION)

    with pytest.raises(NotAllowed):
        robot.run(count_stock, TEA, 0, COUNT, evict=Evict.NEWEST)
    with pytest.raises(BelowHeld):
        robot.run(count_stock, TEA, 0, COUNT)


def test_releasing_a_cart_frees_all_it_holds_and_tells_its_shopper(shop):
    shop.stocks(TEA, on_hand=2)
    shop.stocks(MUG, on_hand=2)
    shop.shopper("ann").run(set_quantity, TEA, 2)
    cart = shop.shopper("ann").run(set_quantity, MUG, 1).id

    released = shop.staff("stan").run(release_hold, cart, None, RECALL)

    assert released.lines == (ReleasedLine(MUG, 1), ReleasedLine(TEA, 2))
    assert (shop.raw_stock(TEA), shop.raw_stock(MUG)) == ((2, 0), (2, 0))
    assert told(shop) == [{"cart_id": cart, "user_id": "usr_ann", "skus": [MUG, TEA], "reason": "recall"}]
    [entry] = shop.rows("SELECT actor, action, target, before FROM audit_trail")
    assert entry == ("stan", "stock.release", cart, f"1 of {MUG}, 2 of {TEA}")


def test_releasing_one_product_leaves_the_others(shop):
    shop.stocks(TEA, on_hand=2)
    shop.stocks(MUG, on_hand=2)
    shop.guest("ann").run(set_quantity, TEA, 2)
    cart = shop.guest("ann").run(set_quantity, MUG, 1).id

    released = shop.staff().run(release_hold, cart, TEA, RECALL)

    assert released.lines == (ReleasedLine(TEA, 2),)
    assert (shop.raw_stock(TEA), shop.raw_stock(MUG)) == ((2, 0), (2, 1))
    assert shop.guest("bob").run(set_quantity, TEA, 2).quantity_of(TEA) == 2


def test_only_a_live_hold_can_be_released(shop, clock):
    shop.stocks(TEA, on_hand=2)
    shop.stocks(MUG, on_hand=2)
    cart = shop.guest("ann").run(set_quantity, TEA, 2).id

    with pytest.raises(UnknownHold):
        shop.staff().run(release_hold, "cart_nobody", None, RECALL)
    with pytest.raises(UnknownHold):
        shop.staff().run(release_hold, cart, MUG, RECALL)
    clock.advance(minutes=10)
    with pytest.raises(UnknownHold):
        shop.staff().run(release_hold, cart, None, RECALL)


def test_an_evicted_shopper_cannot_take_back_what_is_gone(shop):
    shop.stocks(TEA, on_hand=2)
    shop.shopper("ann").run(set_quantity, TEA, 2)
    shop.staff().run(count_stock, TEA, 0, COUNT, evict=Evict.NEWEST)

    with pytest.raises(OutOfStock):
        shop.shopper("ann").run(set_quantity, TEA, 1)


def test_holds_are_listed_page_by_page(shop, clock):
    shop.stocks(TEA, on_hand=9)
    shop.stocks(MUG, on_hand=9)
    carts = hold_one_after_the_other(shop, clock, ann=1, bob=2, cat=3)
    shop.shopper("ann").run(set_quantity, MUG, 4)

    first = shop.staff().run(list_holds, limit=2)
    rest = shop.staff().run(list_holds, after=first.next, limit=2)

    assert [(hold.sku, hold.cart, hold.quantity) for hold in (*first.items, *rest.items)] == [
        (MUG, carts["ann"], 4),
        *((TEA, carts[name], quantity) for name, quantity in (("ann", 1), ("bob", 2), ("cat", 3))),
    ]
    assert rest.next is None
    assert len(shop.staff().run(list_holds, TEA).items) == 3
