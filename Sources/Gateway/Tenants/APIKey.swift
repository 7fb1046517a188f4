import SQL
import Wire

/// A tenant's server's credential, without the credential itself.
struct APIKey: Sendable {
    let id: String
    let tenant: String
    let name: String
    let scopes: Set<Scope>
    let createdAt: Timestamp
    let expiresAt: Timestamp?
    let lastUsedAt: Timestamp?
    /// When the credential that found it ends: the key's own end, or the end of a rotation's overlap.
    var endsAt: Timestamp?

    var json: JSON.Members {
        [
            "id": .string(id), "name": .string(name), "scopes": Scope.json(scopes),
            "created_at": .string("\(createdAt)"),
            "expires_at": .text(expiresAt.map { "\($0)" }), "last_used_at": .text(lastUsedAt.map { "\($0)" }),
        ]
    }
}

enum APIKeyStore {
    private static let columns: Query = "id, tenant_id, name, scopes, created_at, expires_at, last_used_at"

    static func insert(_ key: APIKey, digest: [UInt8], in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO api_keys (id, tenant_id, name, digest, scopes, created_at, expires_at)
            VALUES (\(key.id), \(key.tenant), \(key.name), \(digest), \(Scope.text(key.scopes)),
                \(key.createdAt.milliseconds), \(key.expiresAt?.milliseconds))
            """)
    }

    static func list(_ tenant: String, in tx: any Transaction) throws -> [APIKey] {
        try tx.run("SELECT \(columns) FROM api_keys WHERE tenant_id = \(tenant) ORDER BY id").map(Self.key)
    }

    static func find(_ tenant: String, _ id: String, in tx: any Transaction) throws -> APIKey? {
        try tx.first("SELECT \(columns) FROM api_keys WHERE tenant_id = \(tenant) AND id = \(id)").map(Self.key)
    }

    /// By the credential's digest, whoever's it is: the one look-up that finds the tenant instead of asking within it.
    static func find(digest: [UInt8], at now: Timestamp, in tx: any Transaction) throws -> APIKey? {
        let found = try tx.first(
            """
            SELECT \(columns), previous_until, CASE WHEN digest = \(digest) THEN 1 ELSE 0 END AS is_current FROM api_keys
            WHERE (digest = \(digest) OR (previous_digest = \(digest) AND previous_until > \(now.milliseconds)))
                AND (expires_at IS NULL OR expires_at > \(now.milliseconds))
            """)
        return try found.map { row in
            var key = try Self.key(row)
            let overlap = try row.bool("is_current") ? nil : row.optionalInteger("previous_until")
            key.endsAt = [key.expiresAt, overlap.map { Timestamp(milliseconds: $0) }].compactMap { $0 }.min()
            return key
        }
    }

    /// The sessions that the key minted end with it.
    static func delete(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Bool {
        try tx.run("DELETE FROM sessions WHERE tenant_id = \(tenant) AND key_id = \(id)")
        return try !tx.run("DELETE FROM api_keys WHERE tenant_id = \(tenant) AND id = \(id) RETURNING id").isEmpty
    }

    static func rotate(
        _ tenant: String, _ id: String, digest: [UInt8], previousUntil: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try !tx.run(
            """
            UPDATE api_keys SET previous_digest = digest, previous_until = \(previousUntil.milliseconds), digest = \(digest)
            WHERE tenant_id = \(tenant) AND id = \(id) RETURNING id
            """
        ).isEmpty
    }

    static func touch(_ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            "UPDATE api_keys SET last_used_at = \(now.milliseconds) WHERE tenant_id = \(tenant) AND id = \(id)")
    }

    private static func key(_ row: Row) throws -> APIKey {
        APIKey(
            id: try row.text("id"), tenant: try row.text("tenant_id"), name: try row.text("name"),
            scopes: Scope.parse(try row.text("scopes")),
            createdAt: Timestamp(milliseconds: try row.integer("created_at")),
            expiresAt: try row.optionalInteger("expires_at").map { Timestamp(milliseconds: $0) },
            lastUsedAt: try row.optionalInteger("last_used_at").map { Timestamp(milliseconds: $0) })
    }
}
