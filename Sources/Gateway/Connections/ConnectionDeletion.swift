import JSONValue
import OAuth
import SQL

/// Begins the deletion of connections: marks them and queues the work, which `ConnectionTeardown` does.
struct ConnectionDeletion: Sendable {
    let dependents: Dependents

    /// The dependents of a connection, given by their feature. The steps run in the transaction that marks the
    /// connection.
    struct Dependents: Sendable {
        let count: @Sendable (Connection, any Transaction) throws -> Int
        let markDeleting: @Sendable (Connection, _ now: Timestamp, any Transaction) throws -> Void
    }

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
        try dependents.markDeleting(connection, now, tx)
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
            count += try dependents.count(connection, tx)
            _ = try begin(connection, settings: settings, at: now, in: tx)
        }
        return some.count == Self.atOnce
    }

    /// Begins the deletion of the first connections; the rest by the job.
    var step: DeletionStep {
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
}
