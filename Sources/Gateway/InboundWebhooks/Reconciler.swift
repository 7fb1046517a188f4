import JSONValue
import Logging
import MeetingBaaS
import OAuth
import ServiceLifecycle
import SQL
import Synchronization

/// Recovers webhooks of Meeting BaaS that did not arrive. Meeting BaaS retries a webhook for about three hours and then
/// drops it (facts/webhooks.md 0.1); a longer outage, or a wrong secret, would lose events for ever.
///
/// It asks each account for the bots that ended, for the calendars' states, and has the record of changes filled; what
/// was missed becomes a message marked `reconciled`. It runs at start, after a run of refused signatures, and every
/// quarter of an hour. Of several replicas one asks for all accounts, and each for those that it suspects.
final class Reconciler: Service {
    private let database: any Database
    private let replica: Replica
    private let leases: ObjectLeases
    private let clock: GatewayClock
    private let accounts: AccountDirectory
    private let upstream: Upstream
    private let missed: MissedMessages
    private let logger: Logger
    private let signal = WakeSignal()
    private let state = Mutex(State())

    private static let every = Duration.seconds(900)
    /// After a round that failed, or left something for later.
    private static let soon = Duration.seconds(60)
    /// Seconds since the last whole round after which something may have been missed.
    private static let late = 2_700.0
    /// Refused webhooks of an account in a row that make it suspect; and seconds between two rounds for that reason.
    private static let (refusals, quiet) = (5, 900.0)
    /// Bots that ended within `grace` may still get their webhook. After `timeout` a final webhook that cannot be
    /// fetched is given up. Seconds.
    private static let (grace, timeout) = (300.0, 3 * 3_600.0)
    /// The period that is reconciled: in the first run, beyond the last run, and at most. Seconds.
    private static let (first, overlap, most) = (86_400.0, 3_600.0, 7 * 86_400.0)

    /// The result of a step, or of a round of them.
    private struct Found {
        var messages = 0
        /// False when something was left for later.
        var isWhole = true
        /// True if a list could not be read.
        var hasFailed = false
    }

    init(
        replica: Replica, clock: GatewayClock, accounts: AccountDirectory, upstream: Upstream,
        webhookIntake: WebhookIntake, logger: Logger
    ) {
        database = webhookIntake.database
        self.replica = replica
        leases = ObjectLeases(.account, database: database, replica: replica)
        self.clock = clock
        self.accounts = accounts
        self.upstream = upstream
        missed = MissedMessages(clock: clock, webhookIntake: webhookIntake)
        self.logger = logger
    }

