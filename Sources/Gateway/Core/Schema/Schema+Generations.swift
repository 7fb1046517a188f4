extension Schema {
    /// Things that can end and come back under the same name, and what hangs on them.
    static let generations = """
        CREATE TABLE generations (
            tenant_id TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, generation {int} NOT NULL,
            changed_at {int} NOT NULL, PRIMARY KEY (tenant_id, kind, id)) {strict};
        INSERT INTO generations (tenant_id, kind, id, generation, changed_at)
            SELECT tenant_id, 'user', subject_id, 1, deadline_at - 604800000 FROM jobs WHERE kind = 'deleteUserBots';
        UPDATE sessions SET expires_at =
                (SELECT api_keys.expires_at FROM api_keys WHERE api_keys.id = sessions.key_id)
            WHERE EXISTS (SELECT 1 FROM api_keys
                WHERE api_keys.id = sessions.key_id AND api_keys.expires_at < sessions.expires_at);
        ALTER TABLE tenants ADD COLUMN generation {int} NOT NULL DEFAULT 0;
        ALTER TABLE bots ADD COLUMN created_at {int} NOT NULL DEFAULT 0;
        ALTER TABLE bot_orders ADD COLUMN ended_at {int};
        ALTER TABLE messages ADD COLUMN former {int} NOT NULL DEFAULT 0;
        ALTER TABLE calendars ADD COLUMN account_generation {int} NOT NULL DEFAULT 0;
        ALTER TABLE bot_orders ADD COLUMN account_generation {int} NOT NULL DEFAULT 0;
        ALTER TABLE bots ADD COLUMN account_generation {int} NOT NULL DEFAULT 0;
        ALTER TABLE account_states ADD COLUMN key_digest {bytes};
        CREATE INDEX bots_by_user ON bots (tenant_id, user_id);
        CREATE INDEX bot_orders_by_user ON bot_orders (tenant_id, user_id);
        """
}
