"""What carts do when the stockroom took something out of them."""

from micromart_core.carts import store_upkeep
from micromart_core.changes import Topic
from micromart_core.dispatch import handles
from micromart_core.inventory.model import HoldsEvicted
from micromart_core.transaction import Transaction


@handles(HoldsEvicted)
def forget_the_deadline_of_a_cart_that_holds_nothing(tx: Transaction, event: HoldsEvicted) -> None:
    """Take the deadline from a cart whose last held line was released, so that its next gain begins anew."""
    store_upkeep.lock_cart(tx, event.cart_id)
    if not store_upkeep.holds_anything(tx, event.cart_id):
        store_upkeep.clear_deadline(tx, event.cart_id)
        tx.touch(Topic.CARTS, event.cart_id)
