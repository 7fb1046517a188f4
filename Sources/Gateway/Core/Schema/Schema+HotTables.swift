extension Schema {
    /// The number of each replica's program: how many steps it knows. 0 stands for programs that do not say it.
    static let replicaPrograms = """
        ALTER TABLE replicas ADD COLUMN program {int} NOT NULL DEFAULT 0;
        """

    /// PostgreSQL's settings of tables whose rows change often.
    ///
    /// Rows of counters, replicas and accounts change in columns that no index has. With room left in each page the new
    /// version stays beside the old one and no index grows (a "heap-only tuple"):
    /// https://www.postgresql.org/docs/15/storage-hot.html. Outcomes of deliveries and due times of jobs are in indexes: what
    /// keeps those tables small is a vacuum that comes after thousands of changes, not after a fifth of the table, and
    /// is not slowed down.
    static let hotTables =
        [
            "delivery_counts", "queue_counts", "quarantine_counts", "replicas", "request_reports", "account_states",
            "account_budgets",
        ].map {
            """
            ALTER TABLE \($0) SET (fillfactor = 30, autovacuum_vacuum_scale_factor = 0,
                autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
            """
        }.joined()
        + ["tenants", "webhook_endpoints", "calendars", "connections", "daily_uses"].map {
            """
            ALTER TABLE \($0) SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02,
                autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
            """
        }.joined()
        + ["deliveries", "jobs", "object_leases", "idempotency_keys", "consents", "sessions", "event_changes"].map {
            """
            ALTER TABLE \($0) SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
                autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
            """
        }.joined()
        + ["messages", "attempts"].map {
            """
            ALTER TABLE \($0) SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
                autovacuum_analyze_scale_factor = 0.02);
            """
        }.joined()
}
