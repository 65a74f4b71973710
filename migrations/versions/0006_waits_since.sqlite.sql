ALTER TABLE outbox ADD COLUMN waits_since BIGINT;
