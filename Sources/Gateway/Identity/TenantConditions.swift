import SQL

/// Conditions on tenants for the queries of other features.
extension TenantStore {
    /// A condition: the tenant is neither suspended nor being deleted.
    /// - Parameter tenant: its id, as a column or a bound value.
    static func isActive(_ tenant: Query) -> Query {
        "EXISTS (SELECT 1 FROM tenants WHERE tenants.id = \(tenant) AND tenants.status = 'active')"
    }

    /// A condition: the tenant is there and is not being deleted.
    static func isKept(_ tenant: Query) -> Query {
        "EXISTS (SELECT 1 FROM tenants WHERE tenants.id = \(tenant) AND tenants.status <> 'deleting')"
    }

    /// A condition: the tenant has a row.
    static func exists(_ tenant: Query) -> Query { "EXISTS (SELECT 1 FROM tenants WHERE tenants.id = \(tenant))" }

    /// A page of the ids of all tenants, with a condition that is evaluated for each.
    /// - Parameter condition: gets the column of the tenant's id.
    static func ids(
        after last: String, limit: Int, testing condition: (Query) -> Query, in tx: any Transaction
    ) throws -> [(id: String, holds: Bool)] {
        try tx.run(
            """
            SELECT id, CASE WHEN \(condition("tenants.id")) THEN 1 ELSE 0 END AS holds
            FROM tenants WHERE id > \(last) ORDER BY id LIMIT \(limit)
            """
        ).map { (id: try $0.text("id"), holds: try $0.bool("holds")) }
    }
}
