import SQL

/// Deletes the rows of a tenant in batches, children before parents, so that nothing cascades. Its row in `tenants` goes
/// last, by its caller.
enum TenantErasure {
    /// The rows of every table that has some of a tenant, but `tenants` and `jobs`.
    static func rows(of tenant: String) -> [ExpiredRows] {
        func rows(_ table: String, key: Query) -> ExpiredRows {
            ExpiredRows(table, key: key, where: "tenant_id = \(tenant)")
        }
        return [
            rows("attempts", key: "delivery_id, number"), rows("deliveries", key: "id"), rows("replays", key: "id"),
            rows("messages", key: "id"),
            // Webhooks of its own account that were attributed to nobody.
            ExpiredRows("messages", key: "id", where: "account_id = \(tenant) AND tenant_id IS NULL"),
            ExpiredRows("quarantine_counts", key: "account_id", where: "account_id = \(tenant)"),
            rows("former_endpoint_secrets", key: "id"), rows("delivery_counts", key: "endpoint_id"),
            rows("webhook_endpoints", key: "id"),
            rows("idempotency_keys", key: "tenant_id, id"), rows("idempotency_use", key: "tenant_id, hour"),
            rows("daily_uses", key: "tenant_id, day"), rows("former_api_keys", key: "digest"),
            rows("sessions", key: "id"), rows("api_keys", key: "id"),
            rows("event_changes", key: "tenant_id, event_id"),
            rows("series_exceptions", key: "tenant_id, calendar_id, event_id"),
            rows("recordings", key: "tenant_id, event_id, all_occurrences"),
            rows("bots", key: "account_id, bot_id"), rows("bot_orders", key: "marker"),
            rows("owned_objects", key: "account_id, api_version, kind, id"), rows("calendars", key: "row_id"),
            rows("consents", key: "state_digest"), rows("grant_claims", key: "id"), rows("refused_grants", key: "id"),
            rows("connections", key: "id"), rows("generations", key: "tenant_id, kind, id"),
            rows("provider_apps", key: "tenant_id, provider"),
            ExpiredRows("unclaimed_calendars", key: "calendar_id", where: "account_id = \(tenant)"),
            rows("accounts", key: "tenant_id"),
            ExpiredRows("account_states", key: "account_id", where: "account_id = \(tenant)"),
        ]
    }

    private static let messagesAtOnce = 50

    /// Deletes up to `limit` rows of the first tables that have any.
    /// - Parameter job: stays, of all the tenant's jobs.
    /// - Returns: how many; 0 when nothing is left.
    static func deleteRows(_ tenant: String, for job: Job, limit: Int, in tx: any Transaction) throws -> Int {
        var left = limit
        for rows in rows(of: tenant) where left > 0 {
            // A message may have megabytes, and each freed page is overwritten.
            let most = rows.table == "messages" ? min(left, messagesAtOnce) : left
            left -= try rows.expire(limit: most, in: tx)
        }
        if left > 0 { left -= try JobStore.removeAll(tenant, except: job.id, limit: left, in: tx) }
        return limit - left
    }
}
