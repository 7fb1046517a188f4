extension Schema {
    /// Counted bytes and their limits.
    ///
    /// `messages.bytes` is what a message counts for; 0 in rows from before this step, whose size is computed when it is
    /// needed, since writing it would rewrite every message. `tenants.message_bytes` is the sum, `message_limit` the
    /// setting `limits.message_bytes`, `storage_low_at` when the tenant was told of it.
    static let storageLimits = """
        ALTER TABLE messages ADD COLUMN bytes {int} NOT NULL DEFAULT 0;
        ALTER TABLE messages ADD COLUMN dropped_at {int};
        ALTER TABLE tenants ADD COLUMN message_bytes {int} NOT NULL DEFAULT 0;
        ALTER TABLE tenants ADD COLUMN message_limit {int};
        ALTER TABLE tenants ADD COLUMN storage_low_at {int};
        UPDATE tenants SET message_bytes = COALESCE((
            SELECT CAST(SUM(512 + LENGTH(data) + COALESCE(LENGTH(extra), 0)) AS BIGINT) FROM messages
            WHERE messages.tenant_id = tenants.id), 0) + COALESCE((
            SELECT CAST(SUM(512 + LENGTH(data) + LENGTH(held_body)) AS BIGINT) FROM messages
            WHERE messages.account_id = tenants.id AND messages.tenant_id IS NULL), 0);
        DROP INDEX messages_by_time;
        CREATE INDEX messages_by_time ON messages (tenant_id, received_at, dropped_at);
        ALTER TABLE replays ADD COLUMN skipped {int} NOT NULL DEFAULT 0;
        CREATE TABLE idempotency_use (
            tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, hour {int} NOT NULL,
            bytes {int} NOT NULL, PRIMARY KEY (tenant_id, hour)) {strict};
        CREATE INDEX idempotency_use_by_hour ON idempotency_use (hour);
        CREATE INDEX consents_by_user ON consents (tenant_id, user_id, created_at);
        """
}
