import JSONValue
import Logging
import MeetingBaaS
import OAuth
import SQL

/// Deletes a connection in repeatable steps: its calendars at Meeting BaaS, the grant at Google unless another
/// connection needs it, then the token here. The job queue runs it until it is done, for seven days at most; then the
/// token is erased all the same and the remains are reported.
struct ConnectionTeardown: Sendable {
    let database: any Database
    let clock: GatewayClock
    let revocation: GrantRevocation
    let broker: TokenBroker
    let calendars: ConnectionDependents
    let logger: Logger

    /// The job. Throws to be tried again.
    func run(_ tenant: String, _ id: String, lastTry: Bool) async throws {
        guard let connection = try await database.connection(tenant, id) else { return }
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
