import JSONValue
import SQL

/// Brings deliveries in line with their endpoint and tenant: held while the endpoint is disabled or the tenant suspended,
/// due when both are open again, gone with the endpoint.
///
/// The state of endpoint and tenant takes effect at once, since a delivery is taken only while both are open
/// (`PendingDeliveries`). The rows follow in batches: the first in the caller's transaction, the rest by a job. Each
/// batch reads the state again, so the newest wins.
enum DeliveryUpdates {
    /// An endpoint was switched or deleted.
    static func begin(_ tenant: String, endpoint: String, at now: Timestamp, in tx: any Transaction) throws {
        if try step(tenant, endpoint: endpoint, limit: BackgroundWrites.rows, at: now, in: tx) >= BackgroundWrites.rows
        {
            try JobStore.add(UpdateDeliveriesJob.kind, tenant, endpoint, at: now, in: tx)
        }
    }

    /// A tenant was suspended or activated.
    static func begin(_ tenant: String, at now: Timestamp, in tx: any Transaction) throws {
        if try step(tenant, limit: BackgroundWrites.rows, at: now, in: tx) >= BackgroundWrites.rows {
            try JobStore.add(UpdateDeliveriesJob.kind, tenant, tenant, at: now, in: tx)
        }
    }

    /// - Returns: how many rows were changed; fewer than `limit` when all are in line.
    static func step(
        _ tenant: String, endpoint id: String, limit: Int, at now: Timestamp, in tx: any Transaction
    ) throws -> Int {
        let status = try tx.first("SELECT status FROM webhook_endpoints WHERE tenant_id = \(tenant) AND id = \(id)")?
            .text("status")
        switch status {
        case nil: return 0
        case EndpointStore.deleting: return try EndpointStore.deleteRows(tenant, id, limit: limit, in: tx)
        case Endpoint.Status.enabled.rawValue where try TenantStore.isActive(tenant, in: tx):
            return try DeliveryStore.release(tenant, endpoint: id, limit: limit, at: now, in: tx)
        default: return try DeliveryStore.hold(tenant, endpoint: id, limit: limit, in: tx)
        }
    }

    /// The same for all endpoints of a tenant, and for its work that waits until it is active.
    static func step(
        _ tenant: String, limit: Int, at now: Timestamp, in tx: any Transaction
    ) throws -> Int {
        var changed = 0
        for id in try outOfLine(tenant, in: tx) where changed < limit {
            changed += try step(tenant, endpoint: id, limit: limit - changed, at: now, in: tx)
        }
        if changed < limit, try TenantStore.isActive(tenant, in: tx) {
            changed += try JobStore.hasten(tenant, at: now, limit: limit - changed, in: tx)
        }
        return changed
    }

    /// Endpoints with deliveries that are pending and should be held, or held and should be due.
    private static func outOfLine(_ tenant: String, in tx: any Transaction) throws -> [String] {
        let isActive = try TenantStore.isActive(tenant, in: tx)
        let rows =
            isActive
            ? try tx.run(
                """
                SELECT id FROM webhook_endpoints WHERE tenant_id = \(tenant) AND status = 'enabled'
                    AND EXISTS (SELECT 1 FROM deliveries
                        WHERE status = 'held' AND endpoint_id = webhook_endpoints.id) LIMIT \(BackgroundWrites.rows)
                """)
            : try tx.run(
                """
                SELECT id FROM webhook_endpoints WHERE tenant_id = \(tenant)
                    AND EXISTS (SELECT 1 FROM deliveries
                        WHERE status = 'pending' AND endpoint_id = webhook_endpoints.id AND lane IN (0, 1, 2))
                LIMIT \(BackgroundWrites.rows)
                """)
        return try rows.map { try $0.text("id") }
    }

    // MARK: - an endpoint that works again

    /// All that waits for a retry at the endpoint is due.
    static func hasten(_ endpoint: Endpoint, at now: Timestamp, in tx: any Transaction) throws {
        let changed = try PendingDeliveries.hasten(
            endpoint.tenant, endpoint: endpoint.id, limit: BackgroundWrites.rows, at: now, in: tx)
        if changed >= BackgroundWrites.rows {
            try JobStore.add(HastenDeliveriesJob.kind, endpoint.tenant, endpoint.id, at: now, in: tx)
        }
    }
}
