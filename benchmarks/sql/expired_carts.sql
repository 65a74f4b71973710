SET session_replication_role = replica;
---
TRUNCATE cart_lines, carts, outbox;
---
UPDATE stock SET held = 0 WHERE held <> 0;
---
INSERT INTO carts (id, cart_key, status, held_until, hold_limit, created_at)
SELECT 'cart_gone_' || number, 'gone-' || number, 'open', now() - interval '1 minute' - random() * interval '1 minute',
    now() + interval '4 minutes', now() - interval '11 minutes'
FROM generate_series(1, :expired) AS number;
---
INSERT INTO cart_lines (cart_id, sku, quantity, unit_price, currency, held, added_at)
SELECT 'cart_gone_' || number, 'GEN-' || lpad((1 + (number * 7919 + line * 4999) % 10000)::text, 7, '0'), line, 450,
    'USD', true, now()
FROM generate_series(1, :expired) AS number, generate_series(1, 2) AS line;
---
INSERT INTO carts (id, cart_key, status, held_until, hold_limit, created_at)
SELECT 'cart_live_' || number, 'key-' || number, 'open', now() + interval '1 hour', now() + interval '2 hours', now()
FROM generate_series(1, :carts) AS number;
---
UPDATE stock SET held = line.quantity
FROM (SELECT sku, sum(quantity) AS quantity FROM cart_lines GROUP BY sku) AS line
WHERE line.sku = stock.sku;
---
VACUUM ANALYZE carts, cart_lines, stock, outbox;
---
CHECKPOINT;
