import MeetingBaaS
import SQL
import Wire

/// What a user has behind the mirror and no calendar of theirs takes along: bots for later, Zoom's credentials. Taken
/// down at Meeting BaaS when the user goes, and forgotten here, so that nobody of the same name inherits it.
struct UserBots: Sendable {
    let database: any Database
    let upstream: Upstream

    /// Can be repeated; throws to be tried again. Only what was taken down is forgotten.
    /// - Parameter lastTry: forgets also what upstream still has.
    func remove(_ tenant: String, user: String, lastTry: Bool) async throws {
        let (orders, credentials) = try await database.read { tx in
            (
                try BotOrderStore.withoutCalendar(tenant, user: user, in: tx),
                try OwnershipStore.credentials(tenant, user: user, in: tx)
            )
        }
        var failed: (any Error)?
        for order in orders {
            do {
                if let bot = order.botID {
                    let operation = order.version == .v1 ? Operation.V1.leave : Operation.V2.deleteScheduled
                    try await call(operation, bot, order.accountID, order.version, tenant)
                }
            } catch {
                failed = error
                if !lastTry { continue }
            }
            try await database.write { tx in
                try BotOrderStore.delete(order, in: tx)
                if let bot = order.botID { try BotStore.delete(tenant, account: order.accountID, bot: bot, in: tx) }
            }
        }
        for credential in credentials {
            do {
                let operation = credential.version == .v1 ? Operation.V1.deleteZoom : Operation.V2.deleteZoom
                try await call(operation, credential.id, credential.account, credential.version, tenant)
            } catch {
                failed = error
                if !lastTry { continue }
            }
            try await database.write { try OwnershipStore.forget(credential, in: $0) }
        }
        if let failed, !lastTry { throw failed }
    }

    private func call(
        _ operation: Operation, _ id: String, _ account: String, _ version: APIVersion, _ tenant: String
    ) async throws {
        guard let account = try await upstream.accounts.account(id: account)?.speaking(version) else { return }
        do {
            _ = try await upstream.client(for: account, tenant: tenant).call(operation, [id])
        } catch let fault as UpstreamFault {
            switch fault {
            // It is gone, or over, or under way: nothing is left to cancel.
            case .notFound, .conflict, .rejected: return
            default: throw fault
            }
        }
    }
}
