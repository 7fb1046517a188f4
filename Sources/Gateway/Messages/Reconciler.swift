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
    private let signal = WakeSignal()
    private let state = Mutex(State())

    private static let every = Duration.seconds(900)
    /// After a round that failed, or left something for later.
    private static let soon = Duration.seconds(60)
    /// Refused webhooks of an account in a row that make it suspect; and seconds between two rounds for that reason.
    private static let (refusals, quiet) = (5, 900.0)
    /// What ended so lately is still being told; and after so long what cannot be told is given up. Seconds.
    private static let (grace, patience) = (300.0, 3 * 3_600.0)
    /// How far back it looks: at the first time, beyond the last time, and at the most. Seconds.
    private static let (first, overlap, most) = (86_400.0, 3_600.0, 7 * 86_400.0)
    /// A webhook that comes so late after its bot's end was told is a message of its own: somebody asked for it. Seconds.
    private static let lateness = 6 * 3_600.0

    private struct State {
        var refused: [String: Int] = [:]
        /// Accounts whose webhooks may have been lost: everything is asked, with no grace.
        var suspects: Set<String> = []
        /// When an account was suspected last.
        var suspectedAt: [String: Timestamp] = [:]
        /// Accounts that were asked for everything since the start.
        var asked: Set<String> = []
    }

    init(
        database: any Database, clock: GatewayClock, accounts: AccountDirectory, upstream: Upstream,
        binder: MessageBinder, metrics: Metrics, logger: Logger
    ) {
        self.database = database
        self.clock = clock
        self.accounts = accounts
        self.upstream = upstream
        self.binder = binder
        self.metrics = metrics
        self.logger = logger
    }

    /// A webhook of the account was taken, or refused for its signature. After a run of refusals the first that is
    /// taken shows that the secret fits again: then is the moment to ask.
    func heard(_ account: String, accepted: Bool) {
        let now = clock.now
        let asks = state.withLock { state in
            guard accepted else {
                state.refused[account, default: 0] += 1
                return false
            }
            guard let run = state.refused.removeValue(forKey: account), run >= Self.refusals,
                state.suspectedAt[account].map({ now.seconds(since: $0) >= Self.quiet }) ?? true
            else { return false }
            state.suspectedAt[account] = now
            state.suspects.insert(account)
            return true
        }
        if asks { signal.wake() }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var everybody = ContinuousClock.now
            var (again, pause): (Set<String>, Duration) = ([], Self.soon)
            while !Task.isCancelled {
                if .now >= everybody {
                    again = await self.reconcile(await self.all())
                    everybody = .now + Self.every
                    pause = Self.soon
                } else {
                    // Those that are suspect, or left something over, alone.
                    let suspects = self.state.withLock { $0.suspects }
                    let left = await self.reconcile(again.union(suspects))
                    pause = left.isEmpty ? Self.soon : min(pause * 2, Self.every)
                    again = left
                }
                let rest = everybody - .now
                await self.signal.wait(upTo: max(again.isEmpty ? rest : min(rest, pause), .zero))
            }
        }
    }

    private func all() async -> Set<String> {
        do {
            return Set(try await database.read { try AccountStore.owners(in: $0) }).union([Account.sharedID])
        } catch {
            logger.error("accounts cannot be read", metadata: ["error": "\(type(of: error))"])
            return [Account.sharedID]
        }
    }

    /// - Returns: the accounts that are worth asking again soon.
    private func reconcile(_ ids: Set<String>) async -> Set<String> {
        var left: Set<String> = []
        for id in ids where !Task.isCancelled {
            guard let account = try? await accounts.account(id: id) else { continue }
            let thorough = state.withLock { $0.suspects.contains(id) || !$0.asked.contains(id) }
            do {
                if try await !reconcile(account, thorough: thorough) { left.insert(id) }
                state.withLock { state in
                    state.suspects.remove(id)
                    state.asked.insert(id)
                }
            } catch {
                left.insert(id)
                let kind = (error as? UpstreamFault)?.kind ?? "\(type(of: error))"
                logger.warning(
                    "reconciling an account failed, will be tried again",
                    metadata: ["account.id": .string(id), "error": .string(kind)])
            }
        }
        return left
    }

    /// - Returns: false when something was left for later.
    private func reconcile(_ account: Account, thorough: Bool) async throws -> Bool {
        let now = clock.now
        let (last, versions) = try await database.read { tx in
            (try AccountStore.reconciledAt(account.id, in: tx), try AccountStore.versions(account.id, in: tx))
        }
        let from = last.map { $0.adding(seconds: -Self.overlap) } ?? now.adding(seconds: -Self.first)
        let since = max(from, now.adding(seconds: -Self.most))
        // A version that nobody uses is not asked.
        var (found, isWhole) = (0, true)
        for version in versions {
            let api = upstream.api(for: account.speaking(version), tenant: "reconciler")
            let (bots, allSeen) = try await bots(account, api, since: since, graceless: thorough)
            found += bots + (try await calendars(account, api))
            isWhole = isWhole && allSeen
            if thorough { found += try await changes(account, api, since: since) }
        }
        if isWhole { try await database.write { try AccountStore.setReconciled(account.id, at: now, in: $0) } }
        if found > 0 {
            logger.notice(
                "webhooks had been missed",
                metadata: ["account.id": .string(account.id), "messages": .stringConvertible(found)])
        }
        return isWhole
    }

    // MARK: - what is asked

    /// Bots that ended without a word of it here.
    /// - Returns: how many, and whether all could be asked about.
    private func bots(
        _ account: Account, _ api: any CalendarAPI, since: Timestamp, graceless: Bool
    ) async throws -> (found: Int, isWhole: Bool) {
        let ended = try await api.endedBots(since: since)
        // Of a list that is too long the newest were seen; going on from the same place would read the same again.
        if !ended.isWhole {
            logger.warning("too many bots ended to ask for all", metadata: ["account.id": .string(account.id)])
        }
        var (found, isWhole) = (0, true)
        let settled = clock.now.adding(seconds: -Self.grace)
        for bot in ended.bots {
            if !graceless, let time = bot.endedAt, time > settled { continue }
            let probe = Self.probe(bot)
            let isMissing = try await database.read { [binder] tx in
                guard try !MessageStore.hasEnd(of: bot.id, account: account.id, in: tx) else { return false }
                return try probe.flatMap { try binder.owner($0, account: account.id, in: tx) } != nil
            }
            guard isMissing else { continue }
            let isRecent = bot.endedAt.map { clock.now.seconds(since: $0) < Self.patience } ?? false
            do {
                guard let word = try await api.lastWord(of: bot) else {
                    if isRecent { isWhole = false }
                    continue
                }
                if try await store(word, account: account.id, mark: Self.mark(bot.id, word)) { found += 1 }
            } catch UpstreamFault.notFound {
                // Its data are deleted: there is nothing to tell any more.
            } catch let fault as UpstreamFault {
                logger.warning(
                    "a bot's end cannot be asked for",
                    metadata: ["account.id": .string(account.id), "error": .string(fault.kind)])
                if isRecent { isWhole = false }
            }
        }
        return (found, isWhole)
    }

    private static func mark(_ bot: String, _ word: JSON) -> String { "bot/\(bot)/\(word["event"]?.stringValue ?? "")" }

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
    private func changes(_ account: Account, _ api: any CalendarAPI, since: Timestamp) async throws -> Int {
        let now = clock.now
        var found = 0
        guard api.version == .v1 else {
            try await database.write { tx in
                for calendar in try CalendarStore.live(account: account.id, version: .v2, in: tx) {
                    try JobQueue.add(.fillCalendar, calendar.tenant, calendar.rowID, at: now, in: tx)
                }
            }
            return 0
        }
        for calendar in try await database.read({ try CalendarStore.live(account: account.id, version: .v1, in: $0) }) {
            guard let id = calendar.calendarID else { continue }
            var filter = EventFilter()
            filter.updatedGTE = "\(since)"
            let events = try await api.allEvents(id, filter)
            let times = events.compactMap { $0.updatedAt.flatMap { Timestamp(rfc3339: $0) } }
            guard let earliest = times.min(), let latest = times.max() else { continue }
            let word: JSON = [
                "event": "calendar.sync_events",
                "data": [
                    "calendar_id": .string(id), "last_updated_ts": .string("\(earliest)"),
                    "affected_event_uuids": .array(events.map { .string($0.id) }),
                ],
            ]
            if try await store(word, account: account.id, mark: "changes/\(id)/\(latest.milliseconds)") { found += 1 }
        }
        return found
    }

    // MARK: - what was missed

    /// How a message made here is found again, so that it is made once, and its webhook, if it comes after all, is the
    /// same message.
    static func source(_ mark: String) -> String { "reconciled/\(mark)" }

    /// Whether the end that this webhook tells of was found out and told before it came, a few hours ago at most.
    /// - Parameter since: when a callback was ordered: what was told before that, it is to tell once more.
    static func hasTold(
        _ given: MeetingBaaS.Notification, account: String, since: Timestamp? = nil, at now: Timestamp,
        in tx: any Transaction
    ) throws -> Bool {
        guard let bot = given.botID, MessageStore.finalTypes.contains(given.event) else { return false }
        let source = MessageStore.Source(account: account, id: source("bot/\(bot)/\(given.event)"), bodyHash: nil)
        let age = since.map { now.seconds(since: $0) } ?? lateness
        return try MessageStore.isDuplicate(source, within: min(age, lateness), at: now, in: tx)
    }

    /// - Returns: whether a message was made of it.
    private func store(_ word: JSON, account: String, mark: String?) async throws -> Bool {
        guard let given = MeetingBaaS.Notification(word.bytes) else { return false }
        let (binder, now) = (self.binder, clock.now)
        let source = MessageStore.Source(account: account, id: mark.map { Self.source($0) }, bodyHash: nil)
        let isNew = try await database.write { tx in
            if try MessageStore.isDuplicate(source, at: now, in: tx) { return false }
            // Its webhook may have come while upstream was asked.
            if let bot = given.botID, try MessageStore.hasEnd(of: bot, account: account, in: tx) { return false }
            guard let owner = try binder.owner(given, account: account, in: tx) else { return false }
            var message = MessageBinder.Content(given, id: Identifier.make(.message), at: now)
                .message(of: owner, account: account)
            message.isReconciled = true
            // The tenant's own account has no room for it now: it is asked for again later.
            try MessageTrimming.check(message.data.utf8.count, account: account, in: tx)
            try MessageStore.insert(message, source: source, in: tx)
            if let bot = given.botID,
                let callback = try BotOrderStore.endpoint(owner.tenant, account: account, bot: bot, in: tx),
                try EndpointStore.target(owner.tenant, callback, in: tx) != nil,
                try !MessageStore.hasEnd(of: bot, at: callback, in: tx)
            {
                let active = try TenantStore.isActive(owner.tenant, in: tx)
                try DeliveryStore.insert(message, for: callback, held: !active, at: now, in: tx)
            }
            try binder.note(given, owner, account: account, at: now, in: tx)
            return true
        }
        if isNew { metrics.count(.webhooks, "reconciled") }
        return isNew
    }
}
