SET session_replication_role = replica;
---
TRUNCATE cart_lines, carts, orders, order_lines, order_steps, stock_movements, outbox, inbox, intents, mails, user_orders,
    addresses, users CASCADE;
---
UPDATE stock SET on_hand = 10000000, held = 1000000, version = 0;
---
INSERT INTO users (id, issuer, subject, username, username_key, name, email, created_at, last_seen_at)
SELECT 'user-' || number, 'bench', number::text, 'user-' || number, 'user-' || number, 'User ' || number,
    'user-' || number || '@example.org', now(), now()
FROM generate_series(1, :carts) AS number;
---
INSERT INTO addresses (id, user_id, name, line1, city, postcode, country, is_default)
SELECT 'adr_' || number, 'user-' || number, 'User ' || number, '12 Analytical Row', 'London', 'N1 9GU', 'GB', true
FROM generate_series(1, :carts) AS number;
---
INSERT INTO carts (id, user_id, status, held_until, hold_limit, created_at)
SELECT 'cart_' || number, 'user-' || number, 'open', now() + interval '1 hour', now() + interval '2 hours', now()
FROM generate_series(1, :carts) AS number;
---
INSERT INTO cart_lines (cart_id, sku, quantity, unit_price, currency, held, added_at)
SELECT DISTINCT 'cart_' || number, 'GEN-' || lpad((1 + (number * 7919 + line * 104729) % 10000)::text, 7, '0'),
    1 + line % 3, 450, 'USD', true, now()
FROM generate_series(1, :carts) AS number, generate_series(1, :lines) AS line;
---
VACUUM ANALYZE;
---
CHECKPOINT;
