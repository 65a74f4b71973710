CREATE TABLE outbox (
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    "key" TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    data TEXT NOT NULL,
    at BIGINT NOT NULL,
    published_at BIGINT,
    attempts INTEGER DEFAULT '0' NOT NULL,
    last_error TEXT,
    CONSTRAINT outbox_pkey PRIMARY KEY (id)
);

CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;

CREATE TABLE inbox (
    event_id TEXT NOT NULL,
    handler TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT inbox_pkey PRIMARY KEY (event_id, handler)
);

CREATE TABLE intents (
    caller TEXT NOT NULL,
    "key" TEXT NOT NULL,
    operation TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    result TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT intents_pkey PRIMARY KEY (caller, "key")
);

CREATE INDEX intents_at ON intents (at);

CREATE INDEX intents_trace ON intents (trace_id);

CREATE TABLE dead_letters (
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    error TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT dead_letters_pkey PRIMARY KEY (id)
);

CREATE TABLE users (
    id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    disabled BOOLEAN DEFAULT 0 NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_subject_key UNIQUE (issuer, subject)
);

CREATE INDEX users_by_name ON users (username_key);

CREATE TABLE user_orders (
    order_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    payment_status TEXT NOT NULL,
    total BIGINT,
    currency TEXT,
    placed_at BIGINT,
    version INTEGER NOT NULL,
    CONSTRAINT user_orders_pkey PRIMARY KEY (order_id),
    CONSTRAINT user_orders_placed_check CHECK ((total IS NULL) = (placed_at IS NULL))
);

CREATE INDEX user_orders_by_user ON user_orders (user_id, order_id);

CREATE TABLE audit_trail (
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT,
    trace_id TEXT NOT NULL,
    CONSTRAINT audit_trail_pkey PRIMARY KEY (id)
);

CREATE INDEX audit_trail_by_actor ON audit_trail (actor, id);

CREATE INDEX audit_trail_by_target ON audit_trail (target, id);

CREATE INDEX audit_trail_by_trace ON audit_trail (trace_id);

CREATE TRIGGER audit_trail_never_updated BEFORE UPDATE ON audit_trail BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_trail_never_deleted BEFORE DELETE ON audit_trail BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TABLE carts (
    id TEXT NOT NULL,
    user_id TEXT,
    cart_key TEXT,
    status TEXT DEFAULT 'open' NOT NULL,
    held_until BIGINT,
    hold_limit BIGINT,
    extended BOOLEAN DEFAULT 0 NOT NULL,
    version INTEGER DEFAULT '0' NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT carts_pkey PRIMARY KEY (id),
    CONSTRAINT carts_status_check CHECK (status IN ('open', 'ordered', 'expired', 'parked', 'merged')),
    CONSTRAINT carts_deadline_check CHECK ((held_until IS NULL) = (hold_limit IS NULL))
);

CREATE INDEX carts_holding ON carts (held_until) WHERE held_until IS NOT NULL;

