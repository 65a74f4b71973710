"""An order: all or nothing, once per cart, and who may place one."""

import pytest

from micromart_core.carts.model import EmptyCart
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import InvalidValue, NotAllowed, SignInFirst
from micromart_core.intents import KeyReused
from micromart_core.orders.model import OrderStatus, PaymentStatus
from micromart_core.orders.service import place_order
from micromart_core.orders.service_lists import my_orders
from micromart_core.permissions import Role
from micromart_core.products.service_edit import archive_product
from micromart_core.users.model import AddressNeeded, UnknownAddress
from tests.core.order_stories import (
    MUG,
    TEA,
    CountsStatements,
    buys,
    events_of,
    fills,
    lives_at,
    usd,
)


def test_an_order_takes_the_goods_off_the_shelf_and_clears_the_cart(easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2, nm_001=1)

    order = ann.run(place_order)

    assert [(line.sku, line.name, line.quantity, line.price, line.total) for line in order.lines] == [
        (MUG, "The NM-001", 1, usd("24.00"), usd("24.00")),
        (TEA, "The TEA-01", 2, usd("4.50"), usd("9.00")),
    ]
    assert (order.subtotal, order.total) == (usd("33.00"), usd("33.00"))
    assert (order.status, order.payment_status) == (OrderStatus.PLACED, PaymentStatus.UNPAID)
    assert [(step.status, step.actor) for step in order.history] == [("placed", "ann")]
    assert order.email == "ann@example.org"
    assert tuple(easy.raw_stock(TEA)) == (3, 0)
    assert ann.run(show_cart).lines == ()


def test_an_order_is_in_the_ledger_with_its_id(easy):
    order = buys(easy.shopper("ann"), TEA, 2)

    rows = easy.rows("SELECT sku, change, balance, actor FROM stock_movements WHERE order_id = :id", id=order.id)
    assert [tuple(row) for row in rows] == [(TEA, -2, 3, "ann")]


def test_an_order_tells_that_it_was_placed(easy):
    order = buys(easy.shopper("ann"), TEA, 2)

    (row,) = events_of(easy, "order.placed")
    assert order.number in row.data
    assert order.id in row.data


def test_placing_the_same_cart_twice_gives_the_same_order(easy):
    ann = easy.shopper("ann")
    cart = fills(ann, tea_01=2)

    first = ann.run(place_order, cart.id)
    second = ann.run(place_order, cart.id)

    assert second == first
    assert tuple(easy.raw_stock(TEA)) == (3, 0)
    assert len(events_of(easy, "order.placed")) == 1


def test_a_repeated_request_with_its_key_gives_the_same_order(easy):
    ann = easy.shopper("ann").under(idempotency_key="k-1")
    fills(easy.shopper("ann"), tea_01=2)

    first = ann.run(place_order)

    assert ann.run(place_order) == first
    assert tuple(easy.raw_stock(TEA)) == (3, 0)


def test_a_key_used_for_another_request_is_a_conflict(easy):
    ann = easy.shopper("ann").under(idempotency_key="k-1")
    fills(easy.shopper("ann"), tea_01=2)
    ann.run(place_order)

    with pytest.raises(KeyReused):
        ann.run(place_order, None, None, "leave it at the door")


def test_a_fresh_checkout_without_a_cart_names_the_last_order(easy):
    ann = easy.shopper("ann")
    order = buys(ann, TEA)

    with pytest.raises(EmptyCart) as refusal:
        ann.run(place_order)

    assert order.number in refusal.value.why


def test_nobody_gets_the_order_of_another_ones_cart(easy):
    cart = fills(easy.shopper("ann"), tea_01=2)
    easy.shopper("ann").run(place_order, cart.id)

    with pytest.raises(EmptyCart):
        easy.shopper("bob").run(place_order, cart.id)


def test_a_guest_signs_in_before_ordering(easy):
    fills(easy.guest("g1"), tea_01=1)

    with pytest.raises(SignInFirst):
        easy.guest("g1").run(place_order)


