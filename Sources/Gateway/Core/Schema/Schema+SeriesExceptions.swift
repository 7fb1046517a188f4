extension Schema {
    /// Occurrences without a bot in a series that is recorded; and the series that a v1 bot was ordered for.
    static let seriesExceptions = """
        CREATE TABLE series_exceptions (
            tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, calendar_id TEXT NOT NULL,
            event_id TEXT NOT NULL, series_id TEXT NOT NULL, created_at {int} NOT NULL,
            PRIMARY KEY (tenant_id, calendar_id, event_id)) {strict};
        CREATE INDEX series_exceptions_by_age ON series_exceptions (created_at);
        ALTER TABLE bot_orders ADD COLUMN series_id TEXT;
        """
}
