import JSONValue
import OAuth
import SQL

enum ConnectionStore {
    private static let columns: Query = """
        id, tenant_id, user_id, provider, status, subject, email, client_id, directory, scopes, missing_scopes,
        sealed_refresh_token, refresh_expires_at, refreshed_at, generation, created_at, updated_at
        """

    static func insert(_ connection: Connection, as admitted: Admitted, in tx: any Transaction) throws {
        try admitted.check(owns: connection.tenant)
        try tx.run(
            """
            INSERT INTO connections (\(columns)) VALUES (
                \(connection.id), \(connection.tenant), \(connection.user), \(connection.provider.rawValue),
                \(connection.status.rawValue), \(connection.subject), \(connection.email), \(connection.clientID),
                \(connection.directory), \(connection.scopes.joined(separator: " ")),
                \(connection.missingScopes.joined(separator: " ")), \(connection.sealedRefreshToken),
                \(connection.refreshExpiresAt?.milliseconds), \(connection.refreshedAt?.milliseconds),
                \(connection.generation), \(connection.createdAt.milliseconds), \(connection.updatedAt.milliseconds))
            """)
    }

    /// Writes what a consent brought, if nobody wrote since `connection` was read, and tells the tenant when that changed
    /// the status.
    /// - Parameter former: the status that it had when it was read.
    /// - Returns: false if the row changed meanwhile.
    static func save(
        _ connection: Connection, from former: Connection.Status, copies: CredentialCopies, as admitted: Admitted,
        at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try admitted.check(owns: connection.tenant)
        return try saveRefreshed(connection, from: former, copies: copies, at: now, in: tx)
    }

    /// The same for what a use or a refresh of the grant brought: it is about this grant, whoever asked, and needs no more
    /// than that nobody wrote meanwhile. Every change of a status but a deletion passes here.
    static func saveRefreshed(
        _ connection: Connection, from former: Connection.Status, copies: CredentialCopies, at now: Timestamp,
        in tx: any Transaction
    ) throws -> Bool {
        var row = connection
        row.updatedAt = now
        guard try update(row, at: now, in: tx) else { return false }
        guard row.status != former else { return true }
        let hasRecovered = row.status == .active && former != .pending
        try MessageStore.emit(
            "connection.\(hasRecovered ? "recovered" : row.status.rawValue)", row.tenant, data: row.json,
            context: row.context, at: now, in: tx)
        if hasRecovered { try copies.recovered(row, now, tx) }
        return true
    }

    private static func update(_ connection: Connection, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        try !tx.run(
            """
            UPDATE connections SET status = \(connection.status.rawValue), subject = \(connection.subject),
                email = \(connection.email), client_id = \(connection.clientID), directory = \(connection.directory),
                scopes = \(connection.scopes.joined(separator: " ")),
                missing_scopes = \(connection.missingScopes.joined(separator: " ")),
                sealed_refresh_token = \(connection.sealedRefreshToken),
                refresh_expires_at = \(connection.refreshExpiresAt?.milliseconds),
                refreshed_at = \(connection.refreshedAt?.milliseconds), generation = generation + 1,
                updated_at = \(now.milliseconds)
            WHERE tenant_id = \(connection.tenant) AND id = \(connection.id) AND generation = \(connection.generation)
                AND status <> 'deleting' RETURNING id
            """
        ).isEmpty
    }

    /// - Parameter user: when given, only that user's. Pending and deleted ones are found too; `deleted_at` ends it.
    static func find(_ tenant: String, _ id: String, user: String?, in tx: any Transaction) throws -> Connection? {
        try tx.first(
            """
            SELECT \(columns) FROM connections WHERE tenant_id = \(tenant) AND id = \(id)
                AND \(GenerationStore.owned(by: user, tenant: tenant)) AND deleted_at IS NULL
            """
        ).map(Self.connection)
    }

    static func find(
        _ tenant: String, user: String, _ provider: ProviderName, subject: String, in tx: any Transaction
    ) throws -> Connection? {
        try tx.first(
            """
            SELECT \(columns) FROM connections WHERE tenant_id = \(tenant) AND user_id = \(user)
                AND provider = \(provider.rawValue) AND subject = \(subject) AND deleted_at IS NULL
            """
        ).map(Self.connection)
    }

    /// Finished consents, oldest first.
    static func list(
        _ tenant: String, user: String? = nil, after: String? = nil, limit: Int, in tx: any Transaction
    ) throws -> [Connection] {
        try tx.run(
            """
            SELECT \(columns) FROM connections WHERE tenant_id = \(tenant) AND \(GenerationStore.owned(by: user, tenant: tenant))
                AND id > \(after ?? "") AND deleted_at IS NULL AND status <> 'pending' ORDER BY id LIMIT \(limit)
            """
        ).map(Self.connection)
    }

    /// Those whose deletion has not begun.
    static func undeleted(
        _ tenant: String, user: String?, before: Timestamp, limit: Int, in tx: any Transaction
    ) throws -> [Connection] {
        try tx.run(
            """
            SELECT \(columns) FROM connections WHERE tenant_id = \(tenant)
                AND (CAST(\(user) AS TEXT) IS NULL OR user_id = \(user)) AND created_at <= \(before.milliseconds)
                AND deleted_at IS NULL AND status NOT IN ('pending', 'deleting') ORDER BY id LIMIT \(limit)
            """
        ).map(Self.connection)
    }

    /// A condition: the connection works.
    /// - Parameters: the ids of tenant and connection, as columns.
    static func isActive(_ tenant: Query, _ connection: Query) -> Query {
        """
        EXISTS (SELECT 1 FROM connections WHERE connections.tenant_id = \(tenant) AND connections.id = \(connection)
            AND connections.status = 'active')
        """
    }

