"""Every statement about carts and their lines; the tables are in tables.py."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal,
    literal_column,
    null,
    select,
    update,
)

from micromart_core.carts.model import CartStatus
from micromart_core.carts.tables import cart_lines, carts
from micromart_core.ids import new_id
from micromart_core.inventory.model import Sku
from micromart_core.schema import Instant
from micromart_core.transaction import Transaction
from micromart_core.upsert import insert_into

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

RESTORABLE_FOR = timedelta(days=7)
_past = carts.alias("past")
_OWNER = bindparam("owner", type_=Text)
# Statuses stand in the statements themselves. As parameters they would hide from PostgreSQL that a partial index fits,
# so that it plans anew each time, and SQLAlchemy would spell out the IN each time.
_IS_OPEN = literal_column(repr(CartStatus.OPEN.value), Text)
_ENDED = tuple(literal_column(repr(status.value), Text) for status in (CartStatus.EXPIRED, CartStatus.PARKED))
_ROW = tuple(carts.c[name] for name in ("id", "user_id", "status", "held_until", "hold_limit", "extended", "version"))
ROW_ALONE = (*_ROW, null().label("last_ended"))
"""A cart's row for those who do not ask what its owner had before."""
_WRITTEN = ("quantity", "unit_price", "currency", "held", "restored")


@dataclass(frozen=True, slots=True)
class CartRow:
    """A cart's own row; `last_ended` is when its owner's newest cart ended without an order."""

    id: str
    user_id: str | None
    status: CartStatus
    held_until: datetime | None
    hold_limit: datetime | None
    extended: bool
    version: int
    last_ended: datetime | None

    def is_over(self, now: datetime) -> bool:
        """True when its hold has run out, whether or not somebody has swept it yet."""
        return self.held_until is not None and self.held_until <= now


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line's own row; `unit_price` was locked with the hold."""

    sku: Sku
    quantity: int
    unit_price: int
    currency: str
    held: bool
    restored: bool


def _lock(query: Select[Any]) -> Select[Any]:
    return query.with_for_update(key_share=True, of=carts)


def _cart_of(owner: ColumnElement[Any], past_owner: ColumnElement[Any]) -> Select[Any]:
    last_ended = (
        select(func.max(_past.c.ended_at))
        .where(past_owner == _OWNER)
        .where(_past.c.status.in_(_ENDED))
        .scalar_subquery()
    )
    return select(*_ROW, last_ended.label("last_ended")).where(owner == _OWNER)


_CART = {True: _cart_of(carts.c.user_id, _past.c.user_id), False: _cart_of(carts.c.cart_key, _past.c.cart_key)}
_OPEN = {signed_in: query.where(carts.c.status == _IS_OPEN) for signed_in, query in _CART.items()}
_LOCK_OPEN = {signed_in: _lock(query) for signed_in, query in _OPEN.items()}
_LAST_ENDED = {
    signed_in: query.where(carts.c.status.in_(_ENDED))
    .where(carts.c.ended_at > bindparam("since", type_=Instant))
    .order_by(carts.c.ended_at.desc(), carts.c.id.desc())
    .limit(1)
    for signed_in, query in _CART.items()
}
_LINES = (
    select(*(cart_lines.c[name] for name in ("sku", "quantity", "unit_price", "currency", "held", "restored")))
    .where(cart_lines.c.cart_id == bindparam("cart"))
    .order_by(cart_lines.c.sku)
)
_TOUCH = (
    update(carts)
    .where(carts.c.id == bindparam("cart"))
    .values(
        held_until=bindparam("until", type_=Instant),
        hold_limit=bindparam("latest", type_=Instant),
        version=carts.c.version + 1,
    )
)
_ORDERED = (
    update(carts)
    .where(carts.c.id == bindparam("cart"))
    .values(
        status=CartStatus.ORDERED.value,
        held_until=None,
        hold_limit=None,
        ended_at=bindparam("now", type_=Instant),
        version=carts.c.version + 1,
    )
)
_REMOVE_ALL = delete(cart_lines).where(cart_lines.c.cart_id == bindparam("cart"))
_REMOVE = _REMOVE_ALL.where(cart_lines.c.sku.in_(bindparam("skus", expanding=True)))


def _owned(tx: Transaction) -> tuple[bool, dict[str, Any]]:
    caller = tx.caller
    return caller.user_id is not None, {"owner": caller.user_id or caller.cart_key}


def _row(found: Any) -> CartRow | None:
    if found is None:
        return None
    cart_id, user_id, status, *rest = found
    return CartRow(cart_id, user_id, CartStatus(status), *rest)


def lock_open_cart(tx: Transaction) -> CartRow | None:
    """Lock the caller's open cart; None when there is none."""
    signed_in, owner = _owned(tx)
    return _row(tx.connection.execute(_LOCK_OPEN[signed_in], owner).first())


def find_open_cart(tx: Transaction) -> CartRow | None:
    """Return the caller's open cart without locking it; None when there is none."""
    signed_in, owner = _owned(tx)
    return _row(tx.connection.execute(_OPEN[signed_in], owner).first())


def find_last_ended(tx: Transaction) -> CartRow | None:
    """Return the caller's newest cart that ended without an order in the last seven days."""
    signed_in, owner = _owned(tx)
    since = tx.now - RESTORABLE_FOR
    return _row(tx.connection.execute(_LAST_ENDED[signed_in], {**owner, "since": since}).first())