    /// A webhook of the account was taken, or refused for its signature. After a run of refusals the first that is
    /// taken shows that the secret fits again: then is the moment to ask.
    func recordVerification(_ account: String, accepted: Bool) {
        let asks = state.withLock { state in
            guard accepted else {
                state.refused[account, default: 0] += 1
                return false
            }
            guard let run = state.refused.removeValue(forKey: account), run >= Self.refusals else { return false }
            let now = clock.now
            guard state.suspectedAt[account].map({ now.seconds(since: $0) >= Self.quiet }) ?? true else {
                return false
            }
            state.suspectedAt[account] = now
            state.suspects.insert(account)
            state.done = state.done.filter { $0.account != account }
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
                    let isOurs = await self.hasRole()
                    again = isOurs ? await self.reconcile(await self.all()) : []
                    everybody = .now + (isOurs ? Self.every : Self.soon)
                    pause = Self.soon
                } else {
                    // Those that are suspect, or left something over, alone.
                    let suspects = self.state.withLock { $0.suspects }
                    let left = await self.reconcile(again.union(suspects))
                    pause = left.isEmpty ? Self.soon : min(pause * 2, Self.every)
                    again = left
                }
                let remaining = everybody - .now
                await self.signal.wait(upTo: max(again.isEmpty ? remaining : min(remaining, pause), .zero))
            }
        }
    }

    private func hasRole() async -> Bool {
        do {
            return try await replica.has(.reconciler)
        } catch {
            logger.error("the reconciler's role cannot be taken", metadata: ["error": "\(type(of: error))"])
            return false
        }
    }

    private func all() async -> Set<String> {
        do {
            let ids = Set(try await database.read { try AccountStore.owners(in: $0) }).union([Account.sharedID])
            state.withLock { $0.forgetAccounts(except: ids) }
            return ids
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
            state.withLock { _ = $0.suspects.remove(id) }
            do {
                if try await !leases.withLease(id, { try await reconcile(account) }) { left.insert(id) }
            } catch {
                left.insert(id)
                report(error, "reconciling an account failed, will be tried again", of: id)
            }
        }
        return left
    }

    private func report(_ error: any Error, _ message: Logger.Message, of account: String, _ more: String? = nil) {
        let kind = (error as? UpstreamError)?.kind ?? "\(type(of: error))"
        var metadata: Logger.Metadata = ["account.id": .string(account), "error": .string(kind)]
        if let more { metadata["object.id"] = .string(more) }
        logger.warning(message, metadata: metadata)
    }

    /// - Returns: false when something was left for later.
    private func reconcile(_ account: Account) async throws -> Bool {
        let now = clock.now
        let (last, versions) = try await database.read { tx in
            (try AccountStore.reconciledAt(account.id, in: tx), try AccountVersions.used(in: account.id, tx))
        }
        let from = last.map { $0.adding(seconds: -Self.overlap) } ?? now.adding(seconds: -Self.first)
        let since = max(from, now.adding(seconds: -Self.most))
        // One calendar that never answers must not have the whole account asked about a week for ever.
        let isOverdue = last.map { now.seconds(since: $0) > Self.timeout } ?? false
        // Another replica has asked while this one did not, or it has failed all the while.
        let mayHaveMissed = replica.startedAlone || last.map { now.seconds(since: $0) > Self.late } ?? true
        var round = Found()
        // Unused versions are skipped.
        for version in versions {
            let api = upstream.api(for: account.speaking(version), tenant: "reconciler")
            for kind in [Step.Kind.bots, .calendars, .changes] {
                let step = Step(account: account.id, version: version, kind: kind)
                let found = try await run(step, account, api, since: since, mayHaveMissed: mayHaveMissed)
                round.messages += found.messages
                round.hasFailed = round.hasFailed || found.hasFailed
                round.isWhole = round.isWhole && (found.isWhole || kind == .changes && isOverdue)
            }
        }
        if round.isWhole { try await database.write { try AccountStore.setReconciled(account.id, at: now, in: $0) } }
        if round.messages > 0 {
            logger.notice(
                "webhooks had been missed",
                metadata: ["account.id": .string(account.id), "messages": .stringConvertible(round.messages)])
        }
        return round.isWhole && !round.hasFailed
    }

    private func run(
        _ step: Step, _ account: Account, _ api: any CalendarAPI, since: Timestamp, mayHaveMissed: Bool
    ) async throws -> Found {
        let isThorough = state.withLock { $0.isThorough(step, mayHaveMissed: mayHaveMissed) }
        do {
            let found: Found
            switch step.kind {
            case .bots: found = try await bots(account, api, since: since, ignoringGracePeriod: isThorough)
            case .calendars: found = Found(messages: try await calendars(account, api))
            case .changes:
                found = isThorough ? Found(messages: try await changes(account, api, since: since)) : Found()
            }
            state.withLock { _ = $0.done.insert(step) }
            return found
        } catch {
            try Task.checkCancellation()
            report(error, "a list cannot be reconciled, will be tried again", of: account.id, "\(step.kind)")
            return Found(isWhole: false, hasFailed: true)
        }
    }

    // MARK: - what is asked

    /// Bots that ended without a final webhook. An error of one does not affect the others.
    private func bots(
        _ account: Account, _ api: any CalendarAPI, since: Timestamp, ignoringGracePeriod: Bool
    ) async throws -> Found {
        let ended = try await api.endedBots(since: since)
        // Of a list that is too long the newest were seen; going on from the same place would read the same again.
        if !ended.isWhole {
            logger.warning("too many bots ended to ask for all", metadata: ["account.id": .string(account.id)])
        }
        var found = Found()
        let settled = clock.now.adding(seconds: -Self.grace)
        for bot in ended.bots {
            if !ignoringGracePeriod, let time = bot.endedAt, time > settled { continue }
            do {
                switch try await reconcile(bot, account, api) {
                case .published: found.messages += 1
                case .unready: if isRecent(bot) { found.isWhole = false }
                case .nothing: break
                }
            } catch UpstreamError.notFound {
                // Its data are deleted, so there is nothing to publish.
            } catch {
                try Task.checkCancellation()
                report(error, "a bot's end cannot be asked for", of: account.id, bot.id)
                // A tenant without room for it gets it once there is room, however old it is.
                if isRecent(bot) || (error as? Problem)?.code == .storageUnavailable { found.isWhole = false }
            }
        }
        return found
    }

    private enum End { case nothing, published, unready }

    private func reconcile(_ bot: EndedBot, _ account: Account, _ api: any CalendarAPI) async throws -> End {
        guard let probe = Self.probe(bot) else { return .nothing }
        switch try await missed.state(of: bot.id, probe, account: account.id, version: api.version) {
        case .published, .unowned: return .nothing
        case .missing: break
        // A quarantined webhook may contain its end; the bot's list names the owner.
        case .quarantined:
            switch try await missed.attributeQuarantined(of: bot.id, probe, account: account.id) {
            case .end: return .published
            case .more: return .unready
            case .noEnd: break
            }
        }
        guard let payload = try await api.finalWebhook(of: bot) else { return .unready }
        return try await store(payload, account: account.id, dedupKey: Self.dedupKey(bot.id, payload))
            ? .published : .nothing
    }

    private func isRecent(_ bot: EndedBot) -> Bool {
        bot.endedAt.map { clock.now.seconds(since: $0) < Self.timeout } ?? false
    }

    private static func dedupKey(_ bot: String, _ payload: JSON) -> String {
        "bot/\(bot)/\(payload["event"]?.stringValue ?? "")"
    }

    /// Calendars whose state differs from Meeting BaaS's (v2; v1 has no state).
    private func calendars(_ account: Account, _ api: any CalendarAPI) async throws -> Int {
        guard api.version == .v2 else { return 0 }
        let changes = MissedCalendarChanges(database: database, clock: clock, grace: Self.grace)
        return try await changes.count(account.id, api) { calendar, payload in
            do {
                return try await store(payload, account: account.id, dedupKey: nil)
            } catch {
                // It is compared again in the next round.
                try Task.checkCancellation()
                report(error, "a calendar cannot be reconciled", of: account.id, calendar.publicID)
                return false
            }
        }
    }

    /// Changes of events. v2: a backfill of the change log publishes the differences. v1: the events that upstream
    /// changed since.
    private func changes(_ account: Account, _ api: any CalendarAPI, since: Timestamp) async throws -> Int {
        let now = clock.now
        var found = 0
        let live = LiveCalendars(database: database, account: account.id, version: api.version)
        guard api.version == .v1 else {
            for try await page in live { try await queueBackfills(page, at: now) }
            return 0
        }
        var failed: (any Error)?
        for try await page in live {
            for calendar in page {
                do {
                    if try await changes(calendar, api, since: since) { found += 1 }
                } catch UpstreamError.notFound {
                    // It is gone there.
                } catch {
                    try Task.checkCancellation()
                    report(error, "a calendar's changes cannot be asked for", of: account.id, calendar.publicID)
                    failed = error
                }
            }
        }
        if let failed { throw failed }
        return found
    }

    private func queueBackfills(_ calendars: [ConnectedCalendar], at now: Timestamp) async throws {
        for some in calendars.pages(of: 100) {
            try await BackgroundWrites(database: database).write { tx in
                // One that was erased meanwhile has nothing to be filled.
                for calendar in some where try CalendarStore.isLive(calendar.tenant, rowID: calendar.rowID, in: tx) {
                    try JobStore.add(FillCalendarJob.kind, calendar.tenant, calendar.rowID, at: now, in: tx)
                }
            }
        }
    }

    /// v1: what upstream changed in one calendar since.
    /// - Returns: whether a message was made of it.
    private func changes(_ calendar: ConnectedCalendar, _ api: any CalendarAPI, since: Timestamp) async throws -> Bool {
        guard let id = calendar.calendarID else { return false }
        var filter = EventFilter()
        filter.updatedGTE = "\(since)"
        let events = try await api.allEvents(id, filter)
        let times = events.compactMap { $0.updatedAt.flatMap { Timestamp(rfc3339: $0) } }
        guard let earliest = times.min(), let latest = times.max() else { return false }
        let payload: JSON = [
            "event": "calendar.sync_events",
            "data": [
                "calendar_id": .string(id), "last_updated_ts": .string("\(earliest)"),
                "affected_event_uuids": .array(events.map { .string($0.id) }),
            ],
        ]
        return try await store(payload, account: calendar.accountID, dedupKey: "changes/\(id)/\(latest.milliseconds)")
    }

    private func store(_ payload: JSON, account: String, dedupKey: String?) async throws -> Bool {
        try await missed.store(payload, account: account, dedupKey: dedupKey)
    }
}
