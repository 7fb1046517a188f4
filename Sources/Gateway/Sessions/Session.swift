import SQL
import Wire

/// What a tenant's server hands to one user's app.
struct Session: Sendable {
    let id: String
    let tenant: String
    let user: String
    let key: String
    let scopes: Set<Scope>
    let createdAt: Timestamp
    var expiresAt: Timestamp
}

enum SessionStore {
    /// Live sessions of one user.
    static let perUser = 100

    /// Adds a session. Where its user has more than `perUser` live ones then, the oldest ends.
    /// - Returns: the digests of the sessions that ended.
    @discardableResult
    static func insert(_ session: Session, digest: [UInt8], in tx: any Transaction) throws -> [[UInt8]] {
        try tx.run(
            """
            INSERT INTO sessions (id, tenant_id, user_id, key_id, digest, scopes, created_at, expires_at)
            VALUES (\(session.id), \(session.tenant), \(session.user), \(session.key), \(digest),
                \(Scope.text(session.scopes)), \(session.createdAt.milliseconds), \(session.expiresAt.milliseconds))
            """)
        return try tx.run(
            """
            DELETE FROM sessions WHERE tenant_id = \(session.tenant) AND id IN (
                SELECT id FROM sessions WHERE tenant_id = \(session.tenant) AND user_id = \(session.user)
                    AND expires_at > \(session.createdAt.milliseconds) AND id <> \(session.id)
                ORDER BY created_at DESC, id DESC LIMIT 1000 OFFSET \(perUser - 1))
            RETURNING digest
            """
        ).map { try $0.blob("digest") }
    }

    /// By the credential's digest, whoever's it is.
    static func find(digest: [UInt8], at now: Timestamp, in tx: any Transaction) throws -> Session? {
        try tx.first(
            """
            SELECT id, tenant_id, user_id, key_id, scopes, created_at, expires_at FROM sessions
            WHERE digest = \(digest) AND expires_at > \(now.milliseconds)
            """
        ).map { row in
            Session(
                id: try row.text("id"), tenant: try row.text("tenant_id"), user: try row.text("user_id"),
                key: try row.text("key_id"), scopes: Scope.parse(try row.text("scopes")),
                createdAt: Timestamp(milliseconds: try row.integer("created_at")),
                expiresAt: Timestamp(milliseconds: try row.integer("expires_at")))
        }
    }

    /// - Parameter user: when given, only that user's.
    static func delete(_ tenant: String, _ id: String, user: String?, in tx: any Transaction) throws -> Bool {
        try !tx.run(
            """
            DELETE FROM sessions WHERE tenant_id = \(tenant) AND id = \(id)
                AND (CAST(\(user) AS TEXT) IS NULL OR user_id = \(user)) RETURNING id
            """
        ).isEmpty
    }

    static func deleteAll(_ tenant: String, user: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM sessions WHERE tenant_id = \(tenant) AND user_id = \(user)")
    }

    /// Sessions that a key minted so far end at a time at the latest: its secret does.
    static func end(_ tenant: String, key: String, at time: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE sessions SET expires_at = \(time.milliseconds)
            WHERE tenant_id = \(tenant) AND key_id = \(key) AND expires_at > \(time.milliseconds)
            """)
    }

    static func deleteExpired(at now: Timestamp, in tx: any Transaction) throws {
        try tx.run("DELETE FROM sessions WHERE expires_at <= \(now.milliseconds)")
    }
}
