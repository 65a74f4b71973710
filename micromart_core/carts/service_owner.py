"""Whose cart it is, for those who tell somebody of changes to their own and to nobody else's."""

from micromart_core.carts import store_live
from micromart_core.operation import operation
from micromart_core.transaction import Transaction


@operation(writes=False, on_wire=False)
def name_own_carts(tx: Transaction) -> str | None:
    """Return by what the caller's carts are known to be theirs, None when the caller can have none."""
    return tx.caller.user_id or tx.caller.cart_key


@operation("stock:read", writes=False, on_wire=False, polled=True)
def find_owner(tx: Transaction, cart_id: str) -> str | None:
    """Return by what a cart is known to be somebody's, None when it is gone."""
    return store_live.find_owner(tx, cart_id)
