import SQL

/// Deletes the rows of a tenant in batches, children before parents, so that nothing cascades. Its row in `tenants` goes
/// last, by its caller.
enum TenantErasure {
    struct Table: Sendable {
        let name: String
        /// The primary key's columns.
        let key: String
        /// The rows of a tenant.
        var condition: @Sendable (_ tenant: String) -> Query = { "tenant_id = \($0)" }
    }

    /// Every table with rows of tenants but `tenants` and `jobs`.
    static let tables: [Table] = [
        Table(name: "attempts", key: "delivery_id, number"),
        Table(name: "deliveries", key: "id"),
        Table(name: "replays", key: "id"),
        Table(name: "messages", key: "id"),
        // Webhooks of its own account that were attributed to nobody.
        Table(name: "messages", key: "id") { "account_id = \($0) AND tenant_id IS NULL" },
        Table(name: "former_endpoint_secrets", key: "id"),
        Table(name: "webhook_endpoints", key: "id"),
        Table(name: "idempotency_keys", key: "tenant_id, id"),
        Table(name: "idempotency_use", key: "tenant_id, hour"),
        Table(name: "daily_uses", key: "tenant_id, day"),
        Table(name: "former_api_keys", key: "digest"),
        Table(name: "sessions", key: "id"),
        Table(name: "api_keys", key: "id"),
        Table(name: "event_changes", key: "tenant_id, event_id"),
        Table(name: "series_exceptions", key: "tenant_id, calendar_id, event_id"),
        Table(name: "recordings", key: "tenant_id, event_id, all_occurrences"),
        Table(name: "bots", key: "account_id, bot_id"),
        Table(name: "bot_orders", key: "marker"),
        Table(name: "owned_objects", key: "account_id, api_version, kind, id"),
        Table(name: "calendars", key: "row_id"),
        Table(name: "consents", key: "state_digest"),
        Table(name: "grant_claims", key: "id"),
        Table(name: "refused_grants", key: "id"),
        Table(name: "connections", key: "id"),
        Table(name: "generations", key: "tenant_id, kind, id"),
        Table(name: "provider_apps", key: "tenant_id, provider"),
        Table(name: "unclaimed_calendars", key: "calendar_id") { "account_id = \($0)" },
        Table(name: "accounts", key: "tenant_id"),
        Table(name: "account_states", key: "account_id") { "account_id = \($0)" },
    ]

    /// Deletes up to `limit` rows of the first tables that have any.
    /// - Parameter job: stays, of all the tenant's jobs.
    /// - Returns: how many; 0 when nothing is left.
    static func deleteRows(_ tenant: String, for job: Job, limit: Int, in tx: any Transaction) throws -> Int {
        var left = limit
        for table in tables where left > 0 {
            let (name, key) = (Query(stringLiteral: table.name), Query(stringLiteral: table.key))
            left -= try tx.run(
                """
                DELETE FROM \(name) WHERE (\(key)) IN (
                    SELECT \(key) FROM \(name) WHERE \(table.condition(tenant)) LIMIT \(left)) RETURNING 1
                """
            ).count
        }
        if left > 0 { left -= try JobStore.removeAll(tenant, except: job.id, limit: left, in: tx) }
        return limit - left
    }
}
