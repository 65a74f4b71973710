CREATE INDEX stock_movements_by_trace ON stock_movements (trace_id);

CREATE INDEX mails_by_trace ON mails (trace_id);

CREATE INDEX outbox_by_trace ON outbox (trace_id);
