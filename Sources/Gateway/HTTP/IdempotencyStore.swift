import SQL
import Wire

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
        case done([UInt8])
    }

    /// Takes the key for this request, or tells what it stands for already.
    static func claim(_ row: Row, at now: Timestamp, in tx: any Transaction) throws -> Claim {
        let oldest = now.adding(seconds: -Idempotency.life).milliseconds
        let abandoned = now.adding(seconds: -Idempotency.patience).milliseconds
        try tx.run(
            """
            DELETE FROM idempotency_keys WHERE tenant_id = \(row.tenant) AND id = \(row.id)
                AND (created_at <= \(oldest) OR (sealed_reply IS NULL AND created_at <= \(abandoned)))
            """)
        let taken = try tx.run(
            """
            INSERT INTO idempotency_keys (tenant_id, id, fingerprint, created_at)
            VALUES (\(row.tenant), \(row.id), \(row.fingerprint), \(now.milliseconds))
            ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id
            """)
        guard taken.isEmpty,
            let known = try tx.first(
                """
                SELECT fingerprint, sealed_reply FROM idempotency_keys
                WHERE tenant_id = \(row.tenant) AND id = \(row.id)
                """)
        else { return .fresh }
        guard try known.blob("fingerprint") == row.fingerprint else { return .mismatch }
        return try known.optionalBlob("sealed_reply").map { .done($0) } ?? .running
    }

    static func finish(_ row: Row, _ sealedReply: [UInt8], in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE idempotency_keys SET sealed_reply = \(sealedReply)
            WHERE tenant_id = \(row.tenant) AND id = \(row.id)
            """)
    }

    static func release(_ row: Row, in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM idempotency_keys WHERE tenant_id = \(row.tenant) AND id = \(row.id) AND sealed_reply IS NULL
            """)
    }

    /// What a former process was doing is not being done any more.
    static func releaseAll(in tx: any Transaction) throws {
        try tx.run("DELETE FROM idempotency_keys WHERE sealed_reply IS NULL")
    }

    static func deleteAll(_ tenant: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM idempotency_keys WHERE tenant_id = \(tenant)")
    }

    static func prune(at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            "DELETE FROM idempotency_keys WHERE created_at <= \(now.adding(seconds: -Idempotency.life).milliseconds)")
    }
}
