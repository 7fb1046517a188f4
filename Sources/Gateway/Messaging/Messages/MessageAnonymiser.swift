import JSONValue
import SQL

/// Empties a tenant's messages of deleted users' time. A message with a delivery that is still to be made keeps its content
/// until then; 23 hours after the deletion it loses the user's id all the same.
struct MessageAnonymiser: Sendable {
    let database: any Database
    let clock: GatewayClock

    /// Seconds after a deletion in which messages lose the user's id whatever their deliveries do.
    private static let timeout = 23 * 3_600.0
    /// Rows looked at, and changed, in one transaction.
    private static let (page, batch) = (2_000, 200)

    /// Can be repeated.
    /// - Returns: how many keep their content.
    func run(_ tenant: String, _ users: DeletedUsers) async throws -> Int {
        let now = clock.now
        let isLate = now.seconds(since: users.end) > Self.timeout
        var (position, left): (Int64, Int) = (0, 0)
        while true {
            let from = position
            let page = try await database.read {
                try MessageStore.users(tenant, after: from, limit: Self.page, in: $0)
            }
            let ids = page.filter { message in
                guard let user = message.user, let before = users.deletedAt[user] else { return false }
                return message.isFormer || message.receivedAt <= before
            }.map(\.id)
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
