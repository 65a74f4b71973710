"""What must be true of a shop at rest, asked of the tables themselves and not of the code that writes them."""

from sqlalchemy import text

CHECKS = {
    "0 <= held <= on_hand": "SELECT sku, on_hand, held FROM stock WHERE held < 0 OR held > on_hand",
    "held = the sum of what cart lines hold": """
        SELECT stock.sku, stock.held, coalesce(x.q, 0) FROM stock
        LEFT JOIN (SELECT sku, sum(quantity) AS q FROM cart_lines WHERE held GROUP BY sku) x ON x.sku = stock.sku
        WHERE stock.held <> coalesce(x.q, 0)""",
    "the ledger replayed = on hand": """
        SELECT stock.sku, stock.on_hand, coalesce(x.q, 0) FROM stock
        LEFT JOIN (SELECT sku, sum(change) AS q FROM stock_movements GROUP BY sku) x ON x.sku = stock.sku
        WHERE stock.on_hand <> coalesce(x.q, 0)""",
    "each balance = the sum of the changes so far": """
        SELECT * FROM (SELECT id, sku, balance, sum(change) OVER (PARTITION BY sku ORDER BY id) AS b
        FROM stock_movements) z WHERE balance <> b""",
    "only open carts with a deadline hold": """
        SELECT l.cart_id, l.sku, c.status FROM cart_lines l JOIN carts c ON c.id = l.cart_id
        WHERE l.held AND (c.held_until IS NULL OR c.status <> 'open')""",
    "one open cart a person": """
        SELECT user_id, cart_key FROM carts WHERE status = 'open' GROUP BY user_id, cart_key HAVING count(*) > 1""",
    "a cart is ordered exactly when there is its order": """
        SELECT c.id FROM carts c
        WHERE (c.status = 'ordered') <> EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = c.id)""",
    "an ordered cart is empty": """
        SELECT c.id FROM carts c JOIN cart_lines l ON l.cart_id = c.id WHERE c.status = 'ordered'""",
    "an order has lines and their sum": """
        SELECT o.id FROM orders o WHERE o.subtotal <>
        (SELECT coalesce(sum(quantity * unit_price), -1) FROM order_lines WHERE order_id = o.id)""",
    "what was ordered left the shelf, once": """
        SELECT l.order_id, l.sku FROM order_lines l WHERE -l.quantity <>
        (SELECT coalesce(sum(change), 0) FROM stock_movements m
         WHERE m.order_id = l.order_id AND m.sku = l.sku AND m.change < 0)""",
    "what was cancelled came back, once": """
        SELECT l.order_id, l.sku FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.status = 'cancelled'
        AND (SELECT coalesce(sum(change), 0) FROM stock_movements m
             WHERE m.order_id = l.order_id AND m.sku = l.sku) <> 0""",
    "every order told its event, once": """
        SELECT o.id FROM orders o WHERE
        (SELECT count(*) FROM outbox e WHERE e.type = 'order.placed' AND e.key = o.id) <> 1""",
    "every ended cart told its event, once": """
        SELECT c.id FROM carts c WHERE c.status = 'expired' AND
        (SELECT count(*) FROM outbox e WHERE e.type = 'cart.expired' AND e.key = c.id) <> 1""",
    "nothing is dead": "SELECT id, error FROM dead_letters",
    "everything was delivered": "SELECT id, type, last_error FROM outbox WHERE published_at IS NULL",
    "every order stands with its user": """
        SELECT o.id FROM orders o LEFT JOIN user_orders u ON u.order_id = o.id
        WHERE u.order_id IS NULL OR u.version <> o.version OR u.user_id <> o.user_id""",
}
EVENTUALLY = ("nothing is dead", "everything was delivered", "every order stands with its user")


def violations(database, *, at_rest: bool = True) -> list[str]:
    """Return every invariant that does not hold, with a row that breaks it."""
    found = []
    with database.begin(writes=False) as opened:
        for name, statement in CHECKS.items():
            if not at_rest and name in EVENTUALLY:
                continue
            row = opened.connection.execute(text(statement)).first()
            if row is not None:
                found.append(f"{name}: {tuple(row)}")
    return found
