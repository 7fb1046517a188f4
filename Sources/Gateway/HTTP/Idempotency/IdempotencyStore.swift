import JSONValue
import SQL

/// Which idempotency keys stand for which request, and what was answered.
enum IdempotencyStore {
    struct Row: Sendable {
        /// Empty for the operator.
        let tenant: String
        /// A digest of who, where and which key.
        let id: String
        let fingerprint: [UInt8]
    }

    enum Claim: Sendable {
        case fresh, running, mismatch
        /// A former request ended, or died, after it sent something to Meeting BaaS; what came of it is not known.
        /// The key is now this request's.
        case unresolved(sentAt: Timestamp)
        /// The same for a route that cannot be run again. The key stays as it is.
        case unknown
        case done([UInt8])
    }

    /// Takes the key for this request, or returns what it stands for already.
    /// - Parameters:
    ///   - claim: the id under which this request holds the key.
    ///   - user: the user that the request is about, if any.
    ///   - resumes: false when the route must not be run again after a call whose outcome is unknown.
    ///   - owner: this replica; nil where there is one.
    static func claim(
        _ row: Row, as claim: String, user: String? = nil, resumes: Bool = true, owner: String? = nil,
        at now: Timestamp, in tx: any Transaction
    ) throws -> Claim {
        let oldest = now.adding(seconds: -Idempotency.ttl).milliseconds
        let until = now.adding(seconds: Idempotency.timeout).milliseconds
        // A request that sent nothing and ended without a reply did nothing: all its writes need the claim.
        try tx.run(
            """
            DELETE FROM idempotency_keys WHERE tenant_id = \(row.tenant) AND id = \(row.id) AND (created_at <= \(oldest)
                OR (sealed_reply IS NULL AND sent_at IS NULL AND busy_until <= \(now.milliseconds)))
            """)
        let taken = try tx.run(
            """
            INSERT INTO idempotency_keys (tenant_id, id, fingerprint, created_at, claim, user_id, busy_until, owner)
            VALUES (\(row.tenant), \(row.id), \(row.fingerprint), \(now.milliseconds), \(claim), \(user), \(until),
                \(owner))
            ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id
            """)
        guard taken.isEmpty,
            let known = try tx.first(
                """
                SELECT fingerprint, sealed_reply, busy_until, sent_at FROM idempotency_keys
                WHERE tenant_id = \(row.tenant) AND id = \(row.id)
                """)
        else { return .fresh }
        guard try known.blob("fingerprint") == row.fingerprint else { return .mismatch }
        if let sealed = try known.optionalBlob("sealed_reply") { return .done(sealed) }
        guard try known.integer("busy_until") <= now.milliseconds, let sentAt = try known.optionalInteger("sent_at")
        else { return .running }
        guard resumes else { return .unknown }
        try tx.run(
            """
            UPDATE idempotency_keys SET claim = \(claim), busy_until = \(until), owner = \(owner)
            WHERE tenant_id = \(row.tenant) AND id = \(row.id)
            """)
        return .unresolved(sentAt: Timestamp(milliseconds: sentAt))
    }

    /// Notes that something is about to be sent to Meeting BaaS.
    /// - Returns: false when the key is another request's by now.
    static func markSent(_ row: Row, claim: String, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        let until = now.adding(seconds: Idempotency.timeout).milliseconds
        return try !tx.run(
            """
            UPDATE idempotency_keys SET sent_at = \(now.milliseconds), busy_until = \(until)
            WHERE tenant_id = \(row.tenant) AND id = \(row.id) AND claim = \(claim) AND sealed_reply IS NULL RETURNING id
            """
        ).isEmpty
    }

    /// Stores the reply.
    /// - Parameter user: the user whose data the reply may hold.
    /// - Returns: false when the key is another request's by now.
    static func finish(
        _ row: Row, claim: String, user: String?, _ sealedReply: [UInt8], in tx: any Transaction
    ) throws -> Bool {
        try !tx.run(
            """
            UPDATE idempotency_keys SET sealed_reply = \(sealedReply), busy_until = 0, owner = NULL,
                user_id = COALESCE(\(user), user_id)
            WHERE tenant_id = \(row.tenant) AND id = \(row.id) AND claim = \(claim) AND sealed_reply IS NULL RETURNING id
            """
        ).isEmpty
    }

    /// The request ended without a reply to keep.
    /// - Parameter hasDoneNothing: the key is free again; else it waits for a repeat that finds out.
    static func release(_ row: Row, claim: String, hasDoneNothing: Bool, in tx: any Transaction) throws {
        if hasDoneNothing {
            try tx.run(
                """
                DELETE FROM idempotency_keys WHERE tenant_id = \(row.tenant) AND id = \(row.id) AND claim = \(claim)
                    AND sealed_reply IS NULL
                """)
        } else {
            try tx.run(
                """
                UPDATE idempotency_keys SET busy_until = 0, owner = NULL
                WHERE tenant_id = \(row.tenant) AND id = \(row.id) AND claim = \(claim) AND sealed_reply IS NULL
                """)
        }
    }

    /// After the end of a process: at a start, or when a replica does not live. Keys whose request sent nothing are free:
    /// if it still runs, it can store nothing any more. The others are held until Meeting BaaS has surely done what it was
    /// asked.
    static func releaseUnsent(in tx: any Transaction) throws {
        let isGone = try ReplicaStore.isGone("owner", in: tx)
        try tx.run("DELETE FROM idempotency_keys WHERE sealed_reply IS NULL AND sent_at IS NULL AND \(isGone)")
        let settling = Int64(Idempotency.settling * 1000)
        try tx.run(
            """
            UPDATE idempotency_keys SET owner = NULL,
                busy_until = CASE WHEN busy_until > sent_at + \(settling) THEN sent_at + \(settling) ELSE busy_until END
            WHERE sealed_reply IS NULL AND (busy_until > sent_at + \(settling) OR owner IS NOT NULL) AND \(isGone)
            """)
    }

    static let abandoned = AbandonedRows("idempotency_keys") { try releaseUnsent(in: $0) }

    /// Erases stored replies of a user; so many at once. Keys whose outcome is unknown stay without the user's id: they
    /// hold only digests, and what they stand for must still not be done twice.
    /// - Returns: how many rows were changed.
    static func eraseSome(
        _ tenant: String, user: String, before: Timestamp, limit: Int, in tx: any Transaction
    ) throws -> Int {
        let ids = try tx.run(
            """
            SELECT id FROM idempotency_keys WHERE tenant_id = \(tenant) AND user_id = \(user)
                AND created_at <= \(before.milliseconds) LIMIT \(limit)
            """
        ).map { try $0.text("id") }
        let mine: Query = "tenant_id = \(tenant) AND id IN \(list: ids)"
        try tx.run("DELETE FROM idempotency_keys WHERE \(mine) AND (sealed_reply IS NOT NULL OR sent_at IS NULL)")
        try tx.run("UPDATE idempotency_keys SET user_id = NULL WHERE \(mine)")
        return ids.count
    }

    static func expired(at now: Timestamp) -> ExpiredRows {
        ExpiredRows(
            "idempotency_keys", key: "tenant_id, id",
            where: "created_at <= \(now.adding(seconds: -Idempotency.ttl).milliseconds)")
    }
}

extension SealedColumn {
    static let idempotentReply = SealedColumn(table: "idempotency_keys", column: "sealed_reply")
}
