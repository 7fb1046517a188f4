import JSONValue
import SQL

/// Former secrets of API keys: digests, each valid until its own end.
enum FormerKeyStore {
    /// Keeps a digest that was replaced.
    /// - Throws: `conflict` when the key already has as many former secrets as it may have.
    static func insert(
        _ digest: [UInt8], of key: String, tenant: String, until: Timestamp, at now: Timestamp, in tx: any Transaction
    ) throws {
        let ends = try tx.run(
            """
            SELECT until FROM former_api_keys
            WHERE tenant_id = \(tenant) AND key_id = \(key) AND until > \(now.milliseconds) ORDER BY until
            """
        ).map { try $0.time("until") }
        try FormerSecrets.check(ends, at: now)
        try tx.run(
            """
            INSERT INTO former_api_keys (digest, tenant_id, key_id, until)
            VALUES (\(digest), \(tenant), \(key), \(until.milliseconds))
            """)
    }

    static func digests(of key: String, tenant: String, in tx: any Transaction) throws -> [[UInt8]] {
        try tx.run("SELECT digest FROM former_api_keys WHERE tenant_id = \(tenant) AND key_id = \(key)")
            .map { try $0.blob("digest") }
    }

    static func expired(at now: Timestamp) -> ExpiredRows {
        ExpiredRows("former_api_keys", key: "digest", where: "until <= \(now.milliseconds)")
    }
}

/// The rule that keys and endpoints share: a replaced secret lives until its own end, and only so many at once.
enum FormerSecrets {
    static let limit = 5

    /// - Parameter ends: of the former secrets in force, ascending.
    /// - Throws: `conflict` when there is no place for one more.
    static func check(_ ends: [Timestamp], at now: Timestamp) throws {
        guard ends.count >= limit, let first = ends.first else { return }
        throw Problem(
            .conflict,
            "\(limit) former secrets are still in force, the first until \(first). Wait, or rotate with overlap_seconds 0.",
            action: .wait, retryAfter: Int(first.seconds(since: now).rounded(.up)))
    }
}
