"""The statements that find and lock the holds staff take away."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from micromart_core.carts.tables import cart_lines, carts
from micromart_core.inventory.model import Sku
from micromart_core.inventory.store_levels import for_update
from micromart_core.schema import Instant
from micromart_core.transaction import Transaction

_NEWEST_HOLDS = (
    select(cart_lines.c.cart_id, cart_lines.c.quantity)
    .join(carts, carts.c.id == cart_lines.c.cart_id)
    .where(cart_lines.c.sku == bindparam("of_sku"))
    .where(cart_lines.c.held)
    .where(carts.c.held_until > bindparam("now", type_=Instant))
    .order_by(cart_lines.c.added_at.desc(), cart_lines.c.cart_id.desc())
    .limit(bindparam("limit"))
)
_LOCK_WITHOUT_WAITING = for_update(
    select(carts.c.id, carts.c.user_id).where(carts.c.id.in_(bindparam("carts", expanding=True))).order_by(carts.c.id),
    skip_locked=True,
)
_LIVE_LINES_OF_CART = (
    select(cart_lines.c.sku, cart_lines.c.quantity)
    .join(carts, carts.c.id == cart_lines.c.cart_id)
    .where(cart_lines.c.cart_id == bindparam("cart"))
    .where(cart_lines.c.held)
    .where(carts.c.held_until > bindparam("now", type_=Instant))
    .order_by(cart_lines.c.sku)
)


def list_newest_holds(tx: Transaction, sku: Sku, limit: int) -> list[tuple[str, int]]:
    """Return cart and quantity of the live holds of a product, the one gained last first."""
    rows = tx.connection.execute(_NEWEST_HOLDS, {"of_sku": sku, "now": tx.now, "limit": limit})
    return [(cart, quantity) for cart, quantity in rows]


def lock_carts_without_waiting(tx: Transaction, cart_ids: Sequence[str]) -> dict[str, str | None]:
    """Lock those of the carts that nobody is using now; return the user of each."""
    rows = tx.connection.execute(_LOCK_WITHOUT_WAITING, {"carts": list(cart_ids)})
    return {row.id: row.user_id for row in rows}


def list_live_lines(tx: Transaction, cart_id: str) -> list[tuple[Sku, int]]:
    """Return SKU and quantity of what a cart holds, nothing when its hold has ended."""
    rows = tx.connection.execute(_LIVE_LINES_OF_CART, {"cart": cart_id, "now": tx.now})
    return [(Sku(sku), quantity) for sku, quantity in rows]
