\set cart random(1, :carts)
\set product random(1, :products)
\set quantity random(1, 3)
WITH cart AS (
    SELECT id FROM carts WHERE cart_key = 'key-' || :cart AND status = 'open' AND held_until > now()
    FOR NO KEY UPDATE
), was AS (
    SELECT sku, CASE WHEN held THEN quantity ELSE 0 END AS quantity, unit_price
    FROM cart_lines JOIN cart ON cart_lines.cart_id = cart.id
), line AS (
    INSERT INTO cart_lines (cart_id, sku, quantity, unit_price, currency, held, added_at)
    SELECT cart.id, products.sku, :quantity::int, products.price, products.currency, true, now()
    FROM cart, products
    WHERE products.sku = 'GEN-' || lpad(:product::text, 7, '0') AND products.status = 'published'
    ON CONFLICT (cart_id, sku) DO UPDATE SET quantity = excluded.quantity, held = true, added_at = excluded.added_at,
        unit_price = least(cart_lines.unit_price, excluded.unit_price)
    RETURNING cart_id, sku, quantity, unit_price
), moved AS (
    UPDATE stock
    SET held = held + line.quantity - coalesce((SELECT was.quantity FROM was WHERE was.sku = line.sku), 0)
    FROM line WHERE stock.sku = line.sku
    RETURNING stock.sku
), touched AS (
    UPDATE carts
    SET version = version + 1, held_until = greatest(held_until, least(hold_limit, now() + interval '10 minutes'))
    FROM line WHERE carts.id = line.cart_id
    RETURNING held_until, hold_limit
)
SELECT line.quantity, line.unit_price, touched.held_until, touched.hold_limit FROM line, moved, touched;
