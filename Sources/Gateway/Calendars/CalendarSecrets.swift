import JSONValue
import OAuth
import SQL

/// The client secrets that calendars have at Meeting BaaS.
///
/// Meeting BaaS keeps a copy of the secret with every calendar. `provider_apps.secret_version` counts the secrets that an
/// app has had; `calendars.secret_version` is the one that the calendar was made with or was given last.
enum CalendarSecretStore {
    /// The calendar has, or is about to be given, this version of the secret.
    static func record(_ calendar: ConnectedCalendar, version: Int64, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE calendars SET secret_version = \(version)
            WHERE tenant_id = \(calendar.tenant) AND row_id = \(calendar.rowID) AND secret_version < \(version)
            """)
    }

    /// Calendars that wait for the newest secret. Those of connections that do not work are not counted: they are
    /// renewed when the connection recovers, and the former secret is of no use to them until then. One that is still
    /// being made is renewed as soon as it is there.
    static func outdated(_ tenant: String, _ provider: ProviderName, in tx: any Transaction) throws -> Int {
        Int(
            try tx.first(
                """
                SELECT COUNT(*) AS n FROM calendars WHERE calendars.tenant_id = \(tenant) AND calendars.provider = \(provider.rawValue)
                    AND calendars.calendar_id IS NOT NULL AND calendars.deleted_at IS NULL
                    AND calendars.status <> 'deleting'
                    AND \(ConnectionStore.isActive("calendars.tenant_id", "calendars.connection_id"))
                    AND calendars.secret_version < \(try ProviderAppStore.secretVersion(tenant, provider, in: tx))
                """)?.integer("n") ?? 0)
    }

    static func hasOutdated(_ connection: Connection, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT row_id FROM calendars WHERE tenant_id = \(connection.tenant) AND connection_id = \(connection.id)
                AND calendar_id IS NOT NULL AND deleted_at IS NULL AND status <> 'deleting'
                AND secret_version < \(try ProviderAppStore.secretVersion(connection.tenant, connection.provider, in: tx)) LIMIT 1
            """) != nil
    }

    /// Queues the renewal of at most `batch` connections' calendars.
    /// - Parameter after: the connection to go on behind; empty for the beginning.
    /// - Returns: the last connection of a full batch; nil when there are no more.
    static func queueRenewals(
        _ tenant: String, _ provider: ProviderName, after: String, at now: Timestamp, in tx: any Transaction
    ) throws -> String? {
        let connections = try tx.run(
            """
            SELECT DISTINCT connection_id FROM calendars
            WHERE tenant_id = \(tenant) AND provider = \(provider.rawValue) AND connection_id > \(after)
                AND calendar_id IS NOT NULL AND deleted_at IS NULL AND status <> 'deleting'
                AND secret_version < \(try ProviderAppStore.secretVersion(tenant, provider, in: tx))
            ORDER BY connection_id LIMIT \(batch)
            """
        ).map { try $0.text("connection_id") }
        for connection in connections { try JobStore.add(.renewCalendars, tenant, connection, at: now, in: tx) }
        return connections.count == batch ? connections.last : nil
    }

    /// Goes on where a full batch ended, batch by batch.
    /// - Parameter subject: the provider and the last connection, as `subject(_:after:)` wrote them.
    static func queueRest(_ tenant: String, _ subject: String, _ database: any Database, _ clock: GatewayClock)
        async throws
    {
        let parts = subject.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let provider = ProviderName(rawValue: parts[0]) else { return }
        var next: String? = parts[1]
        while let after = next {
            let now = clock.now
            next = try await database.write { tx in
                try queueRenewals(tenant, provider, after: after, at: now, in: tx)
            }
        }
    }

    /// The subject of the job that goes on behind a connection.
    static func subject(_ provider: ProviderName, after connection: String) -> String {
        "\(provider.rawValue):\(connection)"
    }

    /// The calendar has just been made. With a client secret that was replaced meanwhile it is renewed at once.
    static func renewIfOutdated(_ calendar: ConnectedCalendar, at now: Timestamp, in tx: any Transaction) throws {
        guard let connection = try ConnectionStore.find(calendar.tenant, calendar.connection, user: nil, in: tx),
            try hasOutdated(connection, in: tx)
        else { return }
        try JobStore.add(.renewCalendars, calendar.tenant, calendar.connection, at: now, in: tx)
    }

    static let batch = 500
}

extension CalendarService {
    func noteSecret(_ calendar: ConnectedCalendar, version: Int64) async throws {
        try await database.write { try CalendarSecretStore.record(calendar, version: version, in: $0) }
    }
}
