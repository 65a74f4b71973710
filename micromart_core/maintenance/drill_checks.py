"""The promises of a shop, looked at while a drill goes on and once more when it has come to rest."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import bindparam, text

from micromart_core.bootstrap import Shop
from micromart_core.every_table import load_tables
from micromart_core.explained import explained
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.maintenance.drill_notes import Found

_ALWAYS = {
    "one open cart a person": """
        SELECT user_id, cart_key FROM carts WHERE status = 'open' GROUP BY user_id, cart_key HAVING count(*) > 1""",
    "an order closes its cart, and empties it": """
        SELECT o.id, c.status FROM orders o JOIN carts c ON c.id = o.cart_id WHERE o.placed_at >= :since
        AND (c.status <> 'ordered' OR EXISTS (SELECT 1 FROM cart_lines l WHERE l.cart_id = c.id))""",
    "one order a cart": """
        SELECT cart_id, count(*) FROM orders WHERE placed_at >= :since GROUP BY cart_id HAVING count(*) > 1""",
    "an order is the sum of its lines": """
        SELECT o.id, o.subtotal FROM orders o WHERE o.placed_at >= :since AND o.subtotal <>
        (SELECT coalesce(sum(quantity * unit_price), -1) FROM order_lines WHERE order_id = o.id)""",
    "what was ordered left the shelf, once": """
        SELECT l.order_id, l.sku FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE o.placed_at >= :since AND -l.quantity <> (SELECT coalesce(sum(change), 0) FROM stock_movements m
        WHERE m.order_id = l.order_id AND m.sku = l.sku AND m.change < 0)""",
    "what was cancelled came back, once": """
        SELECT l.order_id, l.sku FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE o.placed_at >= :since AND o.status = 'cancelled' AND (SELECT coalesce(sum(change), 0)
        FROM stock_movements m WHERE m.order_id = l.order_id AND m.sku = l.sku) <> 0""",
    "every order told its event, once": """
        SELECT o.id FROM orders o WHERE o.placed_at >= :since AND
        (SELECT count(*) FROM outbox e WHERE e.type = 'order.placed' AND e.key = o.id) <> 1""",
}
_AT_REST = {
    "no event is given up": "SELECT id, error FROM dead_letters WHERE at >= :since",
    "every event is delivered": "SELECT id, type FROM outbox WHERE published_at IS NULL AND at >= :since",
    "every order stands with its user": """
        SELECT o.id FROM orders o LEFT JOIN user_orders u ON u.order_id = o.id WHERE o.placed_at >= :since
        AND (u.order_id IS NULL OR u.version <> o.version OR u.user_id <> o.user_id)""",
    "every order has its letter": """
        SELECT o.id FROM orders o WHERE o.placed_at >= :since AND NOT EXISTS
        (SELECT 1 FROM mails m WHERE m.order_id = o.id)""",
}


def check_in_motion(shop: Shop, since: datetime) -> list[Found]:
    """Return the promises that are broken now, of those that hold at every moment."""
    return _stock(shop) + _rows(shop, _ALWAYS, since)


def check_at_rest(shop: Shop, since: datetime, acknowledged: AbstractSet[str]) -> list[Found]:
    """Return every broken promise once nobody is in the shop and all events are delivered."""
    lost = acknowledged - _orders(shop, since)
    found = [Found("an acknowledged order is there", order) for order in sorted(lost)]
    return found + check_in_motion(shop, since) + _rows(shop, _AT_REST, since)


def _stock(shop: Shop) -> list[Found]:
    violations = shop.operator().run(verify_stock).violations
    return [
        Found(f"stock: {each.kind}", f"{each.sku}: stored {each.stored}, the facts say {each.expected}")
        for each in violations
    ]


def _rows(shop: Shop, checks: dict[str, str], since: datetime) -> list[Found]:
    """Look for a row that breaks each promise; the first is told, at most one of a kind."""
    found = []
    for promise, statement in checks.items():
        rows = _read(shop, f"SELECT * FROM ({statement}) AS broken LIMIT 1", since)  # noqa: S608  # of this file
        found += [Found(promise, ", ".join(str(fact) for fact in row)) for row in rows]
    return found


def _orders(shop: Shop, since: datetime) -> set[str]:
    return {str(row[0]) for row in _read(shop, "SELECT id FROM orders WHERE placed_at >= :since", since)}


def _read(shop: Shop, statement: str, since: datetime) -> list[tuple[object, ...]]:
    """Read with a moment written as this database keeps moments."""
    query = text(statement)
    if ":since" in statement:
        moment = load_tables().tables["orders"].c.placed_at.type
        query = query.bindparams(bindparam("since", since, type_=moment))
    with explained(), shop.database.begin(writes=False) as opened:
        return [tuple(row) for row in opened.connection.execute(query)]
