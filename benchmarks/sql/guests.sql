TRUNCATE cart_lines, carts;
---
UPDATE stock SET held = 0 WHERE held <> 0;
---
INSERT INTO carts (id, cart_key, status, held_until, hold_limit, created_at)
SELECT 'cart_' || number, 'key-' || number, 'open', now() + interval '1 hour', now() + interval '2 hours', now()
FROM generate_series(1, :carts) AS number;
---
VACUUM ANALYZE stock, carts, cart_lines;
---
CHECKPOINT;
