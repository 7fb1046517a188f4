import JSONValue
import Logging
import MeetingBaaS
import SQL

/// Deletes at Meeting BaaS the bots, scheduled or in a call, and the Zoom credentials of an erased user, or of a tenant
/// that is being deleted. A bot whose creation's reply was lost is searched by its correlation id.
///
/// Steps can be repeated. Deleted objects lose their user here, so that late webhooks still reach the tenant, and no
/// later user with the same id inherits them.
struct UpstreamTeardown: Sendable {
    let database: any Database
    let clock: GatewayClock
    let upstream: Upstream
    let logger: Logger

    /// Rows read at once.
    private static let page = 100
    /// Seconds after which a creation without a webhook, and without a place in Meeting BaaS's lists, counts as failed.
    /// A call may take 15 minutes (`MirrorAPI.total`).
    static let unresolved = 1_200.0

    /// - Parameters:
    ///   - user: nil: everything of the tenant.
    ///   - lastTry: gives up what Meeting BaaS still has.
    /// - Returns: the remains at Meeting BaaS, as text for the tenant; empty unless `lastTry`.
    /// - Throws: to be tried again.
    func run(_ tenant: String, user: String?, lastTry: Bool) async throws -> [String] {
        // Of a user: the objects from before the user's last deletion. A later user with the same id keeps everything.
        let before = try await database.read { tx in
            try user.map { try GenerationStore.current(tenant, .user, $0, in: tx).since } ?? nil
        }
        let scope = Scope(tenant: tenant, user: user, before: before ?? clock.now)
        var left = Leftovers()
        try await creations(scope, lastTry, &left)
        try await runningBots(scope, lastTry, &left)
        try await credentials(scope, lastTry, &left)
        if let failed = left.failed, !lastTry { throw failed }
        return left.remained
    }

    /// The job for one bot that came to light after its owner had ended. Its row says which account has it.
    func end(_ tenant: String, bot id: String) async throws {
        let found = try await database.read { tx in
            try BotStore.find(tenant, bot: id, in: tx).map { bot in
                (bot, try BotStore.version(of: bot, in: tx))
            }
        }
        guard let (bot, version) = found, !bot.state.isFinal else { return }
        try await leave(bot.botID, account: bot.accountID, version, tenant)
    }

    /// The job for a Zoom credential that was made while its owner ended.
    func end(_ tenant: String, credential id: String) async throws {
        guard let credential = try await database.read({ try OwnershipStore.credential(tenant, id, in: $0) }) else {
            return
        }
        try await delete(credential, tenant)
        try await database.write { try OwnershipStore.delete(credential, in: $0) }
    }

    struct Scope: Sendable {
        let tenant: String
        let user: String?
        /// Only what was made until then.
        let before: Timestamp
    }

    private struct Leftovers {
        var failed: (any Error)?
        var remained: [String] = []

        mutating func add(_ what: String, _ error: any Error) {
            failed = error
            remained.append(what)
        }
    }

    // MARK: - kinds

    private func creations(_ scope: Scope, _ lastTry: Bool, _ left: inout Leftovers) async throws {
        var last = ""
        while true {
            let from = last
            let orders = try await database.read {
                try BotCreationStore.list(scope, after: from, limit: Self.page, in: $0)
            }
            for order in orders {
                do {
                    var bot = order.botID
                    // A callback that was asked for later is no bot of its own.
                    if bot == nil, order.callbackOf == nil { bot = try await found(order) }
                    if let bot, order.callbackOf == nil, try await !isOver(bot, order.accountID) {
                        try await leave(bot, account: order.accountID, order.version, scope.tenant)
                    }
                } catch {
                    left.add("bot \(order.botID ?? "of order \(order.correlationID)")", error)
                    if !lastTry { continue }
                }
                let now = clock.now
                try await database.write { try BotCreationStore.end(order, at: now, in: $0) }
            }
            guard orders.count == Self.page, let end = orders.last?.correlationID else { return }
            last = end
        }
    }

