extension Schema {
    /// Things that can end and come back under the same name, and what hangs on them.
    static let generations = """
        CREATE TABLE generations (
            tenant_id TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, generation {int} NOT NULL,
            changed_at {int} NOT NULL, PRIMARY KEY (tenant_id, kind, id)) {strict};
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
