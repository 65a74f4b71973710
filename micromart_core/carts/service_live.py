"""What staff watch: carts that hold something now, and what went back on the shelf."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from micromart_core.carts import store_live
from micromart_core.carts.model_live import LiveCartPage, ShoppersCart, SweptCart
from micromart_core.carts.service_lists import compose_all
from micromart_core.carts.store import CartRow
from micromart_core.operation import operation
from micromart_core.paging import NoCursor, page_size
from micromart_core.permissions import Permission
from micromart_core.transaction import Transaction
from micromart_core.users import service as users

LOOKS_BACK = timedelta(hours=1)
_KNOWS_PEOPLE = frozenset({Permission.USER_READ, Permission.ORDER_READ_ANY})


@operation("stock:read", writes=False)
def list_live_carts(tx: Transaction, after: str | None = None, limit: int = 50) -> LiveCartPage:
    """Return the carts that hold something now, the first to end first.

    Who shops is told to those who may read users or orders.
    """
    rows = store_live.list_live(tx, _place(after), page_size(limit) + 1)
    shown = rows[:limit]
    carts, names = compose_all(tx, shown), _names(tx, shown)
    items = tuple(ShoppersCart(cart, names.get(row.user_id or "")) for row, cart in zip(shown, carts, strict=True))
    return LiveCartPage(items, f"{shown[-1].held_until}/{shown[-1].id}" if len(rows) > limit else None)


@operation("stock:read", writes=False)
def list_swept_carts(tx: Transaction, limit: int = 10) -> tuple[SweptCart, ...]:
    """Return the carts whose hold has ended in the last hour, the last one first."""
    found = store_live.list_swept(tx, tx.now - LOOKS_BACK, page_size(limit))
    rows = [row for row, _ in found]
    carts, names = compose_all(tx, rows), _names(tx, rows)
    return tuple(
        SweptCart(cart, names.get(row.user_id or ""), at) for (row, at), cart in zip(found, carts, strict=True)
    )


def _names(tx: Transaction, rows: Sequence[CartRow]) -> dict[str, str]:
    if not tx.caller.permissions & _KNOWS_PEOPLE:
        return {}
    return users.usernames_of(tx, sorted({row.user_id for row in rows if row.user_id}))


def _place(after: str | None) -> tuple[datetime, str] | None:
    if after is None:
        return None
    moment, _, cart = after.partition("/")
    try:
        place = datetime.fromisoformat(moment)
    except ValueError:
        raise NoCursor(after) from None
    if place.tzinfo is None:
        raise NoCursor(after)
    return place, cart
