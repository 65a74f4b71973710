"""What a hold had kept can be taken back while it is free."""

import pytest
from msgspec.structs import replace

from micromart_core.carts.model import EmptyCart, Hoarding, TooMuch
from micromart_core.carts.service import remove_lines, set_quantity, show_cart
from micromart_core.carts.service_lists import list_my_carts
from micromart_core.carts.service_restore import restore_cart
from micromart_core.inventory.model import Sku
from micromart_core.products.service_edit import archive_product
from micromart_core.settings import CartSettings
from tests.core.order_stories import CountsStatements

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")


@pytest.fixture
def ended(shop, clock):
    """Ann's hold of two teas and one mug has ended."""
    shop.stocks(TEA, on_hand=2, price="4.50")
    shop.stocks(MUG, on_hand=2, price="9.00")
    ann = shop.guest("ann")
    ann.run(set_quantity, TEA, 2)
    ann.run(set_quantity, MUG, 1)
    clock.advance(minutes=16)
    return ann


def test_everything_that_is_still_free_comes_back(shop, ended):
    restored = ended.run(restore_cart)

    assert [(line.sku, line.quantity) for line in restored.cart.lines] == [(MUG, 1), (TEA, 2)]
    assert (restored.missing, restored.dearer, restored.cart.restorable) == ((), (), ())
    assert restored.cart.seconds_left == 600
    assert (shop.raw_stock(TEA), shop.raw_stock(MUG)) == ((2, 2), (2, 1))


def test_what_others_took_is_named_and_the_rest_comes_back(shop, ended):
    shop.guest("bob").run(set_quantity, TEA, 1)

    restored = ended.run(restore_cart)

    assert restored.missing == (TEA,)
    assert {line.sku: line.quantity for line in restored.cart.lines} == {MUG: 1, TEA: 1}


def test_no_cart_grows_past_its_limit_by_what_is_taken_back(shop, ended):
    shop.stocks("CUP-01", on_hand=2)
    narrow = shop.again(cart=CartSettings(max_lines=2)).guest("ann")
    narrow.run(set_quantity, Sku("CUP-01"), 1)

    with pytest.raises(TooMuch):
        narrow.run(restore_cart)
    assert [line.sku for line in narrow.run(show_cart).lines] == ["CUP-01"]

    narrow.run(remove_lines, (Sku("CUP-01"),))
    assert [line.sku for line in narrow.run(restore_cart).cart.lines] == [MUG, TEA]


def test_what_cannot_come_back_anyhow_takes_up_no_room(shop, ended):
    shop.stocks("CUP-01", on_hand=2)
    narrow = shop.again(cart=CartSettings(max_lines=2)).guest("ann")
    narrow.run(set_quantity, Sku("CUP-01"), 1)
    shop.staff().run(archive_product, TEA)

    restored = narrow.run(restore_cart)

    assert ([line.sku for line in restored.cart.lines], restored.missing) == (["CUP-01", MUG], (TEA,))


def test_what_is_dearer_now_waits_for_a_yes(shop, ended):
    from sqlalchemy import update

    from micromart_core.products.tables import products

    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(update(products).where(products.c.sku == TEA).values(price=500))
        opened.commit()

    first = ended.run(restore_cart)
    assert [(each.sku, str(each.was), str(each.now)) for each in first.dearer] == [(TEA, "4.50", "5.00")]
    assert [line.sku for line in first.cart.lines] == [MUG]

    second = ended.run(restore_cart, accept_prices=True)
    assert {line.sku: str(line.price) for line in second.cart.lines} == {MUG: "9.00", TEA: "5.00"}


def test_restoring_into_an_open_cart_takes_the_larger_quantity(shop, ended):
    ended.run(set_quantity, TEA, 1)

    restored = ended.run(restore_cart)

    assert restored.cart.quantity_of(TEA) == 2
    assert shop.raw_stock(TEA) == (2, 2)


def test_there_must_be_something_to_take_back(shop, ended, clock):
    with pytest.raises(EmptyCart):
        shop.guest("bob").run(restore_cart)
    ended.run(restore_cart)
    with pytest.raises(EmptyCart):
        ended.run(restore_cart)


def test_after_seven_days_it_is_forgotten(shop, ended, clock):
    ended.run(show_cart)
    from micromart_core.carts.service_upkeep import sweep_expired

    shop.operator().run(sweep_expired)
    clock.advance(days=7, seconds=1)

    assert ended.run(show_cart).restorable == ()
    with pytest.raises(EmptyCart):
        ended.run(restore_cart)


def test_two_ended_holds_of_a_product_mean_a_minute_for_others(shop, ended, clock):
    ended.run(restore_cart)
    clock.advance(minutes=10)

    with pytest.raises(Hoarding) as pause:
        ended.run(set_quantity, TEA, 1)
    assert pause.value.seconds == 60

    assert shop.guest("bob").run(set_quantity, TEA, 1).item_count == 1
    clock.advance(seconds=61)
    assert ended.run(set_quantity, TEA, 1).item_count == 1


def test_an_owner_may_do_without_the_pause(shop, ended, clock):
    ended.run(restore_cart)
    clock.advance(minutes=10)
    kind = shop.again(cart=replace(CartSettings(), hoarding_pause_seconds=0))

    assert kind.guest("ann").run(set_quantity, TEA, 1).item_count == 1


def test_a_shopper_sees_all_own_carts(shop, ended):
    ended.run(restore_cart)

    statuses = [cart.status for cart in ended.run(list_my_carts).items]

    assert statuses == ["open", "expired"]
    assert shop.guest("bob").run(list_my_carts).items == ()


def test_taking_many_lines_back_or_out_takes_no_more_statements_than_one(shop, clock):
    skus = [Sku(f"X-{number:02}") for number in range(12)]
    for sku in skus:
        shop.stocks(sku, on_hand=9)

    def statements(name: str, *filled: Sku) -> tuple[int, int]:
        door = shop.guest(name)
        for sku in filled:
            door.run(set_quantity, sku, 2)
        clock.advance(minutes=16)
        with CountsStatements(shop) as restoring:
            door.run(restore_cart)
        with CountsStatements(shop) as removing:
            door.run(remove_lines, filled)
        return restoring.count, removing.count

    assert statements("cleo", *skus) == statements("dora", skus[0])


def test_a_price_in_another_currency_waits_for_a_yes(shop, ended):
    with shop.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql("UPDATE cart_lines SET currency = 'EUR', unit_price = 99999")
        opened.commit()

    restored = ended.run(restore_cart)

    assert [each.sku for each in restored.dearer] == [MUG, TEA]
    assert restored.taken == ()
