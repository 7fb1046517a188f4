import SQL

/// Deletes the rows of a tenant in batches. Its row in `tenants` goes last, by the caller.
enum TenantErasure {
    /// Deletes up to `limit` rows of the first tables that have any.
    /// - Parameter job: stays, of all the tenant's jobs.
    /// - Returns: how many; 0 when nothing is left.
    static func deleteRows(
        _ tenant: String, _ steps: [ErasureStep], for job: QueuedJob, limit: Int, in tx: any Transaction
    ) throws -> Int {
        var left = limit
        // Webhooks that are held for the tenant's own account have no tenant.
        for rows in steps.flatMap({ $0.rows?(tenant) ?? [] }) where left > 0 {
            left -= try tx.acrossTenants { try rows.expire(limit: left, in: tx) }
        }
        if left > 0 { left -= try JobStore.removeAll(tenant, except: job.id, limit: left, in: tx) }
        return limit - left
    }
}
