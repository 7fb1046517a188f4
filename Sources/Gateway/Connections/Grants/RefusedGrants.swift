import JSONValue
import Logging
import OAuth
import Sealing
import SQL

/// Grants that a provider gave and that were not kept. They would stay valid at Google until they expire unused, so the
/// token is stored, sealed, until the job has revoked it.
struct RefusedGrants: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let clock: GatewayClock
    let revocation: GrantRevocation
    let logger: Logger

    /// Stores a token that was not kept, with the job that revokes it.
    static func add(
        _ token: SecretBytes, tenant: String, clientID: String, subject: String, sealer: TenantSealer,
        at now: Timestamp, in tx: any Transaction
    ) throws {
        let id = Identifier.make(.grant)
        let sealed = try sealer.seal(token, column: .refusedToken, row: id)
        try tx.run(
            """
            INSERT INTO refused_grants (id, tenant_id, client_id, subject, sealed_token, created_at)
            VALUES (\(id), \(tenant), \(clientID), \(subject), \(sealed), \(now.milliseconds))
            """)
        try JobStore.add(RevokeGrantJob.kind, tenant, id, at: now, in: tx)
    }

    static func hasAny(_ tenant: String, in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT id FROM refused_grants WHERE tenant_id = \(tenant) LIMIT 1") != nil
    }

    /// The job. Throws to be tried again; the last try erases the token whether or not it was revoked.
    func revoke(_ tenant: String, _ id: String, lastTry: Bool) async throws {
        let row = try await database.read { tx in
            try tx.first(
                """
                SELECT client_id, subject, sealed_token FROM refused_grants
                WHERE tenant_id = \(tenant) AND id = \(id)
                """
            ).map { row in
                (
                    grant: GoogleGrant(clientID: try row.text("client_id"), subject: try row.text("subject")),
                    sealed: try row.blob("sealed_token")
                )
            }
        }
        guard let row else { return }
        do {
            try await revocation.run(row.grant, tenant: tenant, work: id) {
                try await tenantKeys.sealer(for: tenant).open(row.sealed, column: .refusedToken, row: id)
            }
        } catch  where lastTry {
            logger.warning(
                "a refused grant remained at the provider",
                metadata: ["tenant.id": .string(tenant), "grant.id": .string(id)])
        }
        _ = try await database.write { tx in
            try tx.run("DELETE FROM refused_grants WHERE tenant_id = \(tenant) AND id = \(id)")
        }
    }
}

extension SealedColumn {
    static let refusedToken = SealedColumn(table: "refused_grants", column: "sealed_token")
}
