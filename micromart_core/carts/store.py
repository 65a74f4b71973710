"""Every statement about carts; those about their lines are in store_lines.py, the tables in tables.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    bindparam,
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
from micromart_core.together import Writes
from micromart_core.transaction import Transaction

RESTORABLE_FOR = timedelta(days=7)
_past = carts.alias("past")
_OWNER = bindparam("owner", type_=Text)
# Statuses stand in the statements themselves. As parameters they would hide from PostgreSQL that a partial index fits,
# so that it plans anew each time, and SQLAlchemy would spell out the IN each time.
_IS_OPEN = literal_column(repr(CartStatus.OPEN.value), Text)
_IS_ORDERED = literal_column(repr(CartStatus.ORDERED.value), Text)
_IS_EXPIRED = literal_column(repr(CartStatus.EXPIRED.value), Text)
_ENDED = (_IS_EXPIRED, literal_column(repr(CartStatus.PARKED.value), Text))
ROW = tuple(carts.c[name] for name in ("id", "user_id", "status", "held_until", "hold_limit", "extended", "version"))
ROW_ALONE = (*ROW, null().label("last_ended"))
"""A cart's row for those who do not ask what its owner had before."""


class CartRow(Struct, frozen=True):
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


def lock(query: Select[Any]) -> Select[Any]:
    """Return a query that locks the carts it finds."""
    return query.with_for_update(key_share=True, of=carts)


def _cart_of(owner: ColumnElement[Any], past_owner: ColumnElement[Any]) -> Select[Any]:
    last_ended = (
        select(func.max(_past.c.ended_at))
        .where(past_owner == _OWNER)
        .where(_past.c.status.in_(_ENDED))
        .scalar_subquery()
    )
    return select(*ROW, last_ended.label("last_ended")).where(owner == _OWNER)


def _ended_holds_of(owner: ColumnElement[Any], past_owner: ColumnElement[Any]) -> Select[Any]:
    ordered = select(func.max(_past.c.ended_at)).where(past_owner == _OWNER).where(_past.c.status == _IS_ORDERED)
    return (
        select(cart_lines.c.sku, func.count(), func.max(carts.c.ended_at))
        .join(carts, cart_lines.c.cart_id == carts.c.id)
        .where(owner == _OWNER)
        .where(carts.c.status == _IS_EXPIRED)
        .where(cart_lines.c.sku.in_(bindparam("skus", expanding=True)))
        .where(carts.c.ended_at > func.coalesce(ordered.scalar_subquery(), bindparam("ever", type_=Instant)))
        .group_by(cart_lines.c.sku)
        .order_by(cart_lines.c.sku)
    )


_ENDED_HOLDS = {
    True: _ended_holds_of(carts.c.user_id, _past.c.user_id),
    False: _ended_holds_of(carts.c.cart_key, _past.c.cart_key),
}
_CART = {True: _cart_of(carts.c.user_id, _past.c.user_id), False: _cart_of(carts.c.cart_key, _past.c.cart_key)}
# A query for those who are signed in, and one for guests.
OPEN = {signed_in: query.where(carts.c.status == _IS_OPEN) for signed_in, query in _CART.items()}
OWN = {signed_in: query.where(carts.c.id == bindparam("cart", type_=Text)) for signed_in, query in _CART.items()}
_LOCK_OPEN = {signed_in: lock(query) for signed_in, query in OPEN.items()}
_LAST_ENDED = {
    signed_in: query.where(carts.c.status.in_(_ENDED))
    .where(carts.c.ended_at > bindparam("since", type_=Instant))
    .order_by(carts.c.ended_at.desc(), carts.c.id.desc())
    .limit(1)
    for signed_in, query in _CART.items()
}
_CREATE = insert(carts)
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
        ended_at=bindparam("ended", type_=Instant),
        version=carts.c.version + 1,
    )
)


def owner_of(tx: Transaction) -> tuple[bool, dict[str, Any]]:
    """Return whether the caller is signed in, and the parameter that names the owner of the caller's carts."""
    caller = tx.caller
    return caller.user_id is not None, {"owner": caller.user_id or caller.cart_key}


def _row(found: Any) -> CartRow | None:
    return None if found is None else cart_row(found)


def cart_row(found: Sequence[Any]) -> CartRow:
    """Return what the columns of ROW hold, and when the owner's newest cart ended."""
    cart_id, user_id, status, *rest = found
    return CartRow(cart_id, user_id, CartStatus(status), *rest)


def lock_open_cart(tx: Transaction) -> CartRow | None:
    """Lock the caller's open cart; None when there is none."""
    signed_in, owner = owner_of(tx)
    return _row(tx.connection.execute(_LOCK_OPEN[signed_in], owner).first())


def _deadline_of(cart: CartRow) -> dict[str, Any]:
    return {"cart": cart.id, "until": cart.held_until, "latest": cart.hold_limit}


def find_open_cart(tx: Transaction) -> CartRow | None:
    """Return the caller's open cart without locking it; None when there is none."""
    signed_in, owner = owner_of(tx)
    return _row(tx.connection.execute(OPEN[signed_in], owner).first())


def find_last_ended(tx: Transaction) -> CartRow | None:
    """Return the caller's newest cart that ended without an order in the last seven days."""
    signed_in, owner = owner_of(tx)
    since = tx.now - RESTORABLE_FOR
    return _row(tx.connection.execute(_LAST_ENDED[signed_in], {**owner, "since": since}).first())


def create_cart(tx: Transaction, last_ended: datetime | None) -> CartRow:
    """Open a cart for the caller, whose newest cart that ended did so at `last_ended`."""
    caller = tx.caller
    cart_id = new_id("cart")
    user_id, cart_key = caller.user_id, None if caller.user_id else caller.cart_key
    row = {"id": cart_id, "user_id": user_id, "cart_key": cart_key, "created_at": tx.now}
    tx.connection.execute(_CREATE, row)
    return CartRow(cart_id, user_id, CartStatus.OPEN, None, None, extended=False, version=0, last_ended=last_ended)


def touch(tx: Transaction, cart: CartRow) -> None:
    """Save a cart's deadline, and count a new version."""
    tx.connection.execute(_TOUCH, _deadline_of(cart))


def touching(cart: CartRow) -> Writes:
    """Return what saves a cart's deadline and counts a new version, to go together with the hold."""
    return Writes((_TOUCH,), _deadline_of(cart))


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


def closing_ordered(tx: Transaction, cart_id: str) -> Writes:
    """Return what closes a cart that became an order, to go together with the sale."""
    return Writes((_ORDERED,), {"cart": cart_id, "ended": tx.now})


def list_ended_holds(tx: Transaction, skus: Sequence[Sku]) -> list[tuple[Sku, int, datetime]]:
    """Count, by product, the caller's holds that ended since their last order, and say when the newest did."""
    signed_in, owner = owner_of(tx)
    facts = {**owner, "skus": list(skus), "ever": tx.now - RESTORABLE_FOR}
    return [(sku, count, newest) for sku, count, newest in tx.connection.execute(_ENDED_HOLDS[signed_in], facts)]


def has_ordered_since(tx: Transaction, moment: datetime | None) -> bool:
    """Say whether the caller's carts became an order after a moment."""
    signed_in, owner = owner_of(tx)
    ordered = _CART[signed_in].where(carts.c.status == CartStatus.ORDERED).where(carts.c.ended_at > moment).limit(1)
    return tx.connection.execute(ordered, owner).first() is not None
