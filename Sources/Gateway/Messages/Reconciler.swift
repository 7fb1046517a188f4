import Logging
import MeetingBaaS
import OAuth
import ServiceLifecycle
import SQL
import Synchronization
import Wire

/// Finds out what Meeting BaaS told and nobody heard. It tries a webhook for about three hours and then drops it
/// (facts/webhooks.md 0.1); an outage longer than that, or a wrong secret, would lose events for ever.
///
/// It asks each account for the bots that ended, for the calendars' states, and has the record of changes filled; what
/// was missed becomes a message marked `reconciled`. It runs at start, after a run of refused signatures, and every
/// quarter of an hour.
final class Reconciler: Service {
    private let database: any Database
    private let clock: GatewayClock
    private let accounts: AccountDirectory
    private let upstream: Upstream
    private let binder: MessageBinder
    private let metrics: Metrics
    private let logger: Logger
    private let wakeJobs: @Sendable () -> Void
    private let signal = WakeSignal()
    private let state = Mutex(State())

    private static let every = Duration.seconds(900)
    /// Refused webhooks of an account in a row that make it suspect.
    private static let refusals = 5
    /// What ended so lately is still being told.
    private static let grace = 300.0
    /// How far back it looks: at the first time, beyond the last time, and at the most. Seconds.
    private static let (first, overlap, most) = (86_400.0, 3_600.0, 7 * 86_400.0)

    private struct State {
        var refused: [String: Int] = [:]
        /// Accounts whose webhooks may have been lost: everything is asked, with no grace.
        var suspects: Set<String> = []
    }

    init(
        database: any Database, clock: GatewayClock, accounts: AccountDirectory, upstream: Upstream,
        binder: MessageBinder, metrics: Metrics, logger: Logger, wakeJobs: @escaping @Sendable () -> Void
    ) {
        self.database = database
        self.clock = clock
        self.accounts = accounts
        self.upstream = upstream
        self.binder = binder
        self.metrics = metrics
        self.logger = logger
        self.wakeJobs = wakeJobs
    }

