import JSONValue
import Sealing
import SQL

/// Former secrets of webhook endpoints, sealed, each valid until its own end.
enum FormerEndpointSecretStore {
    static func seal(
        _ secret: SecretBytes, until: Timestamp, _ sealer: TenantSealer
    ) throws -> Endpoint.FormerSecret {
        let id = Identifier.make(.formerSecret)
        return Endpoint.FormerSecret(
            id: id, sealed: try sealer.seal(secret, column: .formerSecret, row: id), until: until)
    }

    static func open(
        _ former: Endpoint.FormerSecret, of endpoint: String, _ sealer: TenantSealer
    ) throws -> SecretBytes {
        // One from before this table was sealed as a column of its endpoint, and bears the endpoint's id.
        if former.id == endpoint {
            return try sealer.open(former.sealed, column: .endpointPreviousSecret, row: endpoint)
        }
        return try sealer.open(former.sealed, column: .formerSecret, row: former.id)
    }

    /// - Throws: `conflict` when the endpoint already has as many as it may have.
    static func insert(
        _ former: Endpoint.FormerSecret, of endpoint: Endpoint, at now: Timestamp, in tx: any Transaction
    ) throws {
        try FormerSecrets.check(endpoint.formerSecrets.map(\.until).filter { $0 > now }.sorted(), at: now)
        try tx.run(
            """
            INSERT INTO former_endpoint_secrets (id, tenant_id, endpoint_id, sealed_secret, until)
            VALUES (\(former.id), \(endpoint.tenant), \(endpoint.id), \(former.sealed), \(former.until.milliseconds))
            """)
    }

    /// The newest first; also those that have ended and were not pruned yet.
    static func list(_ tenant: String, endpoint: String, in tx: any Transaction) throws -> [Endpoint.FormerSecret] {
        try tx.run(
            """
            SELECT id, sealed_secret, until FROM former_endpoint_secrets
            WHERE tenant_id = \(tenant) AND endpoint_id = \(endpoint) ORDER BY id DESC
            """
        ).map { row in
            Endpoint.FormerSecret(
                id: try row.text("id"), sealed: try row.blob("sealed_secret"),
                until: try row.time("until"))
        }
    }

    static func expired(at now: Timestamp) -> [ExpiredRows] {
        [
            ExpiredRows("former_endpoint_secrets", key: "id", where: "until <= \(now.milliseconds)"),
            ExpiredRows(
                "webhook_endpoints", key: "id", where: "previous_until <= \(now.milliseconds)",
                set: "previous_until = NULL"),
        ]
    }
}

extension SealedColumn {
    static let formerSecret = SealedColumn(table: "former_endpoint_secrets", column: "sealed_secret")
    /// A column of former versions. Its values were moved into `former_endpoint_secrets` as they were sealed.
    static let endpointPreviousSecret = SealedColumn(table: "webhook_endpoints", column: "sealed_previous_secret")
}
