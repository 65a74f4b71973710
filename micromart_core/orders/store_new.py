"""The statements that write a new order; they go together with the sale of what it takes."""

from functools import cache
from typing import Any

import msgspec
from sqlalchemy import JSON, BigInteger, Insert, Integer, Select, Text, bindparam, cast, column, func, insert, select

from micromart_core.orders.model import Order, OrderStep
from micromart_core.orders.store import order_lines, order_steps, orders, state_of
from micromart_core.together import Writes, given, taking
from micromart_core.transaction import Transaction

_LINE = {"sku": Text, "position": Integer, "name": Text, "quantity": Integer, "unit_price": BigInteger}
_STEP = ("order_id", "status", "at", "actor")
_ADD_ORDER = insert(orders).values(taking("order", orders.c.keys()))
_ADD_STEP = insert(order_steps).inline().values(taking("step", _STEP))


def adding(tx: Transaction, order: Order, cart_id: str) -> Writes:
    """Return what writes an order with its lines and its first step.

    IntegrityError when its cart was ordered or its number taken meanwhile.
    """
    lines = {"of_new_order": order.id, "new_lines": msgspec.json.encode(_lines(order)).decode()}
    order_and_lines = Writes((_ADD_ORDER, _add_lines(tx.is_sqlite)), {**given("order", _row(order, cart_id)), **lines})
    return order_and_lines + _adding_step(order.id, order.history[0])


def add_step(tx: Transaction, order_id: str, step: OrderStep) -> None:
    """Append to an order's history."""
    tx.connection.execute(_ADD_STEP, _adding_step(order_id, step).parameters)


def _adding_step(order_id: str, step: OrderStep) -> Writes:
    row = {"order_id": order_id, "status": step.status, "at": step.at, "actor": step.actor}
    return Writes((_ADD_STEP,), given("step", row))


def _row(order: Order, cart_id: str) -> dict[str, Any]:
    return {
        "id": order.id,
        "number": order.number,
        "cart_id": cart_id,
        "user_id": order.user_id,
        "units": sum(line.quantity for line in order.lines),
        "subtotal": order.subtotal.amount,
        "shipping": order.shipping.amount,
        "tax": order.tax.amount,
        "total": order.total.amount,
        "currency": order.total.currency,
        "address": msgspec.to_builtins(order.address),
        "email": order.email,
        "note": order.note,
        "placed_at": order.placed_at,
        **state_of(order),
    }


def _lines(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "sku": line.sku,
            "position": position,
            "name": line.name,
            "quantity": line.quantity,
            "unit_price": line.price.amount,
        }
        for position, line in enumerate(order.lines)
    ]


@cache
def _add_lines(is_sqlite: bool) -> Insert:  # noqa: FBT001  # the key of the cache
    """Insert all lines from one value: as a list of rows the statement would be another one for each number of them."""
    return insert(order_lines).from_select(["order_id", *_LINE], _told_to_sqlite() if is_sqlite else _told())


def _told() -> Select[Any]:
    """Return the lines that a parameter tells, as PostgreSQL reads JSON."""
    told = func.json_to_recordset(cast(bindparam("new_lines", type_=Text), JSON))
    rows = told.table_valued(*(column(name, kind) for name, kind in _LINE.items())).render_derived(
        "told", with_types=True
    )
    return select(bindparam("of_new_order", type_=Text), *(rows.c[name] for name in _LINE))


def _told_to_sqlite() -> Select[Any]:
    """Return the same as SQLite reads JSON."""
    rows = func.json_each(bindparam("new_lines", type_=Text)).table_valued("value")
    return select(
        bindparam("of_new_order", type_=Text), *(func.json_extract(rows.c.value, f"$.{name}") for name in _LINE)
    )