def test_staff_without_the_permission_cannot_order(easy):
    with pytest.raises(NotAllowed):
        easy.staff("stan", Role.STOCK_CLERK).run(place_order)


def test_a_dry_run_shows_the_order_and_changes_nothing(easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)

    assert ann.under(dry_run=True).run(place_order).total == usd("9.00")

    assert ann.run(show_cart).item_count == 2
    assert ann.run(my_orders).items == ()
    assert tuple(easy.raw_stock(TEA)) == (5, 2)


def test_of_a_dry_run_nobody_hears(easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)

    ann.under(dry_run=True).run(place_order)

    assert [easy.rows(f"SELECT * FROM {table}") for table in ("mails", "user_orders", "inbox")] == [[], [], []]


def test_an_order_goes_to_the_default_address(shop):
    shop.stocks(TEA, on_hand=5)
    lives_at(shop, "ann")

    order = buys(shop.shopper("ann"), TEA)

    assert order.address.line1 == "12 Analytical Row"


def test_an_order_needs_an_address(shop):
    shop.stocks(TEA, on_hand=5)
    ann = shop.shopper("ann")
    ann.run(set_quantity, TEA, 1)

    with pytest.raises(AddressNeeded):
        ann.run(place_order)

    assert tuple(shop.raw_stock(TEA)) == (5, 1)


def test_an_address_that_is_not_there_is_said_before_the_empty_cart(easy):
    with pytest.raises(UnknownAddress):
        easy.shopper("ann").run(place_order, None, "adr_nowhere")


def test_another_ones_address_is_unknown(shop):
    shop.stocks(TEA, on_hand=5)
    lives_at(shop, "ann")
    bob = shop.shopper("bob")
    bob.run(set_quantity, TEA, 1)

    with pytest.raises(UnknownAddress):
        bob.run(place_order, None, "adr_home")


def test_a_note_is_kept_without_what_could_drive_a_terminal(easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=1)

    with pytest.raises(InvalidValue):
        ann.run(place_order, None, None, "ring \x1b[2J twice")

    assert ann.run(place_order, None, None, " ring twice ").note == "ring twice"


def test_a_blank_note_is_none(easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=1)

    assert ann.run(place_order, None, None, "  ").note is None


def test_what_staff_recalled_from_a_cart_is_not_sold_with_the_rest(easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2, nm_001=1)
    easy.staff().run(archive_product, TEA, recall=True)

    order = ann.run(place_order)

    assert [line.sku for line in order.lines] == [MUG]
    assert tuple(easy.raw_stock(TEA)) == (5, 0)


def test_an_order_of_many_lines_takes_no_more_statements_than_one_of_one_line(easy):
    for number in range(20):
        easy.stocks(f"X-{number:02}", on_hand=9)
    ann, bob = easy.shopper("ann"), easy.shopper("bob")
    fills(ann, tea_01=1)
    fills(bob, **{f"x_{number:02}": 2 for number in range(20)})

    with CountsStatements(easy) as small:
        ann.run(place_order)
    with CountsStatements(easy) as large:
        bob.run(place_order)

    assert large.count == small.count


def test_an_order_of_a_shopper_without_a_verified_address_has_no_email(easy):
    order = buys(easy.shopper("ann", email=None), TEA)

    assert order.email is None


def test_the_database_itself_refuses_a_second_order_of_one_cart(easy):
    from sqlalchemy.exc import IntegrityError

    buys(easy.shopper("ann"), TEA)

    with pytest.raises(IntegrityError), easy.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql(
            "INSERT INTO orders (id, number, cart_id, user_id, status, payment_status, units, subtotal, shipping, tax,"
            " total, currency, placed_at, version) SELECT 'ord_2', 'MM-2', cart_id, user_id, status, payment_status,"
            " units, subtotal, shipping, tax, total, currency, placed_at, version FROM orders"
        )
