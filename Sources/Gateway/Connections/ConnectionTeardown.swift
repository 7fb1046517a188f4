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
    let calendars: ConnectionDependents
    let logger: Logger

    enum Revocation: String, Sendable {
        case pending, off
        case notSupported = "not_supported"
        case keptOtherGrants = "kept_other_grants"
    }

    /// Marks it and queues the work.
    /// - Returns: what will be done at the provider.
    func begin(
        _ connection: Connection, settings: TenantSettings, at now: Timestamp, in tx: any Transaction
    ) throws -> Revocation {
        guard try ConnectionStore.markDeleting(connection.tenant, connection.id, at: now, in: tx) else {
            throw Problem.notFound
        }
        try calendars.markDeleting(connection, now, tx)
        try JobStore.add(DeleteConnectionJob.kind, connection.tenant, connection.id, at: now, in: tx)
        return try Self.plan(connection, settings: settings, at: now, in: tx)
    }

    /// Connections whose deletion is begun in one transaction, and calendars that they may have together.
    private static let (atOnce, calendarsAtOnce) = (50, 500)

    /// Begins the deletion of connections of a tenant, or of one of its users; so many at once.
    /// - Parameter before: only what was made until then; nil: all.
    /// - Returns: true when there may be more.
    @discardableResult
    func beginSome(
        _ tenant: String, user: String? = nil, before: Timestamp? = nil, settings: TenantSettings, at now: Timestamp,
        in tx: any Transaction
    ) throws -> Bool {
        let some = try ConnectionStore.undeleted(tenant, user: user, before: before ?? now, limit: Self.atOnce, in: tx)
        var count = 0
        for connection in some {
            guard count < Self.calendarsAtOnce else { return true }
            count += try calendars.count(connection, tx)
            _ = try begin(connection, settings: settings, at: now, in: tx)
        }
        return some.count == Self.atOnce
    }

    /// Begins the deletion of the first connections; the rest by the job.
    var deletionStep: DeletionStep {
        { tenant, user, now, tx in
            try beginSome(tenant.id, user: user, settings: tenant.settings, at: now, in: tx)
        }
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
        var leftovers = try await calendars.remove(connection, lastTry)
        do {
            try await revoke(connection)
        } catch  where lastTry && !Task.isCancelled {
            leftovers.append("the grant at \(connection.provider.rawValue)")
        }
        let now = clock.now
        let remained = leftovers
        try await database.write { tx in
            try calendars.erase(connection, now, tx)
            try ConnectionStore.erase(tenant, id, at: now, in: tx)
            var context = connection.context
            context.isFormer =
                try GenerationStore.present(connection.user, of: tenant, made: connection.createdAt, in: tx) == nil
            // The erasure may have been before: this message is erased as well.
            if context.isFormer,
                let since = try GenerationStore.current(tenant, .user, connection.user, in: tx).since
            {
                try UserAnonymisation.queue(tenant, deletedAt: since, at: now, in: tx)
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
