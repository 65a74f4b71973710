INSERT INTO categories (key, name, created_at) VALUES ('bench', 'Bench', now());
---
INSERT INTO stock (sku, on_hand, held)
SELECT 'GEN-' || lpad(number::text, 7, '0'), 10000000, 0
FROM generate_series(1, :products) AS number;
---
INSERT INTO products (sku, name, name_key, category_key, tagline, description, words, price, currency, tint, status,
    created_at, updated_at)
SELECT sku, 'The ' || sku, lower('the ' || sku), 'bench', '', '', '', 450, 'USD', 'ember', 'published', now(), now()
FROM stock;
