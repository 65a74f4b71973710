ALTER TABLE stock_movements RENAME TO stock_movements_before;

DROP TRIGGER stock_movements_never_updated;

DROP TRIGGER stock_movements_never_deleted;

DROP INDEX stock_movements_by_run;

DROP INDEX stock_movements_by_sku;

DROP INDEX stock_movements_by_time;

DROP INDEX stock_movements_restocked_once;

DROP INDEX stock_movements_sold_once;

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
    trace_id TEXT,
    CONSTRAINT stock_movements_pkey PRIMARY KEY (id),
    CONSTRAINT stock_movements_balance_check CHECK (balance >= 0)
);

INSERT INTO stock_movements (id, sku, change, balance, reason, note, actor, order_id, run_id, at) SELECT id, sku, change, balance, reason, note, actor, order_id, run_id, at FROM stock_movements_before;

DROP TABLE stock_movements_before;

CREATE INDEX stock_movements_by_run ON stock_movements (run_id) WHERE run_id IS NOT NULL;

CREATE INDEX stock_movements_by_sku ON stock_movements (sku, id);

CREATE INDEX stock_movements_by_time ON stock_movements (at);

CREATE UNIQUE INDEX stock_movements_restocked_once ON stock_movements (order_id, sku) WHERE order_id IS NOT NULL AND change > 0;

CREATE UNIQUE INDEX stock_movements_sold_once ON stock_movements (order_id, sku) WHERE order_id IS NOT NULL AND change < 0;

CREATE TRIGGER stock_movements_never_updated BEFORE UPDATE ON stock_movements BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER stock_movements_never_deleted BEFORE DELETE ON stock_movements BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