    /// Bots of calendar events that are in a call: deleting their calendar cancels only those still to come.
    private func runningBots(_ scope: Scope, _ lastTry: Bool, _ left: inout Leftovers) async throws {
        var last = ""
        while true {
            let from = last
            let bots = try await database.read { tx in
                try BotStore.running(scope, after: from, limit: Self.page, in: tx).map { bot in
                    (bot: bot, version: try BotStore.version(of: bot, in: tx))
                }
            }
            for (bot, version) in bots {
                do {
                    try await leave(bot.botID, account: bot.accountID, version, scope.tenant)
                } catch {
                    left.add("bot \(bot.botID)", error)
                    if !lastTry { continue }
                }
                try await database.write { try BotStore.forgetUser(bot, in: $0) }
            }
            guard bots.count == Self.page, let end = bots.last?.bot.botID else { return }
            last = end
        }
    }

    private func credentials(_ scope: Scope, _ lastTry: Bool, _ left: inout Leftovers) async throws {
        for credential in try await database.read({ try OwnershipStore.credentials(scope, in: $0) }) {
            do {
                try await delete(credential, scope.tenant)
            } catch {
                left.add("Zoom credential \(credential.id)", error)
                if !lastTry { continue }
            }
            try await database.write { try OwnershipStore.delete(credential, in: $0) }
        }
    }

    // MARK: - calls

    private func isOver(_ bot: String, _ account: String) async throws -> Bool {
        try await database.read { try BotStore.owner(account: account, bot: bot, in: $0)?.state.isFinal ?? false }
    }

    private func delete(_ credential: ObjectReference, _ tenant: String) async throws {
        let operation = credential.version == .v1 ? UpstreamOperation.V1.deleteZoom : UpstreamOperation.V2.deleteZoom
        do {
            _ = try await client(credential.account, credential.version, tenant).call(operation, [credential.id])
        } catch UpstreamError.notFound {}
    }

    /// The bot of a lost reply.
    /// - Returns: nil when there is surely none.
    /// - Throws: `conflict` while its creation may still be under way.
    private func found(_ order: BotCreation) async throws -> String? {
        let client = try await client(order.accountID, order.version, order.tenant)
        if let id = try await client.bot(with: order.correlationID, order.version, made: order.createdAt) {
            let now = clock.now
            _ = try await database.write { try BotCreationStore.setBot(order, id, at: now, in: $0) }
            return id
        }
        guard clock.now.seconds(since: order.createdAt) > Self.unresolved else {
            throw Problem(.conflict, "A bot may still be under way.", action: .wait)
        }
        return nil
    }

    /// The bot leaves its call, or is cancelled when it has not begun. A bot that is over, or not there, counts as done.
    private func leave(_ bot: String, account: String, _ version: APIVersion, _ tenant: String) async throws {
        if try await Self.leave(bot, try await client(account, version, tenant), version) { return }
        guard try await database.read({ try BotStore.isOfPresentAccount(bot, account: account, in: $0) }) else {
            throw Self.unproven
        }
    }

    /// - Returns: whether Meeting BaaS knew the bot under the client's key.
    static func leave(_ bot: String, _ client: MeetingBaaS.UpstreamClient, _ version: APIVersion) async throws -> Bool {
        let operations =
            version == .v1
            ? [UpstreamOperation.V1.leave] : [UpstreamOperation.V2.leave, UpstreamOperation.V2.deleteScheduled]
        var isKnown = false
        for operation in operations {
            do {
                _ = try await client.call(operation, [bot])
                return true
            } catch let error as UpstreamError {
                switch error {
                // v2: it may be a scheduled one, which the next call finds.
                case .notFound: continue
                case .conflict: isKnown = true
                case .rejected where version == .v1: return true
                default: throw error
                }
            }
        }
        return isKnown
    }

    private static let unproven = Problem(
        .conflict,
        "Meeting BaaS does not know this; but the account's key was changed since it was made, so that proves nothing.",
        action: .operator)

    private func client(
        _ account: String, _ version: APIVersion, _ tenant: String
    ) async throws -> MeetingBaaS.UpstreamClient {
        guard let account = try await upstream.accounts.account(id: account) else {
            throw Problem(
                .notConfigured, "The Meeting BaaS account that has this is not configured any more.", action: .operator)
        }
        return upstream.client(for: account.speaking(version), tenant: tenant)
    }
}
