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

CREATE TABLE dead_letters (
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    error TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT dead_letters_pkey PRIMARY KEY (id)
);

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

CREATE TABLE accounts (
    id TEXT NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    password_changed_at BIGINT NOT NULL,
    CONSTRAINT accounts_pkey PRIMARY KEY (id),
    CONSTRAINT accounts_password_hash_check CHECK (substr(password_hash, 1, 10) = '$argon2id$'),
    CONSTRAINT accounts_username_key_key UNIQUE (username_key),
    CONSTRAINT accounts_email_key_key UNIQUE (email_key)
);

CREATE TABLE clients (
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT clients_pkey PRIMARY KEY (name),
    CONSTRAINT clients_secret_hash_check CHECK (length(secret_hash) = 64)
);

CREATE TABLE throttles (
    "key" TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_at BIGINT NOT NULL,
    paused_until BIGINT,
    CONSTRAINT throttles_pkey PRIMARY KEY ("key")
);

CREATE INDEX throttles_by_last ON throttles (last_at);

CREATE TABLE shop_identity (
    id INTEGER NOT NULL,
    shop_id TEXT NOT NULL,
    CONSTRAINT shop_identity_pkey PRIMARY KEY (id),
    CONSTRAINT shop_identity_once_check CHECK (id = 1)
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
    CONSTRAINT addresses_country_check CHECK (length(country) = 2)
);

CREATE INDEX addresses_by_user ON addresses (user_id, id);

CREATE UNIQUE INDEX one_default_address_a_user ON addresses (user_id) WHERE is_default;

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

CREATE TABLE categories (
    "key" TEXT NOT NULL,
    name TEXT NOT NULL,
    products INTEGER DEFAULT '0' NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT categories_pkey PRIMARY KEY ("key"),
    CONSTRAINT categories_products_check CHECK (products >= 0),
    CONSTRAINT categories_key_check CHECK (key <> '')
);

CREATE TABLE product_spellings (
    spelling TEXT NOT NULL,
    word TEXT NOT NULL,
    CONSTRAINT product_spellings_pkey PRIMARY KEY (spelling, word)
);

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
    CONSTRAINT stock_bounded_check CHECK (on_hand <= 1000000000),
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

CREATE INDEX stock_movements_by_run ON stock_movements (run_id) WHERE run_id IS NOT NULL;

CREATE INDEX stock_movements_by_sku ON stock_movements (sku, id);

CREATE INDEX stock_movements_by_time ON stock_movements (at);

CREATE UNIQUE INDEX stock_movements_restocked_once ON stock_movements (order_id, sku) WHERE order_id IS NOT NULL AND change > 0;

CREATE UNIQUE INDEX stock_movements_sold_once ON stock_movements (order_id, sku) WHERE order_id IS NOT NULL AND change < 0;

CREATE TRIGGER stock_movements_never_updated BEFORE UPDATE ON stock_movements BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER stock_movements_never_deleted BEFORE DELETE ON stock_movements BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE stock_runs (
    run_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    result TEXT DEFAULT '' NOT NULL,
    applied INTEGER DEFAULT '0' NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    undone_at BIGINT,
    undone_by TEXT,
    CONSTRAINT stock_runs_pkey PRIMARY KEY (run_id),
    CONSTRAINT stock_runs_applied_check CHECK (applied >= 0),
    CONSTRAINT stock_runs_undone_check CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);

CREATE TABLE orders (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    cart_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    status TEXT NOT NULL,
    payment_status TEXT NOT NULL,
    units INTEGER NOT NULL,
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
    CONSTRAINT orders_amounts_check CHECK (units > 0 AND subtotal >= 0 AND shipping >= 0 AND tax >= 0 AND total >= 0),
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

CREATE TABLE account_roles (
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    CONSTRAINT account_roles_pkey PRIMARY KEY (account_id, role),
    CONSTRAINT account_roles_role_check CHECK (role IN ('shopper', 'stock-clerk', 'catalog-manager', 'order-manager', 'admin')),
    CONSTRAINT account_roles_account_id_fkey FOREIGN KEY(account_id) REFERENCES accounts (id)
);

CREATE INDEX account_roles_by_role ON account_roles (role);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL,
    account_id TEXT,
    client TEXT,
    user_id TEXT,
    signed_in_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (token_hash),
    CONSTRAINT sessions_owner_check CHECK ((account_id IS NULL) <> (client IS NULL)),
    CONSTRAINT sessions_profile_check CHECK ((account_id IS NULL) = (user_id IS NULL)),
    CONSTRAINT sessions_token_hash_check CHECK (length(token_hash) = 64),
    CONSTRAINT sessions_account_id_fkey FOREIGN KEY(account_id) REFERENCES accounts (id),
    CONSTRAINT sessions_client_fkey FOREIGN KEY(client) REFERENCES clients (name) ON DELETE CASCADE
);

CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE INDEX sessions_by_client ON sessions (client);

CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE codes (
    code_hash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    email_key TEXT NOT NULL,
    account_id TEXT,
    username TEXT,
    email TEXT,
    password_hash TEXT,
    expires_at BIGINT NOT NULL,
    CONSTRAINT codes_pkey PRIMARY KEY (code_hash),
    CONSTRAINT codes_purpose_check CHECK (purpose IN ('verify', 'recover')),
    CONSTRAINT codes_code_hash_check CHECK (length(code_hash) = 64),
    CONSTRAINT codes_pending_check CHECK (purpose = 'recover' OR (username IS NOT NULL AND email IS NOT NULL AND password_hash IS NOT NULL)),
    CONSTRAINT codes_account_id_fkey FOREIGN KEY(account_id) REFERENCES accounts (id)
);

CREATE INDEX codes_by_email ON codes (email_key);

CREATE INDEX codes_by_end ON codes (expires_at);

CREATE TABLE first_admin (
    id INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT first_admin_pkey PRIMARY KEY (id),
    CONSTRAINT first_admin_once_check CHECK (id = 1),
    CONSTRAINT first_admin_account_id_fkey FOREIGN KEY(account_id) REFERENCES accounts (id)
);

CREATE TABLE products (
    id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    category_key TEXT NOT NULL,
    tagline TEXT NOT NULL,
    description TEXT NOT NULL,
    words TEXT NOT NULL,
    price BIGINT NOT NULL,
    currency TEXT NOT NULL,
    tint TEXT NOT NULL,
    status TEXT NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT products_pkey PRIMARY KEY (id),
    CONSTRAINT products_price_check CHECK (price BETWEEN 0 AND 1000000000000),
    CONSTRAINT products_tint_check CHECK (tint IN ('ember', 'sky', 'bone', 'rose', 'iris', 'leaf', 'honey', 'sea')),
    CONSTRAINT products_status_check CHECK (status IN ('draft', 'published', 'archived')),
    CONSTRAINT products_sku_key UNIQUE (sku),
    CONSTRAINT products_category_key_fkey FOREIGN KEY(category_key) REFERENCES categories ("key")
);

CREATE INDEX products_by_age ON products (status, created_at, sku, price);

CREATE INDEX products_by_category_and_age ON products (category_key, status, created_at, sku, price);

CREATE INDEX products_by_category_and_price ON products (category_key, status, price, sku);

CREATE INDEX products_by_name ON products (status, name_key, sku, price);

CREATE INDEX products_by_price ON products (status, price, sku);

CREATE INDEX products_by_shelf ON products (status, category_key, name_key, sku, price);

CREATE VIRTUAL TABLE product_search USING fts5(name_key, category_key, words, content='products', content_rowid='id', tokenize='ascii', detail='column', prefix='1 2 3 4 5');

CREATE TRIGGER product_search_insert AFTER INSERT ON products BEGIN INSERT INTO product_search (rowid, name_key, category_key, words) VALUES (new.id, new.name_key, new.category_key, new.words); END;

CREATE TRIGGER product_search_delete AFTER DELETE ON products BEGIN INSERT INTO product_search (product_search, rowid, name_key, category_key, words) VALUES ('delete', old.id, old.name_key, old.category_key, old.words); END;

CREATE TRIGGER product_search_update AFTER UPDATE OF name_key, category_key, words ON products WHEN (old.name_key, old.category_key, old.words) <> (new.name_key, new.category_key, new.words) BEGIN INSERT INTO product_search (product_search, rowid, name_key, category_key, words) VALUES ('delete', old.id, old.name_key, old.category_key, old.words); INSERT INTO product_search (rowid, name_key, category_key, words) VALUES (new.id, new.name_key, new.category_key, new.words); END;

CREATE TABLE cart_lines (
    cart_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price BIGINT NOT NULL,
    currency TEXT NOT NULL,
    held BOOLEAN NOT NULL,
    added_at BIGINT NOT NULL,
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

CREATE TABLE product_pictures (
    sku TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BLOB NOT NULL,
    CONSTRAINT product_pictures_pkey PRIMARY KEY (sku),
    CONSTRAINT product_pictures_sku_fkey FOREIGN KEY(sku) REFERENCES products (sku)
);
