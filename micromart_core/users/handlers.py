"""What users do when an order's events arrive: they record the order with its user."""

from micromart_core.changes import Topic
from micromart_core.dispatch import handles
from micromart_core.orders.model import OrderPlaced, OrderStatus, OrderStatusChanged, PaymentStatus
from micromart_core.transaction import Transaction
from micromart_core.users import store_orders


@handles(OrderPlaced)
def record_order(tx: Transaction, event: OrderPlaced) -> None:
    """Record a new order with its user; arriving late, it turns no status back."""
    facts = {
        "order_id": event.order_id,
        "user_id": event.user_id,
        "number": event.number,
        "status": OrderStatus.PLACED.value,
        "payment_status": PaymentStatus.UNPAID.value,
        "version": event.version,
    }
    store_orders.save_placed(tx, facts, total=event.total, placed_at=event.placed_at)
    tx.touch(Topic.USERS, event.user_id)


@handles(OrderStatusChanged)
def record_status(tx: Transaction, event: OrderStatusChanged) -> None:
    """Record where an order stands now, unless a later version is recorded already."""
    facts = {
        "order_id": event.order_id,
        "user_id": event.user_id,
        "number": event.number,
        "status": event.status,
        "payment_status": event.payment_status,
        "version": event.version,
    }
    store_orders.save_status(tx, facts)
    tx.touch(Topic.USERS, event.user_id)
