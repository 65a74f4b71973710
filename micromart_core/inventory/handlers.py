"""What the stockroom does when it hears of an order."""

from micromart_core.dispatch import handles
from micromart_core.inventory import store_ledger
from micromart_core.inventory.model import StockLow
from micromart_core.orders.model import OrderPlaced
from micromart_core.transaction import Transaction


@handles(OrderPlaced)
def tell_what_became_low(tx: Transaction, event: OrderPlaced) -> None:
    """Record that a product is low when it was this order that took it to its reorder level."""
    for sku, balance, level in store_ledger.list_made_low(tx, event.order_id):
        tx.record(StockLow(sku=sku, on_hand=balance, reorder_level=level))
