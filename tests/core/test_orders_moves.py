import pytest
from sqlalchemy.exc import IntegrityError

from micromart_core.errors import NotAllowed, SignInFirst
from micromart_core.orders.model import (
    AlreadyReturned,
    OrderStatus,
    PaymentStatus,
    UnknownOrder,
    UnknownOrderLine,
    WrongStatus,
)
from micromart_core.orders.service import place_order
from micromart_core.orders.service_lists import show_order
from micromart_core.orders.service_moves import (
    cancel_order,
    deliver_order,
    pack_order,
    pay_order,
    refund_order,
    return_order,
    ship_order,
)
from micromart_core.permissions import Role
from tests.core.order_stories import MUG, TEA, buys, events_of, fills


@pytest.fixture
def stan(easy):
    return easy.staff("stan", Role.ORDER_MANAGER)


@pytest.fixture
def order(easy):
    """Two teas and a mug, ordered by ann."""
    ann = easy.shopper("ann")
    fills(ann, tea_01=2, nm_001=1)
    return ann.run(place_order)


def shipped(stan, order):
    stan.run(pack_order, order.number)
    return stan.run(ship_order, order.number)


def test_an_order_goes_all_the_way_to_the_door(stan, order):
    stan.run(pay_order, order.number)
    stan.run(pack_order, order.number)
    stan.run(ship_order, order.number, "1Z 999")
    delivered = stan.run(deliver_order, order.number)

    assert (delivered.status, delivered.payment_status) == (OrderStatus.DELIVERED, PaymentStatus.PAID)
    assert delivered.tracking == "1Z 999"
    assert [step.status for step in delivered.history] == ["placed", "paid", "packed", "shipped", "delivered"]
    assert delivered.version == 5
    assert stan.run(show_order, order.id) == delivered


def test_every_move_is_told_and_audited(easy, stan, order):
    stan.run(pay_order, order.number)
    stan.run(pack_order, order.id)

    assert len(events_of(easy, "order.status_changed")) == 2
    trail = easy.rows("SELECT actor, action, target, before, after FROM audit_trail ORDER BY id")
    assert [tuple(row) for row in trail] == [
        ("stan", "order.pay", order.number, "placed, unpaid", "placed, paid"),
        ("stan", "order.pack", order.number, "placed, paid", "packed, paid"),
    ]


@pytest.mark.parametrize("move", [ship_order, deliver_order, refund_order, return_order])
def test_a_move_from_the_wrong_place_is_refused(stan, order, move):
    with pytest.raises(WrongStatus) as refusal:
        stan.run(move, order.number)

    assert refusal.value.order == order.number
    assert stan.run(show_order, order.id) == order


def test_an_order_is_paid_once(stan, order):
    stan.run(pay_order, order.number)

    with pytest.raises(WrongStatus):
        stan.run(pay_order, order.number)


def test_an_unknown_order_comes_before_the_rule(stan):
    with pytest.raises(UnknownOrder):
        stan.run(ship_order, "MM-AAAAAA")


def test_a_shopper_moves_nothing(easy, order):
    with pytest.raises(NotAllowed):
        easy.shopper("ann").run(pack_order, order.number)


def test_cancelling_puts_the_goods_back_once(easy, stan, order):
    cancelled = stan.run(cancel_order, order.number)

    assert cancelled.status is OrderStatus.CANCELLED
    assert all(line.restocked and not line.returned for line in cancelled.lines)
    with pytest.raises(WrongStatus, match="cannot be cancelled: it is cancelled") as again:
        stan.run(cancel_order, order.number)
    assert again.value.why == "an order can be cancelled while it is placed or packed"
    assert tuple(easy.raw_stock(TEA)) == (5, 0)
    assert tuple(easy.raw_stock(MUG)) == (5, 0)
    assert stan.run(show_order, order.id) == cancelled


def test_a_repeated_cancel_with_its_key_gives_the_stored_answer(easy, stan, order):
    once = stan.under(idempotency_key="k-1")

    assert once.run(cancel_order, order.number) == once.run(cancel_order, order.number)
    assert tuple(easy.raw_stock(TEA)) == (5, 0)


def test_shoppers_cancel_their_own_order_until_it_is_shipped(easy, stan, order):
    stan.run(pack_order, order.number)

    cancelled = easy.shopper("ann").run(cancel_order, order.number)

    assert cancelled.history[-1].actor == "ann"
    assert tuple(easy.raw_stock(TEA)) == (5, 0)


