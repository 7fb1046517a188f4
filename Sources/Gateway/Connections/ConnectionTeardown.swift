import JSONValue
import Logging
import MeetingBaaS
import OAuth
import SQL

/// Takes a connection down, in steps that can be repeated: its calendars at Meeting BaaS, the grant at Google if nobody
/// else needs it, then the token here. Run by the job queue until it is done, for seven days at most; then the token is
/// erased all the same and what remained is told.
struct ConnectionTeardown: Sendable {
    let database: any Database
    let clock: GatewayClock
    let revocation: GrantRevocation
    let broker: TokenBroker
    let calendars: CalendarService
    let logger: Logger

    enum Revocation: String, Sendable {
        case pending, off
        case notSupported = "not_supported"
        case keptOtherGrants = "kept_other_grants"
    }

    /// Marks it and queues the work.
    /// - Returns: what will be done at the provider.
    static func begin(
        _ connection: Connection, settings: TenantSettings, at now: Timestamp, in tx: any Transaction
    ) throws -> Revocation {
        guard try ConnectionStore.markDeleting(connection.tenant, connection.id, at: now, in: tx) else {
            throw Problem.notFound
        }
        try CalendarStore.markDeleting(connection.tenant, connection: connection.id, at: now, in: tx)
        try JobStore.add(.deleteConnection, connection.tenant, connection.id, at: now, in: tx)
        return try plan(connection, settings: settings, at: now, in: tx)
    }

    /// Connections whose deletion is begun in one transaction, and calendars that they may have together.
    private static let (atOnce, calendarsAtOnce) = (50, 500)

    /// Begins the deletion of connections of a tenant, or of one of its users; so many at once.
    /// - Parameter before: only what was made until then; nil: all.
    /// - Returns: true when there may be more.
    @discardableResult
    static func beginSome(
        _ tenant: String, user: String? = nil, before: Timestamp? = nil, settings: TenantSettings, at now: Timestamp,
        in tx: any Transaction
    ) throws -> Bool {
        let some = try ConnectionStore.undeleted(tenant, user: user, before: before ?? now, limit: atOnce, in: tx)
        var calendars = 0
        for connection in some {
            guard calendars < calendarsAtOnce else { return true }
            calendars += try CalendarStore.list(tenant, connection: connection.id, in: tx).count
            _ = try begin(connection, settings: settings, at: now, in: tx)
        }
        return some.count == atOnce
    }

    /// Begins the deletion of the first connections; the rest by the job.
    static let deletionStep: DeletionStep = { tenant, user, now, tx in
        try beginSome(tenant.id, user: user, settings: tenant.settings, at: now, in: tx)
    }

    private static func plan(
        _ connection: Connection, settings: TenantSettings, at now: Timestamp, in tx: any Transaction
    ) throws -> Revocation {
        guard connection.provider == .google else { return .notSupported }
        guard settings.revokeOnDisconnect, let subject = connection.subject else { return .off }
        let grant = GoogleGrant(clientID: connection.clientID, subject: subject)
        switch try GrantRevocation.plan(grant, work: connection.id, settings: settings, at: now, in: tx) {
        case .revoke: return .pending
        case .off: return .off
        case .neededByConnection, .neededByConsent: return .keptOtherGrants
        }
    }

    /// The job. Throws to be tried again.
    func run(_ tenant: String, _ id: String, lastTry: Bool) async throws {
        guard let connection = try await database.read({ try ConnectionStore.find(tenant, id, user: nil, in: $0) })
        else { return }
        var leftovers: [String] = []
        for calendar in try await database.read({ try CalendarStore.list(tenant, connection: id, in: $0) }) {
            do {
                try await calendars.remove(calendar)
            } catch  where lastTry && !Task.isCancelled {
                leftovers.append("calendar \(calendar.calendarID ?? calendar.rawCalendarID) at Meeting BaaS")
                try await BackgroundWrites(database: database).repeatingByRows {
                    try CalendarStore.eraseRows(of: calendar, limit: BackgroundWrites.rows, in: $0)
                }
            }
        }
        do {
            try await revoke(connection)
        } catch  where lastTry && !Task.isCancelled {
            leftovers.append("the grant at \(connection.provider.rawValue)")
        }
        let now = clock.now
        let remained = leftovers
        try await database.write { tx in
            try CalendarStore.eraseAll(tenant, connection: id, at: now, in: tx)
            try ConnectionStore.erase(tenant, id, at: now, in: tx)
            var context = connection.context
            context.isFormer =
                try GenerationStore.present(connection.user, of: tenant, made: connection.createdAt, in: tx) == nil
            // The erasure may have been before: this message is erased as well.
            if context.isFormer,
                let since = try GenerationStore.current(tenant, .user, connection.user, in: tx).since
            {
                try UserAnonymiser.queue(tenant, deletedAt: since, at: now, in: tx)
            }
            try MessageStore.emit(
                "connection.deleted", tenant,
                data: [
                    "id": .string(id), "user_id": .string(connection.user),
                    "provider": .string(connection.provider.rawValue),
                    "remained": .array(remained.map { .string($0) }),
                ], context: context, at: now, in: tx)
        }
        if !leftovers.isEmpty {
            logger.warning(
                "disconnected with remains",
                metadata: ["tenant.id": .string(tenant), "connection.id": .string(id), "remained": "\(leftovers)"])
        }
    }

    private func revoke(_ connection: Connection) async throws {
        guard connection.provider == .google, let subject = connection.subject,
            connection.sealedRefreshToken != nil
        else { return }
        try await revocation.run(
            GoogleGrant(clientID: connection.clientID, subject: subject), tenant: connection.tenant,
            work: connection.id
        ) { try await broker.storedToken(of: connection) }
    }
}
