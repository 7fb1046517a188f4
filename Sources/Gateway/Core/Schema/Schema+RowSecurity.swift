extension Schema {
    /// Tables of tenants' rows, as they were at the step `row_security`. A later table comes with a step of its own that has
    /// `rowSecurityOfPostgres(tables:)`; a test refuses a table with a `tenant_id` that has none.
    static let tablesOfTenants = [
        "accounts", "api_keys", "attempts", "bot_orders", "bots", "calendar_creations", "calendars", "connections",
        "consents", "daily_uses", "deliveries", "delivery_counts", "event_changes", "former_api_keys",
        "former_endpoint_secrets", "generations", "grant_claims", "idempotency_keys", "idempotency_use", "jobs",
        "messages", "owned_objects", "provider_apps", "recordings", "refused_grants", "replays", "series_exceptions",
        "sessions", "webhook_endpoints",
    ]

    static let rowSecurity =
        rowSecurityOfPostgres(tables: tablesOfTenants)
        + "\nCREATE POLICY shared_account ON generations FOR SELECT USING (tenant_id = 'shared');"

    /// Row-level security: a transaction sees and writes rows of its tenant alone, or all rows with the scope `all`
    /// (`TenantScope`). Without either it sees nothing. `FORCE` holds for the tables' owner too, which the gateway's role is.
    ///
    /// The generation of the shared account is no tenant's: rows that are made in it name it.
    ///
    /// `gateway.tenant` is `''` after the first transaction that has set it, and some rows have that as their tenant: the
    /// operator's. Sub-selects are evaluated once a statement, not once a row. The planner expects nearly all rows to pass
    /// `IS NOT NULL`; by the comparisons alone it expected one of a hundred, and left the indexes that give an order (100 000
    /// rows of 1 000 tenants: 30 ms instead of 0.3 for the next deliveries). The text is part of released steps.
    static func rowSecurityOfPostgres(tables: [String]) -> String {
        let isVisible = """
            CASE WHEN tenant_id = (SELECT NULLIF(current_setting('gateway.tenant', true), ''))
                OR (SELECT current_setting('gateway.scope', true)) = 'all' THEN TRUE END IS NOT NULL
            """
        return tables.map { table in
            """
            ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY;
            ALTER TABLE \(table) FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON \(table) USING (\(isVisible)) WITH CHECK (\(isVisible));
            """
        }.joined(separator: "\n")
    }
}
