ALTER TABLE stock_movements ADD COLUMN trace_id TEXT;
