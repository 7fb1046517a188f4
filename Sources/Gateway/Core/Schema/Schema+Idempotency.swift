extension Schema {
    /// `claim` is the id of the request that holds the key, `busy_until` the end of its hold (0 when it has ended).
    /// `sent_at` is the time of the last request to Meeting BaaS that may have had an effect; null when there was none.
    static let idempotency = """
        ALTER TABLE idempotency_keys ADD COLUMN user_id TEXT;
        ALTER TABLE idempotency_keys ADD COLUMN claim TEXT NOT NULL DEFAULT '';
        ALTER TABLE idempotency_keys ADD COLUMN busy_until {int} NOT NULL DEFAULT 0;
        ALTER TABLE idempotency_keys ADD COLUMN sent_at {int};
        UPDATE idempotency_keys SET sent_at = created_at WHERE sealed_reply IS NULL;
        CREATE INDEX idempotency_keys_by_user ON idempotency_keys (tenant_id, user_id);
        CREATE INDEX idempotency_keys_open ON idempotency_keys (busy_until) WHERE sealed_reply IS NULL;
        """
}
