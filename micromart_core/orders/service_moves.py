"""How an order moves on: its goods from the shelf to the door (and back), its money from unpaid to paid (and back)."""

from collections.abc import Sequence

from msgspec.structs import replace

from micromart_core.changes import Topic
from micromart_core.inventory import service_stock as stockroom
from micromart_core.inventory.model import Reason, Sku, StockSold
from micromart_core.operation import operation
from micromart_core.orders import store, store_new
from micromart_core.orders.access import reach
from micromart_core.orders.model import (
    AlreadyReturned,
    Order,
    OrderLine,
    OrderStatus,
    OrderStatusChanged,
    OrderStep,
    PaymentStatus,
    UnknownOrder,
    UnknownOrderLine,
    WrongStatus,
)
from micromart_core.orders.numbers import name_of
from micromart_core.permissions import Permission
from micromart_core.text import clean_line
from micromart_core.transaction import Transaction
from micromart_core.users import service as users

CANCELLED = Reason("cancel")
RETURNED = Reason("return")
LONGEST_TRACKING = 200
_ON_THE_WAY = (OrderStatus.PLACED, OrderStatus.PACKED, OrderStatus.SHIPPED, OrderStatus.DELIVERED)


@operation("order:manage")
def pay_order(tx: Transaction, order: str) -> Order:
    """Note that an order was paid, or raise WrongStatus."""
    before = _lock(tx, order)
    _begin_from(before, before.status, "pay", _ON_THE_WAY)
    _begin_from(before, before.payment_status, "pay", (PaymentStatus.UNPAID,))
    return _finish(tx, before, replace(before, payment_status=PaymentStatus.PAID), "pay", PaymentStatus.PAID)


@operation("order:manage")
def refund_order(tx: Transaction, order: str) -> Order:
    """Note that an order's money went back, or raise WrongStatus."""
    before = _lock(tx, order)
    _begin_from(before, before.payment_status, "refund", (PaymentStatus.PAID,))
    after = replace(before, payment_status=PaymentStatus.REFUNDED)
    return _finish(tx, before, after, "refund", PaymentStatus.REFUNDED)


@operation("order:manage")
def pack_order(tx: Transaction, order: str) -> Order:
    """Note that an order was packed, or raise WrongStatus."""
    before = _lock(tx, order)
    return _move_goods(tx, before, "pack", (OrderStatus.PLACED,), OrderStatus.PACKED)


@operation("order:manage")
def ship_order(tx: Transaction, order: str, tracking: str | None = None) -> Order:
    """Note that an order left the house, with its tracking number, or raise WrongStatus."""
    before = _lock(tx, order)
    number = clean_line("tracking", tracking, longest=LONGEST_TRACKING) if tracking is not None else None
    tracked = replace(before, tracking=number)
    return _move_goods(tx, tracked, "ship", (OrderStatus.PACKED,), OrderStatus.SHIPPED)


@operation("order:manage")
def deliver_order(tx: Transaction, order: str) -> Order:
    """Note that an order arrived, or raise WrongStatus."""
    before = _lock(tx, order)
    return _move_goods(tx, before, "deliver", (OrderStatus.SHIPPED,), OrderStatus.DELIVERED)


@operation()
def cancel_order(tx: Transaction, order: str) -> Order:
    """Cancel an order that has not left the house and put its goods back on the shelf, or raise WrongStatus.

    Shoppers may cancel their own (order:cancel-own), staff anybody's (order:manage).
    """
    whose = reach(tx, Permission.ORDER_CANCEL_OWN, Permission.ORDER_MANAGE)
    before = store.lock_order(tx, name_of(order), whose)
    if before is None:
        raise UnknownOrder(order)
    _begin_from(before, before.status, "cancel", (OrderStatus.PLACED, OrderStatus.PACKED))
    _restock(tx, before, before.lines, CANCELLED)
    after = replace(before, status=OrderStatus.CANCELLED, lines=_marked(before, before.lines, restocked=True))
    return _finish(tx, before, after, "cancel", OrderStatus.CANCELLED)


