"""The tables of orders, and the statements that write one and load it whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    select,
    update,
)
from sqlalchemy.engine import RowMapping

from micromart_core.caller import UserId
from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.orders.model import Order, OrderLine, OrderStatus, OrderStep, PaymentStatus
from micromart_core.orders.numbers import NUMBER_PREFIX
from micromart_core.schema import BigSerial, Instant, metadata
from micromart_core.transaction import Transaction
from micromart_core.users.model import Address

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("cart_id", Text, nullable=False, unique=True),
    Column("user_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("payment_status", Text, nullable=False),
    Column("units", Integer, nullable=False),
    Column("subtotal", BigInteger, nullable=False),
    Column("shipping", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("address", JSON(none_as_null=True)),
    Column("email", Text),
    Column("note", Text),
    Column("tracking", Text),
    Column("placed_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("status IN ('placed', 'packed', 'shipped', 'delivered', 'cancelled', 'returned')", name="status"),
    CheckConstraint("payment_status IN ('unpaid', 'paid', 'refunded')", name="payment_status"),
    CheckConstraint("units > 0 AND subtotal >= 0 AND shipping >= 0 AND tax >= 0 AND total >= 0", name="amounts"),
)
order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", Text, ForeignKey("orders.id"), primary_key=True),
    Column("sku", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", BigInteger, nullable=False),
    Column("returned", Integer, nullable=False, server_default="0"),
    Column("restocked", Integer, nullable=False, server_default="0"),
    CheckConstraint("quantity > 0 AND unit_price >= 0", name="amounts"),
    # Both count units, and only ever grow by the whole quantity: a line that comes back twice breaks the check.
    CheckConstraint("returned BETWEEN 0 AND quantity", name="returned_once"),
    CheckConstraint("restocked BETWEEN 0 AND quantity", name="restocked_once"),
)
order_steps = Table(
    "order_steps",
    metadata,
    Column("id", BigSerial, Identity(), primary_key=True),
    Column("order_id", Text, ForeignKey("orders.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
)
Index("orders_by_user", orders.c.user_id, orders.c.placed_at, orders.c.id)
Index("orders_by_status", orders.c.status, orders.c.placed_at, orders.c.id)
Index("orders_by_time", orders.c.placed_at, orders.c.id)
Index("order_steps_by_order", order_steps.c.order_id, order_steps.c.id)
_OF_CART = select(orders).where(orders.c.cart_id == bindparam("cart")).where(orders.c.user_id == bindparam("user"))
_IDS = bindparam("ids", expanding=True, type_=Text)
_SKUS = bindparam("skus", expanding=True, type_=Text)
_LINES = select(order_lines).where(order_lines.c.order_id.in_(_IDS)).order_by(order_lines.c.position)
_STEPS = select(order_steps).where(order_steps.c.order_id.in_(_IDS)).order_by(order_steps.c.id)
_lines_of = (order_lines.c.order_id == bindparam("of_order"), order_lines.c.sku.in_(_SKUS))
_RETURN = update(order_lines).where(*_lines_of).values(returned=order_lines.c.returned + order_lines.c.quantity)
_RESTOCK = update(order_lines).where(*_lines_of).values(restocked=order_lines.c.restocked + order_lines.c.quantity)


def save_state(tx: Transaction, order: Order) -> None:
    """Write what moves change: statuses, tracking and version. The caller has locked the order."""
    tx.connection.execute(update(orders).where(orders.c.id == order.id).values(**state_of(order)))


def mark_returned(tx: Transaction, order_id: str, skus: Sequence[Sku]) -> None:
    """Note that lines came back; IntegrityError when one had come back before."""
    tx.connection.execute(_RETURN, {"of_order": order_id, "skus": list(skus)})


def mark_restocked(tx: Transaction, order_id: str, skus: Sequence[Sku]) -> None:
    """Note that lines went back to the shelf; IntegrityError when one had gone before."""
    tx.connection.execute(_RESTOCK, {"of_order": order_id, "skus": list(skus)})


def find_order_of_cart(tx: Transaction, cart_id: str, user_id: UserId) -> Order | None:
    """Return the order a cart of this user became."""
    row = tx.connection.execute(_OF_CART, {"cart": cart_id, "user": user_id}).mappings().first()
    return None if row is None else load_whole(tx, [row])[0]


def find_order(tx: Transaction, name: str, user_id: UserId | None) -> Order | None:
    """Return an order by its id or number, of one user or (None) of anybody."""
    row = tx.connection.execute(_named(name, user_id)).mappings().first()
    return None if row is None else load_whole(tx, [row])[0]


def lock_order(tx: Transaction, name: str, user_id: UserId | None) -> Order | None:
    """Lock an order until the end of the transaction and return it as it is then."""
    row = tx.connection.execute(_named(name, user_id).with_for_update(key_share=True)).mappings().first()
    return None if row is None else load_whole(tx, [row])[0]


def load_whole(tx: Transaction, rows: Iterable[RowMapping]) -> list[Order]:
    """Add lines and history to rows of orders, in two statements however many there are."""
    heads = list(rows)
    ids = {"ids": [row["id"] for row in heads]}
    lines = _by_order(tx.connection.execute(_LINES, ids).mappings())
    steps = _by_order(tx.connection.execute(_STEPS, ids).mappings())
    return [_order(row, lines[row["id"]], steps[row["id"]]) for row in heads]


def _named(name: str, user_id: UserId | None) -> Select[Any]:
    column = orders.c.number if name.startswith(NUMBER_PREFIX) else orders.c.id
    query = select(orders).where(column == name)
    return query if user_id is None else query.where(orders.c.user_id == user_id)


def state_of(order: Order) -> dict[str, Any]:
    """Return the columns that moves change."""
    return {
        "status": order.status,
        "payment_status": order.payment_status,
        "tracking": order.tracking,
        "version": order.version,
    }


def _by_order(rows: Iterable[RowMapping]) -> Mapping[str, list[RowMapping]]:
    grouped: dict[str, list[RowMapping]] = defaultdict(list)
    for row in rows:
        grouped[row["order_id"]].append(row)
    return grouped


def _order(row: RowMapping, lines: Iterable[RowMapping], steps: Iterable[RowMapping]) -> Order:
    currency = row["currency"]
    return Order(
        id=row["id"],
        number=row["number"],
        user_id=row["user_id"],
        status=OrderStatus(row["status"]),
        payment_status=PaymentStatus(row["payment_status"]),
        lines=tuple(_line(line, currency) for line in lines),
        subtotal=Money(row["subtotal"], currency),
        shipping=Money(row["shipping"], currency),
        tax=Money(row["tax"], currency),
        total=Money(row["total"], currency),
        address=msgspec.convert(row["address"], Address | None),
        email=row["email"],
        note=row["note"],
        tracking=row["tracking"],
        placed_at=row["placed_at"],
        history=tuple(OrderStep(step["status"], step["at"], step["actor"]) for step in steps),
        mails=(),
        version=row["version"],
    )


def _line(row: RowMapping, currency: str) -> OrderLine:
    price = Money(row["unit_price"], currency)
    return OrderLine(
        sku=Sku(row["sku"]),
        name=row["name"],
        quantity=row["quantity"],
        price=price,
        total=price * row["quantity"],
        returned=row["returned"] > 0,
        restocked=row["restocked"] > 0,
    )