def test_a_shipped_order_cannot_be_cancelled(easy, stan, order):
    shipped(stan, order)

    with pytest.raises(WrongStatus):
        easy.shopper("ann").run(cancel_order, order.number)


def test_nobody_cancels_anothers_order(easy, order):
    with pytest.raises(UnknownOrder):
        easy.shopper("bob").run(cancel_order, order.number)
    with pytest.raises(SignInFirst):
        easy.guest("g1").run(cancel_order, order.number)
    with pytest.raises(NotAllowed):
        easy.staff("carl", Role.STOCK_CLERK).run(cancel_order, order.number)


def test_a_shoppers_own_cancel_is_in_the_history_not_in_the_audit(easy, order):
    easy.shopper("ann").run(cancel_order, order.number)

    assert easy.rows("SELECT * FROM audit_trail") == []


def test_a_cancelled_order_that_was_paid_is_refunded_apart(stan, order):
    stan.run(pay_order, order.number)
    assert stan.run(cancel_order, order.number).payment_status is PaymentStatus.PAID

    assert stan.run(refund_order, order.number).payment_status is PaymentStatus.REFUNDED


def test_a_cancelled_order_is_not_paid(stan, order):
    stan.run(cancel_order, order.number)

    with pytest.raises(WrongStatus):
        stan.run(pay_order, order.number)


def test_one_line_comes_back(easy, stan, order):
    shipped(stan, order)

    after = stan.run(return_order, order.number, TEA)

    assert {line.sku: (line.returned, line.restocked) for line in after.lines} == {
        TEA: (True, True),
        MUG: (False, False),
    }
    assert after.status is OrderStatus.SHIPPED
    assert tuple(easy.raw_stock(TEA)) == (5, 0)
    assert tuple(easy.raw_stock(MUG)) == (4, 0)
    assert stan.run(show_order, order.id) == after


def test_the_order_is_returned_with_its_last_line(easy, stan, order):
    shipped(stan, order)
    stan.run(return_order, order.number, TEA)

    after = stan.run(return_order, order.number)

    assert after.status is OrderStatus.RETURNED
    assert tuple(easy.raw_stock(TEA)) == (5, 0)
    assert tuple(easy.raw_stock(MUG)) == (5, 0)


def test_a_line_comes_back_once(easy, stan, order):
    shipped(stan, order)
    stan.run(return_order, order.number, TEA)

    with pytest.raises(AlreadyReturned):
        stan.run(return_order, order.number, TEA)
    assert tuple(easy.raw_stock(TEA)) == (5, 0)


def test_damaged_goods_come_back_without_a_restock(easy, stan, order):
    shipped(stan, order)

    after = stan.run(return_order, order.number, TEA, restock=False)

    assert [(line.returned, line.restocked) for line in after.lines if line.sku == TEA] == [(True, False)]
    assert tuple(easy.raw_stock(TEA)) == (3, 0)


def test_a_line_that_was_never_ordered_cannot_come_back(stan, order):
    shipped(stan, order)

    with pytest.raises(UnknownOrderLine):
        stan.run(return_order, order.number, "NOT-IN-IT")


@pytest.mark.parametrize("column", ["returned", "restocked"])
def test_the_database_itself_refuses_a_line_that_comes_back_twice(easy, order, column):
    back = f"UPDATE order_lines SET {column} = {column} + quantity WHERE order_id = '{order.id}'"

    with easy.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql(back)
        with pytest.raises(IntegrityError):
            opened.connection.exec_driver_sql(back)


def test_the_event_tells_where_the_goods_were(easy, stan, order):
    stan.run(pay_order, order.number)
    stan.run(pack_order, order.number)

    paid, packed = (row.data for row in events_of(easy, "order.status_changed"))
    assert '"status":"placed","payment_status":"paid","was":"placed"' in paid
    assert '"status":"packed","payment_status":"paid","was":"placed"' in packed


def test_the_users_record_of_an_order_follows_its_moves(easy, stan):
    order = buys(easy.shopper("bob"), TEA)
    stan.run(pack_order, order.number)
    easy.deliver()

    assert [tuple(row) for row in easy.rows("SELECT order_id, status FROM user_orders")] == [(order.id, "packed")]
