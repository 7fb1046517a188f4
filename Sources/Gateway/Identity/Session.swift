import JSONValue
import SQL

/// A session: the credential that a tenant's server hands to one user's app.
struct Session: Sendable {
    let id: String
    let tenant: String
    let user: String
    let key: String
    let scopes: Set<Scope>
    let createdAt: Timestamp
    var expiresAt: Timestamp
}

/// The end of the sessions that a key minted before its secret was replaced; both nil when it never was.
struct SessionEnd: Sendable {
    /// The sessions made until this time, and at it.
    let madeUntil: Timestamp?
    let endsAt: Timestamp?

    func hasEnded(madeAt time: Timestamp, at now: Timestamp) -> Bool {
        guard let madeUntil, let endsAt, time <= madeUntil else { return false }
        return endsAt <= now
    }
}

enum SessionStore {
    /// Live sessions of one user.
    static let perUser = 100

    /// Adds a session. Where its user has more than `perUser` live ones then, the oldest ends.
    static func insert(
        _ session: Session, digest: [UInt8], as admitted: Admitted, in tx: any Transaction
    ) throws {
        try admitted.check(owns: session.tenant)
        try tx.run(
            """
            INSERT INTO sessions (id, tenant_id, user_id, key_id, digest, scopes, created_at, expires_at)
            VALUES (\(session.id), \(session.tenant), \(session.user), \(session.key), \(digest),
                \(Scope.text(session.scopes)), \(session.createdAt.milliseconds), \(session.expiresAt.milliseconds))
            """)
        let ended = try tx.run(
            """
            DELETE FROM sessions WHERE tenant_id = \(session.tenant) AND id IN (
                SELECT id FROM sessions WHERE tenant_id = \(session.tenant) AND user_id = \(session.user)
                    AND expires_at > \(session.createdAt.milliseconds) AND id <> \(session.id)
                ORDER BY created_at DESC, id DESC LIMIT 1000 OFFSET \(perUser - 1))
            RETURNING digest
            """
        ).map { try $0.blob("digest") }
        tx.notify(credentials: ended)
    }

    /// Finds a session by the credential's digest, of any tenant. The key that made it must still exist.
    static func find(digest: [UInt8], at now: Timestamp, in tx: any Transaction) throws -> Session? {
        try tx.first(
            """
            SELECT sessions.id AS id, sessions.tenant_id AS tenant_id, user_id, key_id, sessions.scopes AS scopes,
                sessions.created_at AS created_at, sessions.expires_at AS expires_at,
                CASE WHEN sessions.created_at <= sessions_before THEN sessions_until END AS until
            FROM sessions JOIN api_keys ON api_keys.id = key_id WHERE sessions.digest = \(digest)
            """
        ).flatMap { row in
            let end = try min(row.integer("expires_at"), row.optionalInteger("until") ?? .max)
            guard end > now.milliseconds else { return nil }
            return Session(
                id: try row.text("id"), tenant: try row.text("tenant_id"), user: try row.text("user_id"),
                key: try row.text("key_id"), scopes: Scope.parse(try row.text("scopes")),
                createdAt: try row.time("created_at"),
                expiresAt: Timestamp(milliseconds: end))
        }
    }

    /// The digests among these that a session has, expired or not.
    static func present(_ digests: [[UInt8]], in tx: any Transaction) throws -> [[UInt8]] {
        guard !digests.isEmpty else { return [] }
        return try tx.run("SELECT digest FROM sessions WHERE digest IN \(list: digests.padded)")
            .map { try $0.blob("digest") }
    }

    /// - Parameter user: when given, only that user's.
    static func delete(_ tenant: String, _ id: String, user: String?, in tx: any Transaction) throws -> Bool {
        let ended = try tx.run(
            """
            DELETE FROM sessions WHERE tenant_id = \(tenant) AND id = \(id)
                AND (CAST(\(user) AS TEXT) IS NULL OR user_id = \(user)) RETURNING digest
            """
        ).map { try $0.blob("digest") }
        tx.notify(credentials: ended)
        return !ended.isEmpty
    }

    static func deleteAll(_ tenant: String, user: String, in tx: any Transaction) throws {
        let ended = try tx.run(
            "DELETE FROM sessions WHERE tenant_id = \(tenant) AND user_id = \(user) RETURNING digest"
        ).map { try $0.blob("digest") }
        tx.notify(credentials: ended)
    }

    /// The end that a key sets to the sessions it minted: nil when the key is gone, and with it all of them.
    static func end(ofKey key: String, tenant: String, in tx: any Transaction) throws -> SessionEnd? {
        try tx.first("SELECT sessions_before, sessions_until FROM api_keys WHERE tenant_id = \(tenant) AND id = \(key)")
            .map { row in
                SessionEnd(
                    madeUntil: try row.optionalTime("sessions_before"),
                    endsAt: try row.optionalTime("sessions_until"))
            }
    }

    /// The sessions that a key made so far end: with the key, or when its former secret does. They are refused from that
    /// time on (`find`); their rows follow, the first here and the rest by a job.
    static func endAll(of key: String, tenant: String, at now: Timestamp, in tx: any Transaction) throws {
        if try endSome(of: key, tenant: tenant, limit: BackgroundWrites.rows, in: tx) >= BackgroundWrites.rows {
            try JobStore.add(EndSessionsJob.kind, tenant, key, at: now, in: tx)
        }
    }

    /// - Returns: how many rows were deleted or given an earlier end.
    static func endSome(of key: String, tenant: String, limit: Int, in tx: any Transaction) throws -> Int {
        let row = try tx.first(
            "SELECT sessions_before, sessions_until FROM api_keys WHERE tenant_id = \(tenant) AND id = \(key)")
        guard let row else {
            return try tx.run(
                """
                DELETE FROM sessions WHERE id IN (SELECT id FROM sessions
                    WHERE key_id = \(key) AND tenant_id = \(tenant) LIMIT \(limit)) RETURNING id
                """
            ).count
        }
        guard let before = try row.optionalInteger("sessions_before"),
            let until = try row.optionalInteger("sessions_until")
        else { return 0 }
        let ended = try tx.run(
            """
            UPDATE sessions SET expires_at = \(until) WHERE id IN (SELECT id FROM sessions
                WHERE key_id = \(key) AND tenant_id = \(tenant) AND created_at <= \(before) AND expires_at > \(until)
                LIMIT \(limit)) RETURNING digest
            """
        ).map { try $0.blob("digest") }
        // The key's row names the end of its last rotation alone. A later one must not bring these back.
        tx.notify(credentials: ended)
        return ended.count
    }

    static func expired(at now: Timestamp) -> ExpiredRows {
        ExpiredRows("sessions", key: "id", where: "expires_at <= \(now.milliseconds)")
    }
}
