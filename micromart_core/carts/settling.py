"""How a cart ends without an order: its stock goes back, its lines stay restorable, and the fact is recorded once."""

from collections.abc import Sequence

from micromart_core.carts import store, store_lines
from micromart_core.carts.model import CartExpired, CartStatus
from micromart_core.carts.store import CartRow
from micromart_core.carts.store_lines import LineRow
from micromart_core.inventory import service_holds as inventory
from micromart_core.transaction import Transaction


def end_own_cart(tx: Transaction, cart: CartRow, lines: Sequence[LineRow]) -> None:
    """End the caller's cart whose hold is over. The cart and all its stock rows are locked by the caller."""
    inventory.free_locked(tx, [cart.id])
    _close(tx, cart, lines)


def settle_own_cart(tx: Transaction, cart: CartRow) -> None:
    """Lock the stock of the caller's locked cart whose hold is over, and end it."""
    inventory.lock_and_free(tx, [cart.id])
    _close(tx, cart, store_lines.list_lines(tx, cart.id))


def _close(tx: Transaction, cart: CartRow, lines: Sequence[LineRow]) -> None:
    """Turn an open cart into an expired one; `cart.expired` is recorded by whoever closes it, so once."""
    store.end_carts(tx, [cart.id], CartStatus.EXPIRED)
    pairs = tuple((str(line.sku), line.quantity) for line in lines)
    tx.record(CartExpired(cart_id=cart.id, user_id=cart.user_id, lines=pairs))
