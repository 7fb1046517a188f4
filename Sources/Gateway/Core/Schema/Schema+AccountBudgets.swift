extension Schema {
    /// The write budget of each account at Meeting BaaS, which replicas share: a token bucket by the database's clock.
    ///
    /// `tokens` are millionths. No write is sent before `paused_until`.
    static let accountBudgets = """
        CREATE TABLE account_budgets (
            account_id TEXT PRIMARY KEY, tokens {int} NOT NULL, refilled_at {int} NOT NULL,
            limit_per_second {int} NOT NULL, paused_until {int} NOT NULL) {strict};
        CREATE INDEX account_budgets_by_age ON account_budgets (refilled_at);
        """

    /// A replica that does not deliver yet takes no shards. Those of programs that do not know the column deliver always.
    static let deliveringReplicas = """
        ALTER TABLE replicas ADD COLUMN delivers {int} NOT NULL DEFAULT 1;
        """
}