def lock_own_cart(tx: Transaction, cart_id: str) -> CartRow | None:
    """Lock a cart of the caller, whatever its status; None when it is not theirs."""
    signed_in, owner = _owned(tx)
    return _row(tx.connection.execute(_lock(_CART[signed_in].where(carts.c.id == cart_id)), owner).first())


def list_lines(tx: Transaction, cart_id: str) -> list[LineRow]:
    """Return a cart's lines by SKU."""
    return [LineRow(*row) for row in tx.connection.execute(_LINES, {"cart": cart_id})]


def create_cart(tx: Transaction, last_ended: datetime | None) -> CartRow:
    """Open a cart for the caller."""
    caller = tx.caller
    cart_id = new_id("cart")
    user_id, cart_key = caller.user_id, None if caller.user_id else caller.cart_key
    tx.connection.execute(insert(carts).values(id=cart_id, user_id=user_id, cart_key=cart_key, created_at=tx.now))
    return CartRow(cart_id, user_id, CartStatus.OPEN, None, None, extended=False, version=0, last_ended=last_ended)


def save_lines(tx: Transaction, cart_id: str, lines: Sequence[LineRow], *, gained: bool) -> None:
    """Write lines; `added_at` stays that of their last gain."""
    rows = [{**asdict(line), "cart_id": cart_id, "added_at": tx.now} for line in lines]
    tx.connection.execute(_save_line(tx.is_sqlite, gained), rows)


@cache
def _save_line(is_sqlite: bool, gained: bool) -> "postgresql.Insert | sqlite.Insert":  # noqa: FBT001  # keys of the cache
    """Build the upsert once for each case: building it for each line cost a sixth of the hold."""
    row = insert_into(cart_lines, is_sqlite=is_sqlite).values(
        {name: bindparam(name) for name in (*_WRITTEN, "cart_id", "sku", "added_at")}
    )
    changed = (*_WRITTEN, "added_at") if gained else _WRITTEN
    return row.on_conflict_do_update(
        index_elements=["cart_id", "sku"], set_={name: row.excluded[name] for name in changed}
    )


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


def touch(tx: Transaction, cart_id: str, held_until: datetime | None, hold_limit: datetime | None) -> None:
    """Set the cart's deadline and count a new version."""
    tx.connection.execute(_TOUCH, {"cart": cart_id, "until": held_until, "latest": hold_limit})


def mark_extended(tx: Transaction, cart_id: str) -> None:
    """Take the deadline to the limit, once."""
    tx.connection.execute(
        update(carts)
        .where(carts.c.id == cart_id)
        .values(extended=True, held_until=carts.c.hold_limit, version=carts.c.version + 1)
    )


def end_carts(tx: Transaction, cart_ids: Sequence[str], status: CartStatus) -> None:
    """End open carts that are locked; their lines stay. An expired one ended at its deadline, whoever noticed when."""
    now = literal(tx.now, Instant)
    ended_at = func.coalesce(carts.c.held_until, now) if status is CartStatus.EXPIRED else now
    tx.connection.execute(
        update(carts)
        .where(carts.c.id.in_(cart_ids))
        .where(carts.c.status == CartStatus.OPEN)
        .values(status=status, held_until=None, hold_limit=None, ended_at=ended_at, version=carts.c.version + 1)
    )


def mark_ordered(tx: Transaction, cart_id: str) -> None:
    """Close a cart that became an order."""
    tx.connection.execute(_ORDERED, {"cart": cart_id, "now": tx.now})


def list_ended_holds(tx: Transaction, skus: Sequence[Sku]) -> list[tuple[Sku, int, datetime]]:
    """Count, by product, the caller's holds that ended since their last order, and say when the newest did."""
    signed_in, owner = _owned(tx)
    column = carts.c.user_id if signed_in else carts.c.cart_key
    past = _past.c.user_id if signed_in else _past.c.cart_key
    ordered = select(func.max(_past.c.ended_at)).where(past == _OWNER).where(_past.c.status == CartStatus.ORDERED)
    query = (
        select(cart_lines.c.sku, func.count(), func.max(carts.c.ended_at))
        .join(cart_lines, cart_lines.c.cart_id == carts.c.id)
        .where(column == _OWNER)
        .where(carts.c.status == CartStatus.EXPIRED)
        .where(cart_lines.c.sku.in_(skus))
        .where(carts.c.ended_at > func.coalesce(ordered.scalar_subquery(), bindparam("ever", type_=Instant)))
        .group_by(cart_lines.c.sku)
        .order_by(cart_lines.c.sku)
    )
    rows = tx.connection.execute(query, {**owner, "ever": tx.now - RESTORABLE_FOR})
    return [(sku, count, newest) for sku, count, newest in rows]


def has_ordered_since(tx: Transaction, moment: datetime | None) -> bool:
    """Say whether the caller's carts became an order after a moment."""
    signed_in, owner = _owned(tx)
    ordered = _CART[signed_in].where(carts.c.status == CartStatus.ORDERED).where(carts.c.ended_at > moment).limit(1)
    return tx.connection.execute(ordered, owner).first() is not None
