import JSONValue
import SQL

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

    static func insert(_ key: APIKey, digest: [UInt8], as admitted: Admitted, in tx: any Transaction) throws {
        try admitted.check(owns: key.tenant)
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

    /// Finds a key by the credential's digest: the one look-up that finds the tenant instead of searching within it.
    static func find(digest: [UInt8], at now: Timestamp, in tx: any Transaction) throws -> APIKey? {
        // One statement with a look-up by index in each table: at most one of them holds the digest.
        let found = try tx.first(
            """
            SELECT \(columns), NULL AS until FROM api_keys WHERE digest = \(digest)
            UNION ALL
            SELECT id, api_keys.tenant_id, name, scopes, created_at, expires_at, last_used_at, until
            FROM former_api_keys JOIN api_keys ON api_keys.id = former_api_keys.key_id
            WHERE former_api_keys.digest = \(digest)
            """)
        guard let found else { return nil }
        var key = try Self.key(found)
        let overlap = try found.optionalTime("until")
        key.endsAt = [key.expiresAt, overlap].compactMap { $0 }.min()
        return key.endsAt.map { $0 > now } ?? true ? key : nil
    }

    /// The digests among these that a key has or had, ended or not.
    static func present(_ digests: [[UInt8]], in tx: any Transaction) throws -> [[UInt8]] {
        guard !digests.isEmpty else { return [] }
        let list = digests.padded
        return try tx.run(
            """
            SELECT digest FROM api_keys WHERE digest IN \(list: list)
            UNION SELECT digest FROM former_api_keys WHERE digest IN \(list: list)
            """
        ).map { try $0.blob("digest") }
    }

    /// The sessions that the key made end with it.
    static func delete(_ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        // They go with the key.
        let former = try FormerKeyStore.digests(of: id, tenant: tenant, in: tx)
        let gone = try tx.run("DELETE FROM api_keys WHERE tenant_id = \(tenant) AND id = \(id) RETURNING digest")
        guard let digest = try gone.first?.blob("digest") else { return false }
        tx.notify(credentials: [digest] + former)
        tx.notify(ChangeNotice(.apiKey, "\(tenant) \(id)"))
        try SessionStore.endAll(of: id, tenant: tenant, at: now, in: tx)
        return true
    }

    /// Replaces the secret. The former one goes on until `previousUntil`, and so does each that was replaced before it,
    /// until its own end. The sessions that the key made so far end with the former secret.
    /// - Throws: `conflict` when too many former secrets are in force.
    static func rotate(
        _ tenant: String, _ id: String, digest: [UInt8], previousUntil: Timestamp, at now: Timestamp,
        in tx: any Transaction
    ) throws -> Bool {
        let found = try tx.first("SELECT digest FROM api_keys WHERE tenant_id = \(tenant) AND id = \(id)")
        guard let former = try found?.blob("digest") else { return false }
        if previousUntil > now {
            try FormerKeyStore.insert(former, of: id, tenant: tenant, until: previousUntil, at: now, in: tx)
        }
        // While sessions still have to get an earlier end, that end stays.
        let ending =
            try JobStore.waits(tenant, [EndSessionsJob.kind], in: tx)
            ? tx.first("SELECT sessions_until FROM api_keys WHERE tenant_id = \(tenant) AND id = \(id)")?
                .optionalInteger("sessions_until") : nil
        let sessionsUntil = min(previousUntil.milliseconds, ending ?? .max)
        try tx.run(
            """
            UPDATE api_keys SET digest = \(digest), sessions_before = \(now.milliseconds),
                sessions_until = \(sessionsUntil)
            WHERE tenant_id = \(tenant) AND id = \(id)
            """)
        try SessionStore.endAll(of: id, tenant: tenant, at: now, in: tx)
        tx.notify(credentials: [former])
        tx.notify(ChangeNotice(.apiKey, "\(tenant) \(id)"))
        return true
    }

    static func touch(_ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            "UPDATE api_keys SET last_used_at = \(now.milliseconds) WHERE tenant_id = \(tenant) AND id = \(id)")
    }

    private static func key(_ row: Row) throws -> APIKey {
        APIKey(
            id: try row.text("id"), tenant: try row.text("tenant_id"), name: try row.text("name"),
            scopes: Scope.parse(try row.text("scopes")),
            createdAt: try row.time("created_at"),
            expiresAt: try row.optionalTime("expires_at"),
            lastUsedAt: try row.optionalTime("last_used_at"))
    }
}
