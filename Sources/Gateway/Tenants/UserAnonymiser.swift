import SQL
import Wire

/// Takes an erased user's id off what the tenant keeps of that time: messages, bots that have ended, what was asked for
/// on the mirror. Runs as a job an hour after the user was deleted, in batches; at the latest 24 hours after, nothing of
/// it names the user any more.
struct UserAnonymiser: Sendable {
    let database: any Database
    let clock: GatewayClock

    /// Seconds: webhooks that were on their way are here by then.
    static let delay = 3_600.0
    /// Rows looked at, and changed, in one transaction.
    private static let (page, batch) = (2_000, 200)

    /// Can be repeated.
    func run(_ tenant: String, user: String) async throws {
        guard
            let before = try await database.read({
                try GenerationStore.current(tenant, .user, user, in: $0).since
            })
        else { return }
        try await messages(tenant, user, before)
        let now = clock.now
        while try await database.write({
            try BotStore.forgetUser(tenant, user: user, before: before, limit: Self.batch, in: $0)
        }) == Self.batch {}
        while try await database.write({
            try BotOrderStore.endOfCalendars(tenant, user: user, before: before, at: now, limit: Self.batch, in: $0)
        }) == Self.batch {}
    }

    private func messages(_ tenant: String, _ user: String, _ before: Timestamp) async throws {
        var position: Int64 = 0
        while true {
            let from = position
            let page = try await database.read {
                try MessageStore.users(tenant, after: from, until: before, limit: Self.page, in: $0)
            }
            let ids = page.filter { $0.user == user }.map(\.id)
            for start in stride(from: 0, to: ids.count, by: Self.batch) {
                let some = Array(ids[start..<min(start + Self.batch, ids.count)])
                try await database.write { try MessageStore.forgetUser(tenant, messages: some, in: $0) }
            }
            guard page.count == Self.page, let last = page.last else { return }
            position = last.position
        }
    }
}
