import MeetingBaaS
import SQL
import Wire

/// What a user has behind the mirror and no calendar of theirs takes along: bots for later, Zoom's credentials. Taken
/// down at Meeting BaaS when the user goes, and forgotten here, so that nobody of the same name inherits it.
struct UserBots: Sendable {
    let database: any Database
    let upstream: Upstream

    /// Can be repeated; throws to be tried again.
    func remove(_ tenant: String, user: String, lastTry: Bool) async throws {
        let (orders, credentials) = try await database.read { tx in
            (
                try BotOrderStore.withoutCalendar(tenant, user: user, in: tx),
                try OwnershipStore.credentials(tenant, user: user, in: tx)
            )
        }
        for order in orders {
            guard let bot = order.botID else { continue }
            let operation = order.version == .v1 ? Operation.V1.leave : Operation.V2.deleteScheduled
            try await call(operation, bot, order.accountID, order.version, tenant, lastTry)
        }
        for credential in credentials {
            let operation = credential.version == .v1 ? Operation.V1.deleteZoom : Operation.V2.deleteZoom
            try await call(operation, credential.id, credential.account, credential.version, tenant, lastTry)
        }
        try await database.write { tx in
            try BotOrderStore.deleteAll(tenant, user: user, in: tx)
            try OwnershipStore.deleteAll(tenant, user: user, in: tx)
            try BotStore.deleteAll(tenant, user: user, in: tx)
        }
    }

    private func call(
        _ operation: Operation, _ id: String, _ account: String, _ version: APIVersion, _ tenant: String,
        _ lastTry: Bool
    ) async throws {
        guard let account = try await upstream.accounts.account(id: account)?.speaking(version) else { return }
        do {
            _ = try await upstream.client(for: account, tenant: tenant).call(operation, [id])
        } catch let fault as UpstreamFault {
            switch fault {
            // It is gone, or over, or under way: nothing is left to cancel.
            case .notFound, .conflict, .rejected: return
            default: if !lastTry { throw fault }
            }
        }
    }
}
