import JSONValue
import Logging
import SQL
import Synchronization

/// Keeps tenants within `limits.message_bytes`, by emptying their oldest messages.
///
/// If that is not enough, webhooks of a tenant's own account are refused. Those of the shared account are stored all
/// the same, since a refusal would delay other tenants, and the operator is warned.
final class MessageTrimming: Sendable {
    private let database: any Database
    private let clock: GatewayClock
    private let logger: Logger
    /// The time of the last warning to the operator, by tenant.
    private let warnedAt = Mutex<[String: Timestamp]>([:])

    /// The times until which tenants' webhooks are refused without another search: it is slow when nothing can be emptied.
    private let fullUntil = Mutex<[String: Timestamp]>([:])
    private static let fullFor = 30.0

    /// Messages that one transaction empties at the most.
    private static let batch = 200
    /// Batches for one webhook, and for one tenant in a round of `upkeep`.
    private static let (batchesForWebhook, batchesForRound) = (5, 50)
    private static let warnEvery = 3_600.0

    init(database: any Database, clock: GatewayClock, logger: Logger) {
        self.database = database
        self.clock = clock
        self.logger = logger
    }

    /// The tenant whose own account a webhook came by has no room for it; thrown before anything is written.
    struct Full: Error {}

    /// Checks, in the transaction that stores a webhook, that it has room. Webhooks of the shared account always have.
    /// - Parameter bytes: of the webhook's body.
    /// - Throws: `Full`.
    static func check(_ bytes: Int, account: String, in tx: any Transaction) throws {
        guard account != Account.sharedID, let usage = try MessageStorage.usage(of: account, in: tx) else { return }
        guard usage.excess(adding: size(bytes)) == 0 else { throw Full() }
    }

    private static func size(_ bytes: Int) -> Int64 { MessageStorage.rowBytes + Int64(bytes) }

    /// Runs `store`. Where it throws `Full`, old messages are emptied and it runs again.
    /// - Throws: `storage_unavailable` when no room can be made.
    func withRoom<T>(for bytes: Int, account: String, _ store: () async throws -> T) async throws -> T {
        // Others may take the room that was made.
        for _ in 0..<3 {
            do {
                return try await store()
            } catch is Full {
                let now = clock.now
                if fullUntil.withLock({ $0[account].map { $0 > now } ?? false }) { break }
                let isMade = try await makeRoom(for: Self.size(bytes), tenant: account, Self.batchesForWebhook)
                guard isMade else {
                    fullUntil.withLock { full in
                        full = full.filter { $0.value > now }
                        full[account] = now.adding(seconds: Self.fullFor)
                    }
                    break
                }
            }
        }
        throw Problem(
            .storageUnavailable,
            "The tenant's messages have all the space that limits.message_bytes gives them, and all of it is still needed.",
            action: .operator, retryAfter: 300)
    }

    /// - Returns: whether `bytes` more are within the limit now.
    private func makeRoom(for bytes: Int64, tenant: String, _ batches: Int) async throws -> Bool {
        for _ in 0..<batches {
            let now = clock.now
            // Messages that may be emptied are read without the writer.
            let found = try await database.read { tx -> [MessageStorage.Droppable]? in
                guard let usage = try MessageStorage.usage(of: tenant, in: tx), usage.excess(adding: bytes) > 0 else {
                    return nil
                }
                return try MessageStorage.droppable(tenant, limit: Self.batch, at: now, in: tx)
            }
            guard let found else { return true }
            if found.isEmpty { return false }
            try await database.write {
                try MessageStorage.drop(found, of: tenant, toStore: bytes, at: now, in: $0)
            }
        }
        return try await database.read { tx in
            try MessageStorage.usage(of: tenant, in: tx).map { $0.excess(adding: bytes) == 0 } ?? true
        }
    }

    /// Brings every tenant within its limit, warns tenants that run low, and warns the operator of tenants that stay
    /// above.
    func upkeep() async throws {
        for usage in try await database.read({ try MessageStorage.limited(in: $0) }) {
            var (usage, now) = (usage, clock.now)
            if usage.excess() > 0 {
                _ = try await makeRoom(for: 0, tenant: usage.tenant, Self.batchesForRound)
                let tenant = usage.tenant
                usage = try await database.read { try MessageStorage.usage(of: tenant, in: $0) } ?? usage
                now = clock.now
            }
            if usage.isLow && !usage.isReported || usage.isReported && usage.isEased {
                try await publishWarning(usage.tenant, at: now)
            }
            if usage.excess() > 0 { warn(usage, at: now) }
        }
    }

    private func publishWarning(_ tenant: String, at now: Timestamp) async throws {
        try await database.write { tx in
            guard let usage = try MessageStorage.usage(of: tenant, in: tx) else { return }
            if usage.isReported && usage.isEased {
                try usage.forgetNotice(in: tx)
            } else {
                try usage.noticeIfLow(at: now, in: tx)
            }
        }
    }

    private func warn(_ usage: MessageStorage.Usage, at now: Timestamp) {
        let isDue = warnedAt.withLock { warned in
            warned = warned.filter { now.seconds(since: $0.value) < Self.warnEvery }
            guard warned[usage.tenant] == nil else { return false }
            warned[usage.tenant] = now
            return true
        }
        guard isDue else { return }
        let consequence = usage.hasOwnAccount ? "webhooks are refused" : "webhooks are stored all the same"
        logger.warning(
            "a tenant's messages have more space than limits.message_bytes gives them",
            metadata: [
                "tenant.id": .string(usage.tenant), "bytes": .stringConvertible(usage.bytes),
                "limit": .stringConvertible(usage.limit ?? 0),
                "consequence": .string(consequence),
            ])
    }
}
