import JSONValue
import OAuth
import Sealing
import SQL

/// One person's access to one project at Google: revoking any token of it kills all the others.
struct GoogleGrant: Sendable {
    let project: String
    let subject: String
    /// Stands for both where the account's id would outlive the connection.
    let digest: [UInt8]

    init(clientID: String, subject: String) {
        project = Google.project(of: clientID)
        self.subject = subject
        digest = Digests.sha256(Array("\(project):\(subject)".utf8))
    }
}

/// The last revocation of each grant at Google: one attempt at a time, and the grants that it may have killed.
enum RevocationStore {
    /// Longer than a call of the revocation endpoint may take (10 s). An attempt whose process died counts as ended then.
    static let attemptLife = 15.0
    /// No exchange takes as long.
    private static let remembered = 3600.0

    /// Begins an attempt.
    /// - Parameters:
    ///   - holder: names this attempt and no other.
    ///   - work: why it is made. The same work takes over from its own attempt that died.
    /// - Returns: false while another attempt is under way.
    static func begin(
        _ grant: GoogleGrant, holder: String, work: String, at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try !tx.run(
            """
            INSERT INTO revocations (grant_digest, holder, work, held_until, refuse_until)
            VALUES (\(grant.digest), \(holder), \(work), \(now.adding(seconds: attemptLife).milliseconds), 0)
            ON CONFLICT (grant_digest) DO UPDATE SET holder = excluded.holder, work = excluded.work,
                held_until = excluded.held_until,
                refuse_until = CASE WHEN revocations.holder IS NULL
                    OR revocations.held_until <= revocations.refuse_until
                    THEN revocations.refuse_until ELSE revocations.held_until END
            WHERE revocations.holder IS NULL OR revocations.held_until <= \(now.milliseconds)
                OR revocations.work = excluded.work
            RETURNING grant_digest
            """
        ).isEmpty
    }

    /// Ends an attempt, however it went: what the provider did is not known for certain.
    static func end(_ grant: GoogleGrant, holder: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE revocations SET holder = NULL,
                refuse_until = CASE WHEN refuse_until > \(now.milliseconds) THEN refuse_until
                    ELSE \(now.milliseconds) END
            WHERE grant_digest = \(grant.digest) AND holder = \(holder)
            """)
    }

    /// True when a token that was asked for at `began` may have been revoked with the others.
    static func mayHaveKilled(
        _ grant: GoogleGrant, began: Timestamp, at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try tx.first(
            """
            SELECT grant_digest FROM revocations WHERE grant_digest = \(grant.digest)
                AND (refuse_until >= \(began.milliseconds)
                    OR holder IS NOT NULL AND (held_until > \(now.milliseconds) OR held_until >= \(began.milliseconds)))
            """) != nil
    }

    static func expired(at now: Timestamp) -> ExpiredRows {
        let before = now.adding(seconds: -remembered).milliseconds
        return ExpiredRows(
            "revocations", key: "grant_digest", where: "held_until <= \(before) AND refuse_until <= \(before)")
    }
}

/// Grants that are being linked and whose account is known. They are not revoked meanwhile.
enum GrantClaimStore {
    /// Longer than an exchange and a refresh take together.
    private static let ttl = 60.0

    /// - Parameter connection: the one that the grant is for.
    /// - Returns: the claim's id.
    static func insert(
        _ grant: GoogleGrant, tenant: String, connection: String, at now: Timestamp, in tx: any Transaction
    ) throws -> String {
        let id = Identifier.make(.grant)
        try tx.run(
            """
            INSERT INTO grant_claims (id, tenant_id, connection_id, grant_digest, until) VALUES (\(id), \(tenant),
                \(connection), \(grant.digest), \(now.adding(seconds: ttl).milliseconds))
            """)
        return id
    }

    /// - Parameter connection: its own claims do not count.
    static func isClaimed(
        _ grant: GoogleGrant, except connection: String, at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try tx.acrossTenants {
            try tx.first(
                """
                SELECT id FROM grant_claims WHERE grant_digest = \(grant.digest) AND connection_id <> \(connection)
                    AND until > \(now.milliseconds) LIMIT 1
                """) != nil
        }
    }

    static func delete(_ tenant: String, _ id: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM grant_claims WHERE tenant_id = \(tenant) AND id = \(id)")
    }

    static func expired(at now: Timestamp) -> ExpiredRows {
        ExpiredRows("grant_claims", key: "id", where: "until <= \(now.milliseconds)")
    }
}