@operation("order:manage")
def return_order(tx: Transaction, order: str, sku: Sku | None = None, restock: bool = True) -> Order:  # noqa: FBT001, FBT002  # operations take positional values
    """Take back one line or all that is left, and put it on the shelf unless told not to.

    Raise UnknownOrderLine, WrongStatus or AlreadyReturned. The order is returned when its last line is.
    """
    before = _lock(tx, order)
    named = [line for line in before.lines if sku in (None, line.sku)]
    if not named:
        raise UnknownOrderLine(before.number, str(sku))
    _begin_from(before, before.status, "return", (OrderStatus.SHIPPED, OrderStatus.DELIVERED))
    back = [line for line in named if not line.returned]
    if not back:
        raise AlreadyReturned(before.number, str(sku))
    store.mark_returned(tx, before.id, [line.sku for line in back])
    if restock:
        _restock(tx, before, back, RETURNED)
    lines = _marked(before, back, returned=True, restocked=restock)
    is_last = all(line.returned for line in lines)
    after = replace(before, lines=lines, status=OrderStatus.RETURNED if is_last else before.status)
    return _finish(tx, before, after, "return", OrderStatus.RETURNED if is_last else f"returned {sku}")


def _lock(tx: Transaction, name: str) -> Order:
    """Lock any order by its id or number, or raise UnknownOrder."""
    order = store.lock_order(tx, name_of(name), None)
    if order is None:
        raise UnknownOrder(name)
    return order


def _begin_from(order: Order, status: str, move: str, allowed: Sequence[str]) -> None:
    if status not in allowed:
        raise WrongStatus(order.number, str(status), move, tuple(str(each) for each in allowed))


def _move_goods(
    tx: Transaction, order: Order, move: str, allowed: Sequence[OrderStatus], leads_to: OrderStatus
) -> Order:
    _begin_from(order, order.status, move, allowed)
    return _finish(tx, order, replace(order, status=leads_to), move, leads_to)


def _restock(tx: Transaction, order: Order, lines: Sequence[OrderLine], reason: Reason) -> None:
    """Put lines back on the shelf. The order is locked before its stock, by everybody."""
    stockroom.restock(tx, order.id, [StockSold(line.sku, line.quantity) for line in lines], reason)
    store.mark_restocked(tx, order.id, [line.sku for line in lines])


def _marked(
    order: Order, lines: Sequence[OrderLine], *, restocked: bool, returned: bool = False
) -> tuple[OrderLine, ...]:
    """Return all lines of the order, with some of them marked."""
    skus = {line.sku for line in lines}
    return tuple(
        replace(line, returned=line.returned or returned, restocked=line.restocked or restocked)
        if line.sku in skus
        else line
        for line in order.lines
    )


def _finish(tx: Transaction, before: Order, after: Order, move: str, step: str) -> Order:
    """Write where the order is now, its history, the event, and the audit when staff moved it."""
    actor = tx.caller.actor
    added = OrderStep(str(step), tx.now, actor)
    moved = replace(after, version=before.version + 1, history=(*before.history, added))
    store.save_state(tx, moved)
    store_new.add_step(tx, moved.id, added)
    tx.touch(Topic.ORDERS, moved.id)
    tx.record(
        OrderStatusChanged(
            order_id=moved.id,
            number=moved.number,
            user_id=moved.user_id,
            email=moved.email,
            version=moved.version,
            status=moved.status,
            payment_status=moved.payment_status,
            was=before.status,
            tracking=moved.tracking,
            actor=actor,
            at=tx.now,
        )
    )
    if tx.caller.user_id != moved.user_id or Permission.ORDER_MANAGE in tx.caller.permissions:
        users.audit(tx, f"order.{move}", moved.number, before=_standing(before), after=_standing(moved))
    return moved


def _standing(order: Order) -> str:
    return f"{order.status}, {order.payment_status}"