CREATE INDEX ended_carts ON carts (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX ended_carts_by_session ON carts (cart_key, ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX ended_carts_by_user ON carts (user_id, ended_at) WHERE ended_at IS NOT NULL;

CREATE UNIQUE INDEX one_open_cart_a_session ON carts (cart_key) WHERE status = 'open' AND cart_key IS NOT NULL;

CREATE UNIQUE INDEX one_open_cart_a_user ON carts (user_id) WHERE status = 'open' AND user_id IS NOT NULL;

CREATE TABLE stock (
    sku TEXT NOT NULL,
    on_hand INTEGER DEFAULT '0' NOT NULL,
    held INTEGER DEFAULT '0' NOT NULL,
    reorder_level INTEGER DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT stock_pkey PRIMARY KEY (sku),
    CONSTRAINT stock_never_oversold_check CHECK (held >= 0 AND held <= on_hand),
    CONSTRAINT stock_reorder_level_check CHECK (reorder_level >= 0)
);

CREATE TABLE stock_movements (
    id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    change INTEGER NOT NULL,
    balance INTEGER NOT NULL,
    reason TEXT NOT NULL,
    note TEXT,
    actor TEXT NOT NULL,
    order_id TEXT,
    run_id TEXT,
    at BIGINT NOT NULL,
    CONSTRAINT stock_movements_pkey PRIMARY KEY (id),
    CONSTRAINT stock_movements_balance_check CHECK (balance >= 0)
);

CREATE INDEX stock_movements_by_sku ON stock_movements (sku, id);

CREATE TABLE orders (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    cart_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    status TEXT NOT NULL,
    payment_status TEXT NOT NULL,
    items INTEGER NOT NULL,
    subtotal BIGINT NOT NULL,
    shipping BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    total BIGINT NOT NULL,
    currency TEXT NOT NULL,
    address JSON,
    email TEXT,
    note TEXT,
    tracking TEXT,
    placed_at BIGINT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_status_check CHECK (status IN ('placed', 'packed', 'shipped', 'delivered', 'cancelled', 'returned')),
    CONSTRAINT orders_payment_status_check CHECK (payment_status IN ('unpaid', 'paid', 'refunded')),
    CONSTRAINT orders_amounts_check CHECK (items > 0 AND subtotal >= 0 AND shipping >= 0 AND tax >= 0 AND total >= 0),
    CONSTRAINT orders_number_key UNIQUE (number),
    CONSTRAINT orders_cart_id_key UNIQUE (cart_id)
);

CREATE INDEX orders_by_status ON orders (status, placed_at, id);

CREATE INDEX orders_by_time ON orders (placed_at, id);

CREATE INDEX orders_by_user ON orders (user_id, placed_at, id);

CREATE TABLE mails (
    id TEXT NOT NULL,
    "to" TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    template TEXT NOT NULL,
    order_id TEXT,
    user_id TEXT,
    message_id TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    status TEXT DEFAULT 'queued' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    queued_at BIGINT NOT NULL,
    next_attempt_at BIGINT,
    claimed_until BIGINT,
    sent_at BIGINT,
    last_error TEXT,
    secret_code TEXT,
    secret_until BIGINT,
    CONSTRAINT mails_pkey PRIMARY KEY (id),
    CONSTRAINT mails_status_check CHECK (status IN ('queued', 'sent', 'dead')),
    CONSTRAINT mails_next_attempt_check CHECK ((status = 'queued') = (next_attempt_at IS NOT NULL)),
    CONSTRAINT mails_sent_check CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT mails_code_blanked_check CHECK (secret_code IS NULL OR (status = 'queued' AND secret_until IS NOT NULL))
);

CREATE INDEX mails_by_order ON mails (order_id) WHERE order_id IS NOT NULL;

CREATE INDEX mails_by_status ON mails (status, queued_at, id);

CREATE INDEX mails_by_time ON mails (queued_at, id);

CREATE INDEX mails_due ON mails (next_attempt_at) WHERE status = 'queued';

CREATE INDEX mails_with_code ON mails (secret_until) WHERE secret_code IS NOT NULL;

CREATE TABLE addresses (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    line1 TEXT NOT NULL,
    line2 TEXT,
    city TEXT NOT NULL,
    region TEXT,
    postcode TEXT NOT NULL,
    country TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    CONSTRAINT addresses_pkey PRIMARY KEY (id),
    CONSTRAINT addresses_country_check CHECK (length(country) = 2),
    CONSTRAINT addresses_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX addresses_by_user ON addresses (user_id, id);

CREATE UNIQUE INDEX one_default_address_a_user ON addresses (user_id) WHERE is_default;

CREATE TABLE cart_lines (
    cart_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    currency TEXT NOT NULL,
    held BOOLEAN NOT NULL,
    restored BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT cart_lines_pkey PRIMARY KEY (cart_id, sku),
    CONSTRAINT cart_lines_quantity_check CHECK (quantity > 0),
    CONSTRAINT cart_lines_cart_id_fkey FOREIGN KEY(cart_id) REFERENCES carts (id),
    CONSTRAINT cart_lines_sku_fkey FOREIGN KEY(sku) REFERENCES stock (sku)
);

CREATE INDEX held_lines_by_sku ON cart_lines (sku) WHERE held;

CREATE TABLE order_lines (
    order_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price BIGINT NOT NULL,
    returned INTEGER DEFAULT '0' NOT NULL,
    restocked INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT order_lines_pkey PRIMARY KEY (order_id, sku),
    CONSTRAINT order_lines_amounts_check CHECK (quantity > 0 AND unit_price >= 0),
    CONSTRAINT order_lines_returned_once_check CHECK (returned BETWEEN 0 AND quantity),
    CONSTRAINT order_lines_restocked_once_check CHECK (restocked BETWEEN 0 AND quantity),
    CONSTRAINT order_lines_order_id_fkey FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE TABLE order_steps (
    id INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    status TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT order_steps_pkey PRIMARY KEY (id),
    CONSTRAINT order_steps_order_id_fkey FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX order_steps_by_order ON order_steps (order_id, id);