    /// A webhook of the account was taken, or refused for its signature. After a run of refusals the first that is
    /// taken shows that the secret fits again: then is the moment to ask.
    func heard(_ account: String, accepted: Bool) {
        let asks = state.withLock { state in
            guard accepted else {
                state.refused[account, default: 0] += 1
                return false
            }
            guard let run = state.refused.removeValue(forKey: account), run >= Self.refusals else { return false }
            state.suspects.insert(account)
            return true
        }
        if asks { signal.wake() }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFirst = true
            while !Task.isCancelled {
                await self.round(thorough: isFirst)
                isFirst = false
                await self.signal.wait(upTo: Self.every)
            }
        }
    }

    private func round(thorough: Bool) async {
        let suspects = state.withLock { state in
            defer { state.suspects = [] }
            return state.suspects
        }
        do {
            let owners = try await database.read { try AccountStore.owners(in: $0) }
            for id in [Account.sharedID] + owners {
                if Task.isCancelled { return }
                guard let account = try await accounts.account(id: id) else { continue }
                await reconcile(account, thorough: thorough || suspects.contains(id))
            }
        } catch {
            logger.error("reconciling failed", metadata: ["error": "\(type(of: error))"])
        }
    }

    private func reconcile(_ account: Account, thorough: Bool) async {
        let now = clock.now
        do {
            let last = try await database.read { try AccountStore.reconciledAt(account.id, in: $0) }
            let from = last.map { $0.adding(seconds: -Self.overlap) } ?? now.adding(seconds: -Self.first)
            let since = max(from, now.adding(seconds: -Self.most))
            // An account that nobody uses is not asked.
            guard try await database.read({ try AccountStore.isUsed(account.id, in: $0) }) else { return }
            let api = upstream.api(for: account, tenant: "reconciler")
            var found = try await bots(account, api, since: since, graceless: thorough)
            found += try await calendars(account, api)
            if thorough { try await changes(account, api, since: since) }
            try await database.write { try AccountStore.setReconciled(account.id, at: now, in: $0) }
            if found > 0 {
                logger.notice(
                    "webhooks had been missed",
                    metadata: ["account.id": .string(account.id), "messages": .stringConvertible(found)])
                binder.wakeDeliveries()
            }
        } catch {
            let kind = (error as? UpstreamFault)?.kind ?? "\(type(of: error))"
            logger.warning(
                "reconciling an account failed, will be tried again",
                metadata: ["account.id": .string(account.id), "error": .string(kind)])
        }
    }

    // MARK: - what is asked

    /// Bots that ended without a word of it here.
    private func bots(_ account: Account, _ api: any CalendarAPI, since: Timestamp, graceless: Bool) async throws -> Int
    {
        var found = 0
        let settled = clock.now.adding(seconds: -Self.grace)
        for bot in try await api.endedBots(since: "\(since)") {
            let id = bot.id.lowercased()
            if !graceless, let ended = bot.endedAt.flatMap({ Timestamp(rfc3339: $0) }), ended > settled { continue }
            let probe = Self.probe(bot)
            let isMissing = try await database.read { [binder] tx in
                guard try BotStore.owner(account: account.id, bot: id, in: tx)?.state.isFinal != true else {
                    return false
                }
                return try probe.flatMap { try binder.owner($0, account: account.id, in: tx) } != nil
            }
            guard isMissing else { continue }
            do {
                let word = try await api.lastWord(of: bot)
                if try await store(word, account: account.id, mark: "bot/\(id)") { found += 1 }
            } catch UpstreamFault.notFound {}
        }
        return found
    }

    /// For finding the owner before more is asked.
    private static func probe(_ bot: EndedBot) -> MeetingBaaS.Notification? {
        let body: JSON = ["event": "bot", "data": ["bot_id": .string(bot.id)], "extra": bot.extra ?? .null]
        return MeetingBaaS.Notification(body.bytes)
    }

    /// Calendars whose state at Meeting BaaS is another than here (v2; v1 tells none).
    private func calendars(_ account: Account, _ api: any CalendarAPI) async throws -> Int {
        let known = try await database.read { try CalendarStore.live(account: account.id, version: .v2, in: $0) }
        guard api.version == .v2, !known.isEmpty else { return 0 }
        let there = Dictionary(try await api.allCalendars().map { ($0.id.lowercased(), $0) }) { $1 }
        let now = clock.now
        var found = 0
        for calendar in known {
            guard let id = calendar.calendarID, now.seconds(since: calendar.createdAt) > Self.grace else { continue }
            let word: JSON
            if let upstream = there[id] {
                guard let status = upstream.status, Calendar.known(status: status) != calendar.status else { continue }
                word = [
                    "event": "calendar.connection_updated",
                    "data": [
                        "calendar_id": .string(id), "calendar_platform": .text(upstream.platform),
                        "account_email": .text(upstream.email), "status": .string(status),
                        "status_message": .text(upstream.statusMessage), "created_at": .text(upstream.createdAt),
                        "updated_at": .string("\(now)"),
                    ],
                ]
            } else {
                guard calendar.status != "unknown" else { continue }
                word = [
                    "event": "calendar.connection_deleted",
                    "data": [
                        "calendar_id": .string(id), "calendar_platform": .string(calendar.provider.rawValue),
                        "deleted_at": .string("\(now)"),
                    ],
                ]
            }
            if try await store(word, account: account.id, mark: nil) { found += 1 }
        }
        return found
    }

    /// Changes of events. v2: the record of changes is filled, and tells what differs. v1: what upstream changed since.
    private func changes(_ account: Account, _ api: any CalendarAPI, since: Timestamp) async throws {
        let now = clock.now
        try await database.write { tx in
            for calendar in try CalendarStore.live(account: account.id, version: .v2, in: tx) {
                try JobQueue.add(.fillCalendar, calendar.tenant, calendar.rowID, at: now, in: tx)
            }
        }
        wakeJobs()
        guard api.version == .v1 else { return }
        for calendar in try await database.read({ try CalendarStore.live(account: account.id, version: .v1, in: $0) }) {
            guard let id = calendar.calendarID else { continue }
            var filter = EventFilter()
            filter.updatedGTE = "\(since)"
            let events = try await api.events(id, filter, cursor: nil).events
            let times = events.compactMap { $0.updatedAt.flatMap { Timestamp(rfc3339: $0) } }
            guard let earliest = times.min(), let latest = times.max() else { continue }
            let word: JSON = [
                "event": "calendar.sync_events",
                "data": [
                    "calendar_id": .string(id), "last_updated_ts": .string("\(earliest)"),
                    "affected_event_uuids": .array(events.map { .string($0.id) }),
                ],
            ]
            _ = try await store(word, account: account.id, mark: "changes/\(id)/\(latest.milliseconds)")
        }
    }

    // MARK: - what was missed

    /// How a message made here is found again, so that it is made once, and its webhook, if it comes after all, is the
    /// same message.
    static func source(_ mark: String) -> String { "reconciled/\(mark)" }

    /// Whether the end that this webhook tells of was found out and told before it came.
    static func hasTold(
        _ given: MeetingBaaS.Notification, account: String, in tx: any Transaction
    ) throws -> Bool {
        guard let bot = given.botID, Bot.State(event: given.event, code: nil)?.isFinal ?? false else { return false }
        let source = MessageStore.Source(account: account, id: source("bot/\(bot)"), bodyHash: nil)
        return try MessageStore.isDuplicate(source, at: Timestamp(milliseconds: 0), in: tx)
    }

    /// - Returns: whether a message was made of it.
    private func store(_ word: JSON, account: String, mark: String?) async throws -> Bool {
        guard let given = MeetingBaaS.Notification(word.bytes) else { return false }
        let (binder, now) = (self.binder, clock.now)
        let source = MessageStore.Source(account: account, id: mark.map { Self.source($0) }, bodyHash: nil)
        let isNew = try await database.write { tx in
            if try MessageStore.isDuplicate(source, at: now, in: tx) { return false }
            guard let owner = try binder.owner(given, account: account, in: tx) else { return false }
            var message = binder.message(given, owner, id: Identifier.make(.message), at: now)
            message.isReconciled = true
            try MessageStore.insert(message, source: source, in: tx)
            if let bot = given.botID,
                let callback = try BotOrderStore.endpoint(owner.tenant, account: account, bot: bot, in: tx),
                try EndpointStore.target(owner.tenant, callback, in: tx) != nil
            {
                let active = try TenantStore.find(id: owner.tenant, in: tx)?.status == .active
                try DeliveryStore.insert(
                    owner.tenant, message: message.id, endpoint: callback, held: !active, at: now, in: tx)
            }
            try binder.note(given, owner, account: account, at: now, in: tx)
            return true
        }
        if isNew { metrics.count(.webhooks, "reconciled") }
        return isNew
    }
}

extension AccountStore {
    /// Tenants with an account of their own.
    static func owners(in tx: any Transaction) throws -> [String] {
        try tx.run("SELECT tenant_id FROM accounts ORDER BY tenant_id").map { try $0.text("tenant_id") }
    }

    /// Whether anything here lives in it.
    static func isUsed(_ account: String, in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT bot_id FROM bots WHERE account_id = \(account) LIMIT 1") != nil
            || tx.first("SELECT marker FROM bot_orders WHERE account_id = \(account) LIMIT 1") != nil
            || tx.first("SELECT row_id FROM calendars WHERE account_id = \(account) AND deleted_at IS NULL LIMIT 1")
                != nil
    }

    static func reconciledAt(_ account: String, in tx: any Transaction) throws -> Timestamp? {
        try tx.first("SELECT reconciled_at FROM account_states WHERE account_id = \(account)")?
            .optionalInteger("reconciled_at").map { Timestamp(milliseconds: $0) }
    }

    static func setReconciled(_ account: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO account_states (account_id, reconciled_at) VALUES (\(account), \(now.milliseconds))
            ON CONFLICT (account_id) DO UPDATE SET reconciled_at = excluded.reconciled_at
            """)
    }
}
