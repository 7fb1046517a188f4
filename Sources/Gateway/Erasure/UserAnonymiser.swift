import JSONValue
import SQL

/// Erases what a tenant keeps of deleted users' time: messages are emptied, bots that have ended and what was asked for on
/// the mirror lose the user's id.
///
/// One job does it for all users whose deletion falls into the same hour of the clock, an hour after that hour, since it
/// reads through the tenant's messages. A message with a delivery that is still to be made keeps its content until then;
/// 23 hours after the deletion it loses the user's id all the same.
struct UserAnonymiser: Sendable {
    let database: any Database
    let clock: GatewayClock

    private static let hour: Int64 = 3_600_000
    /// Seconds after a deletion in which messages lose the user's id whatever their deliveries do.
    private static let patience = 23 * 3_600.0
    /// Rows looked at, and changed, in one transaction.
    private static let (page, batch) = (2_000, 200)

    /// Queues the erasure of what is kept of a user.
    /// - Parameter deletedAt: nil: the user is deleted now.
    static func queue(
        _ tenant: String, deletedAt time: Timestamp? = nil, at now: Timestamp, in tx: any Transaction
    ) throws {
        let hour = (time ?? now).milliseconds / Self.hour
        let due = max(Timestamp(milliseconds: (hour + 2) * Self.hour), now)
        try JobStore.add(.anonymiseUser, tenant, String(hour), at: now, delay: due.seconds(since: now), in: tx)
    }

    /// Queues the erasure of what is kept of a user that is deleted now.
    static let deletionStep: DeletionStep = { tenant, user, now, tx in
        if user != nil { try queue(tenant.id, at: now, in: tx) }
    }

    /// Can be repeated.
    /// - Parameter subject: the hour of the deletions, since 1970.
    /// - Throws: `conflict` while deliveries of the users' messages are to be made.
    func run(_ tenant: String, _ subject: String) async throws {
        guard let hour = Int64(subject) else { return }
        let span =
            Timestamp(milliseconds: hour * Self.hour)..<Timestamp(milliseconds: (hour + 1) * Self.hour)
        let users = try await database.read { try GenerationStore.users(tenant, deletedIn: span, in: $0) }
        guard !users.isEmpty else { return }
        let left = try await messages(tenant, users, deletedBefore: span.upperBound)
        for (user, before) in users {
            let now = clock.now
            while try await database.write({
                try BotStore.forgetUser(tenant, user: user, before: before, limit: Self.batch, in: $0)
            }) == Self.batch {}
            while try await database.write({
                try BotCreationStore.endOfCalendars(
                    tenant, user: user, before: before, at: now, limit: Self.batch, in: $0)
            }) == Self.batch {}
        }
        guard left == 0 else {
            throw Problem(.conflict, "Messages of deleted users are still to be delivered.", action: .wait)
        }
    }

    /// - Returns: how many keep their content.
    private func messages(
        _ tenant: String, _ users: [String: Timestamp], deletedBefore end: Timestamp
    ) async throws -> Int {
        let now = clock.now
        let isLate = now.seconds(since: end) > Self.patience
        var (position, left): (Int64, Int) = (0, 0)
        while true {
            let from = position
            let page = try await database.read {
                try MessageStore.users(tenant, after: from, limit: Self.page, in: $0)
            }
            let ids = page.filter { message in
                guard let user = message.user, let before = users[user] else { return false }
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
