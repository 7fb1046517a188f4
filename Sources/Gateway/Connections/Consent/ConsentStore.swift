import JSONValue
import OAuth
import SQL

/// One consent on its way: from `POST /connections` to `complete`.
struct Consent: Sendable {
    let stateDigest: [UInt8]
    let tenant: String
    let connection: String
    let user: String
    let provider: ProviderName
    let clientID: String
    let nonce: String
    let sealedVerifier: [UInt8]
    let returnURL: String
    let isReconnect: Bool
    var status: Status
    var sealedCode: [UInt8]?
    var resultID: String?
    let createdAt: Timestamp
    let expiresAt: Timestamp

    /// `started` until the browser comes back, `parked` until the right user completes it, `taken` while the code is
    /// being exchanged, `done` with its result, `void` for every other end.
    enum Status: String, Sendable {
        case started, parked, taken, done, void
    }
}

enum ConsentStore {
    private static let columns: Query = """
        state_digest, tenant_id, connection_id, user_id, provider, client_id, nonce, sealed_verifier, return_url,
        is_reconnect, status, sealed_code, result_id, created_at, expires_at
        """

    /// Consents of one user that may still be completed.
    static let openPerUser = 20
    /// Consents of one user that have ended, and are kept to answer a repeated request.
    private static let endedPerUser = 100

    /// Adds a consent. Where its user has more than `openPerUser` open ones then, the oldest ends.
    static func insert(_ consent: Consent, as admitted: Admitted, in tx: any Transaction) throws {
        try admitted.check(owns: consent.tenant)
        try tx.run(
            """
            INSERT INTO consents (\(columns)) VALUES (\(consent.stateDigest), \(consent.tenant), \(consent.connection),
                \(consent.user), \(consent.provider.rawValue), \(consent.clientID), \(consent.nonce),
                \(consent.sealedVerifier), \(consent.returnURL), \(consent.isReconnect), \(consent.status.rawValue),
                NULL, NULL, \(consent.createdAt.milliseconds), \(consent.expiresAt.milliseconds))
            """)
        let now = consent.createdAt.milliseconds
        let open: Query = """
            (status = 'started' AND expires_at > \(now) OR status = 'parked' AND ticket_expires_at > \(now)
                OR status = 'taken')
            """
        let surplus = [
            others(of: consent, "\(open) AND status <> 'taken'", keeping: openPerUser - 1),
            others(of: consent, "NOT \(open)", keeping: endedPerUser),
        ]
        for selected in surplus { try delete(selected, consent.tenant, in: tx) }
    }

    /// Selects a user's other consents, but for the newest `count`.
    private static func others(of consent: Consent, _ condition: Query, keeping count: Int) -> Query {
        """
        SELECT state_digest FROM consents WHERE tenant_id = \(consent.tenant) AND user_id = \(consent.user)
            AND state_digest <> \(consent.stateDigest) AND \(condition)
        ORDER BY created_at DESC, state_digest LIMIT 1000 OFFSET \(count)
        """
    }

    /// Deletes consents, with the connections that were to come of them and of no other.
    private static func delete(_ selected: Query, _ tenant: String, in tx: any Transaction) throws {
        let gone = try tx.run(
            """
            DELETE FROM consents WHERE tenant_id = \(tenant) AND state_digest IN (\(selected)) RETURNING connection_id
            """
        ).map { try $0.text("connection_id") }
        for connection in gone {
            try tx.run(
                """
                DELETE FROM connections WHERE tenant_id = \(tenant) AND id = \(connection) AND status = 'pending'
                    AND NOT EXISTS (SELECT 1 FROM consents
                        WHERE consents.tenant_id = \(tenant) AND consents.connection_id = \(connection))
                """)
        }
    }

    /// Uses the state up: of several callbacks with the same state, only one finds it.
    static func take(
        state: [UInt8], tenant: String, _ provider: ProviderName, at now: Timestamp, in tx: any Transaction
    ) throws -> Consent? {
        try tx.first(
            """
            UPDATE consents SET status = 'void' WHERE state_digest = \(state) AND tenant_id = \(tenant)
                AND provider = \(provider.rawValue) AND status = 'started' AND expires_at > \(now.milliseconds)
            RETURNING \(columns)
            """
        ).map(Self.consent)
    }

    /// The states among these that a consent waits for.
    static func started(_ states: [[UInt8]], at now: Timestamp, in tx: any Transaction) throws -> [[UInt8]] {
        try tx.run(
            """
            SELECT state_digest FROM consents WHERE state_digest IN \(list: states.padded)
                AND status = 'started' AND expires_at > \(now.milliseconds)
            """
        ).map { try $0.blob("state_digest") }
    }