    static func hasLive(_ tenant: String, _ provider: ProviderName, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT id FROM connections WHERE tenant_id = \(tenant) AND provider = \(provider.rawValue)
                AND deleted_at IS NULL AND status <> 'pending' LIMIT 1
            """) != nil
    }

    /// Returns whether connections that a user had before a time are still being taken down.
    static func hasUnfinished(
        _ tenant: String, user: String, before: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try tx.first(
            """
            SELECT id FROM connections WHERE tenant_id = \(tenant) AND user_id = \(user)
                AND created_at <= \(before.milliseconds) AND deleted_at IS NULL AND status <> 'pending' LIMIT 1
            """) != nil
    }

    /// Returns true if another connection needs the provider's grant: revoking one grant of a project revokes all
    /// grants of the person.
    static func hasOtherGrant(
        than id: String, _ provider: ProviderName, project: String, subject: String, in tx: any Transaction
    ) throws -> Bool {
        try tx.acrossTenants {
            try tx.run(
                """
                SELECT client_id FROM connections WHERE provider = \(provider.rawValue) AND subject = \(subject)
                    AND id <> \(id) AND deleted_at IS NULL AND status IN ('active', 'blocked', 'missing_scope')
                """
            ).contains { Google.project(of: try $0.text("client_id")) == project }
        }
    }

    static func markDeleting(
        _ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try !tx.run(
            """
            UPDATE connections SET status = 'deleting', generation = generation + 1, updated_at = \(now.milliseconds)
            WHERE tenant_id = \(tenant) AND id = \(id) AND deleted_at IS NULL RETURNING id
            """
        ).isEmpty
    }

    /// The token goes; the id stays as a tombstone, so that late webhooks find their tenant.
    static func erase(_ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE connections SET sealed_refresh_token = NULL, email = NULL, subject = NULL, status = 'deleting',
                deleted_at = \(now.milliseconds), generation = generation + 1
            WHERE tenant_id = \(tenant) AND id = \(id)
            """)
    }

    static func deletePending(_ tenant: String, _ id: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM connections WHERE tenant_id = \(tenant) AND id = \(id) AND status = 'pending'")
    }

    /// Grants without use for `seconds`: to be refreshed before the provider drops them.
    static func idle(seconds: Double, at now: Timestamp, limit: Int, in tx: any Transaction) throws -> [Connection] {
        try tx.run(
            """
            SELECT \(columns) FROM connections WHERE status = 'active' AND sealed_refresh_token IS NOT NULL
                AND refreshed_at <= \(now.adding(seconds: -seconds).milliseconds)
                AND COALESCE(kept_alive_at, 0) <= \(now.adding(seconds: -86_400).milliseconds)
            ORDER BY COALESCE(kept_alive_at, 0), refreshed_at LIMIT \(limit)
            """
        ).map(Self.connection)
    }

    /// Grants that an administrator blocks: to be tried again, since no event reports the end of a block.
    /// - Parameter seconds: how long ago the last try was, or the block was met.
    static func blocked(seconds: Double, at now: Timestamp, limit: Int, in tx: any Transaction) throws -> [Connection] {
        let before = now.adding(seconds: -seconds).milliseconds
        return try tx.run(
            """
            SELECT \(columns) FROM connections WHERE status = 'blocked' AND sealed_refresh_token IS NOT NULL
                AND updated_at <= \(before) AND COALESCE(kept_alive_at, 0) <= \(before)
            ORDER BY COALESCE(kept_alive_at, 0), updated_at LIMIT \(limit)
            """
        ).map(Self.connection)
    }

    /// Tried today, whatever came of it: one that fails must not stand in the way of the others.
    static func noteKeepAlive(_ connection: Connection, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE connections SET kept_alive_at = \(now.milliseconds)
            WHERE tenant_id = \(connection.tenant) AND id = \(connection.id)
            """)
    }

    /// - Parameter seconds: the life of tombstones.
    static func expired(at now: Timestamp, tombstonesAfter seconds: Double) -> [ExpiredRows] {
        [
            ExpiredRows(
                "connections", key: "id", where: "deleted_at <= \(now.adding(seconds: -seconds).milliseconds)"),
            // A consent that never came back; its own row lives an hour longer than its ticket could.
            ExpiredRows(
                "connections", key: "id",
                where: "status = 'pending' AND created_at <= \(now.adding(seconds: -3_600).milliseconds)"),
        ]
    }

    private static func connection(_ row: Row) throws -> Connection {
        func words(_ column: String) throws -> [String] { try row.text(column).split(separator: " ").map(String.init) }
        return Connection(
            id: try row.text("id"), tenant: try row.text("tenant_id"), user: try row.text("user_id"),
            provider: ProviderName(rawValue: try row.text("provider")) ?? .google,
            status: Connection.Status(rawValue: try row.text("status")) ?? .blocked,
            subject: try row.optionalText("subject"), email: try row.optionalText("email"),
            clientID: try row.text("client_id"), directory: try row.optionalText("directory"),
            scopes: try words("scopes"), missingScopes: try words("missing_scopes"),
            sealedRefreshToken: try row.optionalBlob("sealed_refresh_token"),
            refreshExpiresAt: try row.optionalTime("refresh_expires_at"),
            refreshedAt: try row.optionalTime("refreshed_at"),
            generation: try row.integer("generation"),
            createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"))
    }
}

extension SealedColumn {
    static let refreshToken = SealedColumn(table: "connections", column: "sealed_refresh_token")
}
