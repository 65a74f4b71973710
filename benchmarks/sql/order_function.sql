CREATE OR REPLACE FUNCTION place_order(buyer text) RETURNS text LANGUAGE plpgsql AS $function$
DECLARE
    cart text;
    new_order text := 'ord_' || replace(gen_random_uuid()::text, '-', '');
    new_number text := 'MM-' || upper(substr(md5(random()::text), 1, 12));
    home json;
    whole json;
    units int;
    total bigint;
BEGIN
    SELECT id INTO cart FROM carts WHERE user_id = buyer AND status = 'open' FOR NO KEY UPDATE;
    SELECT to_json(addresses) INTO home FROM addresses WHERE user_id = buyer AND is_default;
    PERFORM 1 FROM stock WHERE sku IN (SELECT sku FROM cart_lines WHERE cart_id = cart) ORDER BY sku FOR NO KEY UPDATE;
    SELECT sum(quantity), sum(quantity * least(unit_price, products.price)),
        json_agg(json_build_object('sku', sku, 'name', name, 'quantity', quantity, 'price', unit_price, 'currency',
            products.currency))
    INTO units, total, whole
    FROM cart_lines JOIN products USING (sku)
    WHERE cart_id = cart AND held AND products.status = 'published';
    UPDATE stock SET on_hand = on_hand - line.quantity, held = stock.held - line.quantity, version = version + 1
    FROM cart_lines AS line WHERE line.cart_id = cart AND line.sku = stock.sku;
    INSERT INTO stock_movements (sku, change, balance, reason, actor, order_id, at)
    SELECT sku, -quantity, on_hand, 'order', buyer, new_order, now()
    FROM cart_lines JOIN stock USING (sku) WHERE cart_id = cart;
    INSERT INTO orders (id, number, cart_id, user_id, status, payment_status, units, subtotal, shipping, tax, total,
        currency, address, email, placed_at, version)
    VALUES (new_order, new_number, cart, buyer, 'placed', 'unpaid', units, total, 0, 0, total, 'USD', home,
        buyer || '@example.org', now(), 1);
    INSERT INTO order_lines (order_id, sku, position, name, quantity, unit_price)
    SELECT new_order, sku, row_number() OVER (ORDER BY sku), name, quantity, least(unit_price, products.price)
    FROM cart_lines JOIN products USING (sku) WHERE cart_id = cart;
    INSERT INTO order_steps (order_id, status, at, actor) VALUES (new_order, 'placed', now(), buyer);
    DELETE FROM cart_lines WHERE cart_id = cart;
    UPDATE carts SET status = 'ordered', held_until = NULL, hold_limit = NULL, ended_at = now(), version = version + 1
    WHERE id = cart;
    whole := json_build_object('order_id', new_order, 'number', new_number, 'user_id', buyer, 'email',
        buyer || '@example.org', 'version', 1, 'lines', whole, 'total', total, 'address', home, 'placed_at', now());
    INSERT INTO outbox (id, type, key, trace_id, data, at)
    VALUES ('evt_' || gen_random_uuid(), 'order.placed', new_order, md5(new_order), whole::text, now());
    INSERT INTO intents (caller, key, operation, request_hash, result, trace_id, at)
    VALUES (buyer, 'key_' || gen_random_uuid(), 'orders/place_order', md5(new_order) || md5(cart), whole::text,
        md5(new_order), now());
    RETURN new_order;
END $function$;