    /// Parks the sealed code; only a ticket leads to it.
    static func storeCode(
        state: [UInt8], tenant: String, sealedCode: [UInt8], ticket: [UInt8], until: Timestamp, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            UPDATE consents SET status = 'parked', sealed_code = \(sealedCode), ticket_digest = \(ticket),
                ticket_expires_at = \(until.milliseconds)
            WHERE state_digest = \(state) AND tenant_id = \(tenant)
            """)
    }

    static func find(_ tenant: String, ticket: [UInt8], in tx: any Transaction) throws -> (Consent, Timestamp)? {
        try tx.first(
            "SELECT \(columns), ticket_expires_at FROM consents WHERE tenant_id = \(tenant) AND ticket_digest = \(ticket)"
        ).map { (try consent($0), try $0.time("ticket_expires_at")) }
    }

    /// The parked code, for one caller only.
    /// - Parameter owner: this replica; nil where there is one.
    static func takeCode(
        _ tenant: String, state: [UInt8], owner: String? = nil, in tx: any Transaction
    ) throws -> Bool {
        try !tx.run(
            """
            UPDATE consents SET status = 'taken', owner = \(owner) WHERE tenant_id = \(tenant) AND state_digest = \(state)
                AND status = 'parked' RETURNING state_digest
            """
        ).isEmpty
    }

    /// Gives the code back after a fault that passes.
    static func release(_ tenant: String, state: [UInt8], in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE consents SET status = 'parked', owner = NULL WHERE tenant_id = \(tenant) AND state_digest = \(state)
                AND status = 'taken'
            """)
    }

    /// Ends it; the code and the verifier are gone.
    static func end(
        _ tenant: String, state: [UInt8], _ status: Consent.Status, result: String?, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            UPDATE consents SET status = \(status.rawValue), sealed_code = NULL, owner = NULL, result_id = \(result)
            WHERE tenant_id = \(tenant) AND state_digest = \(state)
            """)
    }

    /// Codes that a process was exchanging when it died have been used, or are about to expire.
    static func voidTaken(in tx: any Transaction) throws {
        let isGone = try ReplicaStore.isGone("owner", in: tx)
        try tx.run(
            """
            UPDATE consents SET status = 'void', sealed_code = NULL, owner = NULL WHERE status = 'taken' AND \(isGone)
            """)
    }

    static let abandoned = AbandonedRows("consents") { try voidTaken(in: $0) }

    /// Deletes a user's or a tenant's consents, with the connections that were to come of them; so many at once.
    /// - Returns: how many rows were deleted.
    @discardableResult
    static func deleteSome(_ tenant: String, user: String?, limit: Int, in tx: any Transaction) throws -> Int {
        let whose: Query = "tenant_id = \(tenant) AND (CAST(\(user) AS TEXT) IS NULL OR user_id = \(user))"
        let consents = try tx.run(
            """
            DELETE FROM consents WHERE state_digest IN (SELECT state_digest FROM consents
                WHERE \(whose) LIMIT \(limit)) RETURNING tenant_id
            """
        ).count
        guard consents < limit else { return consents }
        return try consents
            + tx.run(
                """
                DELETE FROM connections WHERE id IN (SELECT id FROM connections
                    WHERE \(whose) AND status = 'pending' LIMIT \(limit - consents)) RETURNING id
                """
            ).count
    }

    /// Deletes the first consents; the rest by the job.
    static let deletionStep: DeletionStep = { tenant, user, _, tx in
        try deleteSome(tenant.id, user: user, limit: BackgroundWrites.rows, in: tx)
    }

    /// Codes whose ticket has ended, but for those that a replica exchanges, and consents an hour after their end.
    static func expired(at now: Timestamp) -> [ExpiredRows] {
        [
            ExpiredRows(
                "consents", key: "state_digest",
                where: """
                    (status = 'parked' OR status = 'taken' AND \(ReplicaStore.isGone("owner", at: now)))
                        AND ticket_expires_at <= \(now.milliseconds)
                    """,
                set: "status = 'void', sealed_code = NULL, owner = NULL"),
            ExpiredRows(
                "consents", key: "state_digest",
                where: "expires_at <= \(now.adding(seconds: -3_600).milliseconds)"),
        ]
    }

    private static func consent(_ row: Row) throws -> Consent {
        Consent(
            stateDigest: try row.blob("state_digest"), tenant: try row.text("tenant_id"),
            connection: try row.text("connection_id"), user: try row.text("user_id"),
            provider: ProviderName(rawValue: try row.text("provider")) ?? .google,
            clientID: try row.text("client_id"), nonce: try row.text("nonce"),
            sealedVerifier: try row.blob("sealed_verifier"), returnURL: try row.text("return_url"),
            isReconnect: try row.bool("is_reconnect"),
            status: Consent.Status(rawValue: try row.text("status")) ?? .void,
            sealedCode: try row.optionalBlob("sealed_code"), resultID: try row.optionalText("result_id"),
            createdAt: try row.time("created_at"),
            expiresAt: try row.time("expires_at"))
    }
}

extension SealedColumn {
    static let consentCode = SealedColumn(table: "consents", column: "sealed_code")
    static let consentVerifier = SealedColumn(table: "consents", column: "sealed_verifier")
}
