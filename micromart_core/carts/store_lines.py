"""Every statement about the lines of carts; the tables are in tables.py."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct
from sqlalchemy import Text, bindparam, delete, select, update

from micromart_core.carts.tables import cart_lines
from micromart_core.inventory.model import Sku
from micromart_core.together import Writes, given, taking
from micromart_core.transaction import Transaction
from micromart_core.upsert import insert_into

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

_CART = bindparam("cart", type_=Text)
_WRITTEN = ("quantity", "unit_price", "currency", "held", "restored")
_OF_A_LINE = ("sku", *_WRITTEN)
LINE = tuple(cart_lines.c[name] for name in _OF_A_LINE)
"""The columns of a LineRow."""


class LineRow(Struct, frozen=True):
    """A line's own row; `unit_price` was locked with the hold."""

    sku: Sku
    quantity: int
    unit_price: int
    currency: str
    held: bool
    restored: bool


_LINES = select(*LINE).where(cart_lines.c.cart_id == _CART).order_by(cart_lines.c.sku)
_REMOVE_ALL = delete(cart_lines).where(cart_lines.c.cart_id == _CART)
_REMOVE = _REMOVE_ALL.where(cart_lines.c.sku.in_(bindparam("skus", expanding=True)))
_REMOVE_ONE = _REMOVE_ALL.where(cart_lines.c.sku == bindparam("gone_sku", type_=Text))


def list_lines(tx: Transaction, cart_id: str) -> list[LineRow]:
    """Return a cart's lines by SKU."""
    return [LineRow(*row) for row in tx.connection.execute(_LINES, {"cart": cart_id})]


def save_lines(tx: Transaction, cart_id: str, lines: Sequence[LineRow], *, gained: bool) -> None:
    """Write lines; `added_at` stays that of their last gain."""
    tx.connection.execute(_save_line(tx.is_sqlite, gained), [_facts_of(cart_id, line, tx.now) for line in lines])


def saving(tx: Transaction, cart_id: str, line: LineRow, *, gained: bool) -> Writes:
    """Return what writes a line, to go together with the hold."""
    return Writes((_save_line(tx.is_sqlite, gained),), _facts_of(cart_id, line, tx.now))


def removing(cart_id: str, sku: Sku) -> Writes:
    """Return what removes a line, to go together with the end of its hold."""
    return Writes((_REMOVE_ONE,), {"cart": cart_id, "gone_sku": sku})


def removing_all(cart_id: str) -> Writes:
    """Return what removes every line, to go together with what becomes of them."""
    return Writes((_REMOVE_ALL,), {"cart": cart_id})


def remove_lines(tx: Transaction, cart_id: str, skus: Sequence[Sku]) -> None:
    """Remove the lines of some products."""
    tx.connection.execute(_REMOVE, {"cart": cart_id, "skus": list(skus)})


def remove_every_line(tx: Transaction, cart_id: str) -> None:
    """Remove all lines."""
    tx.connection.execute(_REMOVE_ALL, {"cart": cart_id})


def mark_restored(tx: Transaction, cart_id: str, skus: Sequence[Sku]) -> None:
    """Note that lines of an ended cart were taken back, so that they are not offered again."""
    tx.connection.execute(
        update(cart_lines)
        .where(cart_lines.c.cart_id == cart_id)
        .where(cart_lines.c.sku.in_(skus))
        .values(restored=True)
    )


def _facts_of(cart_id: str, line: LineRow, now: datetime) -> dict[str, object]:
    facts = {name: getattr(line, name) for name in _OF_A_LINE}
    return given("line", {**facts, "cart_id": cart_id, "added_at": now})


@cache
def _save_line(is_sqlite: bool, gained: bool) -> "postgresql.Insert | sqlite.Insert":  # noqa: FBT001  # keys of the cache
    """Build the upsert once for each case: building it for each line cost a sixth of the hold."""
    row = insert_into(cart_lines, is_sqlite=is_sqlite).values(taking("line", (*_WRITTEN, "cart_id", "sku", "added_at")))
    changed = (*_WRITTEN, "added_at") if gained else _WRITTEN
    return row.on_conflict_do_update(
        index_elements=["cart_id", "sku"], set_={name: row.excluded[name] for name in changed}
    )
