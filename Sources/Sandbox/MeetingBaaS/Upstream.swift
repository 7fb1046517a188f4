import Synchronization

/// Meeting BaaS's memory, and what both versions of its API do with it.
final class Upstream: Sendable {
    struct Account: Sendable {
        var settings: SandboxAccount
        /// v1's integer `account_id`.
        let number: Int
        /// The key whose account this is a second key of.
        var teamOf: String?
    }

    struct State {
        var accounts: [String: Account] = [:]
        var calendars: [String: CalendarRecord] = [:]
        var bots: [String: BotRecord] = [:]
        var scheduled: [String: ScheduledRecord] = [:]
        var zoom: [String: ZoomRecord] = [:]
        /// Zoom's authorization codes that were redeemed: each works once.
        var zoomCodes: Set<String> = []
        var limits = Limits()
        /// The number of connections of each raw calendar: ids are never used twice, in any version and account.
        private var generations: [String: Int] = [:]
        private var last = Moment(milliseconds: 0)
        /// By account.
        var writes: [String: WriteWindow] = [:]
        /// v1: when each account deleted data, of the last minute.
        var deletions: [String: [Moment]] = [:]

        /// Now, and later than every time given before: change times have to differ.
        mutating func tick() -> Moment {
            last = max(.now, Moment(milliseconds: last.milliseconds + 1))
            return last
        }

        /// The first events of a calendar made of `raw` now.
        mutating func seeds(_ raw: RawCalendar, _ platform: Platform, _ now: Moment) -> [String: CalendarEvent] {
            let key = [platform.rawValue, raw.email, raw.id].joined(separator: " ")
            let generation = generations[key, default: 0]
            generations[key] = generation + 1
            return Seeds.events(of: raw, platform: platform, generation: generation, now: now)
        }

        /// The account of a key; nil if none has it.
        func account(of key: String) -> String? { accounts[key].map { $0.teamOf ?? key } }

        func calendars(of account: String, _ version: APIVersion) -> [CalendarRecord] {
            calendars.values.filter { $0.account == account && $0.version == version }
                .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        }

        func calendar(_ id: String, of account: String, _ version: APIVersion) -> CalendarRecord? {
            guard let calendar = calendars[id.lowercased()], calendar.account == account, calendar.version == version
            else { return nil }
            return calendar
        }
    }

    /// Why credentials were not taken.
    enum Problem: Error {
        /// The token endpoint refused.
        case refresh(String)
        /// The grant does not reach calendars.
        case scope
        /// The account has no such calendar.
        case calendar
    }

    let state: Mutex<State>
    let outbox: Outbox
    let addresses: Addresses
    private let google: any CalendarProvider
    private let microsoft: any CalendarProvider

    init(
        accounts: [SandboxAccount], google: any CalendarProvider, microsoft: any CalendarProvider, outbox: Outbox,
        addresses: Addresses
    ) {
        var state = State()
        for account in accounts {
            state.accounts[account.apiKey] = Account(settings: account, number: state.accounts.count + 1)
        }
        self.state = Mutex(state)
        self.google = google
        self.microsoft = microsoft
        self.outbox = outbox
        self.addresses = addresses
    }

    /// Refreshes as Meeting BaaS does on list-raw, create, PATCH and sync. Returns the credentials to keep.
    func access(_ platform: Platform, _ credentials: CalendarRecord.Credentials) throws(Problem)
        -> (access: Access, credentials: CalendarRecord.Credentials)
    {
        let provider = platform == .google ? google : microsoft
        let access: Access
        do {
            access = try provider.access(
                refreshToken: credentials.refreshToken, clientID: credentials.clientID,
                clientSecret: credentials.clientSecret, tenant: credentials.tenant)
        } catch {
            throw .refresh(error.reason)
        }
        guard provider.mayReadCalendars(access.scopes) else { throw .scope }
        var kept = credentials
        kept.refreshToken = access.refreshToken
        return (access, kept)
    }

    /// The raw calendar with that id; `primary` and nil mean the primary one.
    func raw(_ id: String?, of email: String, at platform: Platform) throws(Problem) -> RawCalendar {
        let calendars = People.calendars(of: email, at: platform)
        let found = calendars.first { id == nil || id == "primary" ? $0.isPrimary : $0.id == id }
        guard let found else { throw .calendar }
        return found
    }

    /// Stores a new calendar with its initial sync; nil when the same provider calendar is connected already and
    /// duplicates are refused (v2: "already connected in the team").
    func connect(
        _ platform: Platform, _ credentials: CalendarRecord.Credentials, raw: RawCalendar, account: String,
        version: APIVersion
    ) -> CalendarRecord? {
        state.withLock { state in
            let twin = state.calendars(of: account, version).contains { $0.platform == platform && $0.raw.id == raw.id }
            guard version == .v1 || !twin else { return nil }
            let now = state.tick()
            let calendar = CalendarRecord(
                id: Identifiers.uuid(), account: account, version: version, platform: platform, email: raw.email,
                raw: raw, credentials: credentials, syncedAt: now, createdAt: now, updatedAt: now,
                subscriptionExpiresAt: now.adding(Upstream.subscriptionSeconds(platform)),
                events: state.seeds(raw, platform, now))
            state.calendars[calendar.id] = calendar
            return calendar
        }
    }

    /// Google's channels live seven days, Microsoft's subscriptions three (facts 4.5).
    static func subscriptionSeconds(_ platform: Platform) -> Int { (platform == .google ? 7 : 3) * 86400 }

    /// Changes a calendar in place; nil when it is gone.
    @discardableResult
    func update(_ id: String, _ change: (inout CalendarRecord, Moment) -> Void) -> CalendarRecord? {
        state.withLock { state in
            guard var calendar = state.calendars[id] else { return nil }
            let now = state.tick()
            change(&calendar, now)
            calendar.updatedAt = now
            state.calendars[id] = calendar
            return calendar
        }
    }

    /// Sets a calendar's status and, on v2, sends a webhook if it changed (facts 4.3).
    @discardableResult
    func setStatus(_ id: String, _ status: String, _ message: String?) -> CalendarRecord? {
        let before = state.withLock { $0.calendars[id]?.status }
        let after = update(id) { calendar, _ in
            calendar.status = status
            calendar.statusMessage = message
            calendar.syncStatus = status == "active" ? "success" : "failed"
        }
        if let after, after.version == .v2, before != status {
            outbox.send(V2Messages.connectionUpdated(after), of: after)
        }
        return after
    }
}
