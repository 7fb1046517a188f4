import SQL
import Wire

/// Erases what the tenant keeps of a deleted user's time: messages are emptied, bots that have ended and what was asked for
/// on the mirror lose the user's id.
///
/// Runs as a job an hour after the user was deleted, in batches. A message with a delivery that is still to be made keeps
/// its content until then; 23 hours after the deletion it loses the user's id all the same.
struct UserAnonymiser: Sendable {
    let database: any Database
    let clock: GatewayClock

    /// Seconds: webhooks that were on their way are here by then.
    static let delay = 3_600.0
    private static let patience = 23 * 3_600.0
    /// Rows looked at, and changed, in one transaction.
    private static let (page, batch) = (2_000, 200)

    /// Can be repeated.
    /// - Throws: `conflict` while deliveries of the user's messages are to be made.
    func run(_ tenant: String, user: String) async throws {
        guard
            let before = try await database.read({
                try GenerationStore.current(tenant, .user, user, in: $0).since
            })
        else { return }
        let now = clock.now
        let isLate = now.seconds(since: before) > Self.patience
        let left = try await messages(tenant, user, before, isLate: isLate)
        while try await database.write({
            try BotStore.forgetUser(tenant, user: user, before: before, limit: Self.batch, in: $0)
        }) == Self.batch {}
        while try await database.write({
            try BotOrderStore.endOfCalendars(tenant, user: user, before: before, at: now, limit: Self.batch, in: $0)
        }) == Self.batch {}
        guard left == 0 || isLate else {
            throw Problem(.conflict, "Messages of the deleted user are still to be delivered.", action: .wait)
        }
    }

    /// - Returns: how many keep their content.
    private func messages(_ tenant: String, _ user: String, _ before: Timestamp, isLate: Bool) async throws -> Int {
        var position: Int64 = 0
        var left = 0
        let now = clock.now
        while true {
            let from = position
            let page = try await database.read {
                try MessageStore.users(tenant, after: from, until: before, limit: Self.page, in: $0)
            }
            let ids = page.filter { $0.user == user }.map(\.id)
            for start in stride(from: 0, to: ids.count, by: Self.batch) {
                let some = Array(ids[start..<min(start + Self.batch, ids.count)])
                left += try await database.write { tx in
                    let kept = try MessageStorage.erase(some, of: tenant, at: now, in: tx)
                    if isLate { try MessageStore.forgetUser(tenant, messages: some, in: tx) }
                    return kept
                }
            }
            guard page.count == Self.page, let last = page.last else { return left }
            position = last.position
        }
    }
}
