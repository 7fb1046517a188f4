import HTTPTransport
import JSONValue
import Logging
import OAuth
import Sealing
import SQL
import Synchronization

@testable import Gateway
@testable import MeetingBaaS

/// Time that the test moves; each look at it takes a millisecond.
final class MovedClock: Sendable {
    private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
    func now() -> Timestamp {
        time.withLock { time in
            time = Timestamp(milliseconds: time.milliseconds + 1)
            return time
        }
    }
    func move(seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// Meeting BaaS as far as calendars go, in memory: which call made which calendar is known here.
final class SimulatedMeetingBaaS: Sendable {
    /// The user and tenant for whom a call is made.
    struct Maker: Hashable, Sendable {
        let tenant: String
        let user: String
        let raw: String
    }

    struct Made: Sendable {
        let maker: Maker?
        let team: String
        let version: APIVersion
        let calendar: UpstreamCalendar
    }

    /// The outcome of a call.
    enum Behaviour: CaseIterable, Sendable {
        case prompt, slow, lost, failed, failedAfterwards, late, sentTwice, refused
    }

    private struct State {
        var made: [String: Made] = [:]
        var late: [Made] = []
        var deleted: [Made] = []
        var listsFail = 0
        var holdsReplies = false
    }
    private let state = Mutex(State())
    let clock: MovedClock
    init(clock: MovedClock) { self.clock = clock }

    var calendars: [Made] { state.withLock { Array($0.made.values) } }
    var deleted: [Made] { state.withLock { $0.deleted } }
    func maker(of id: String) -> Maker? { state.withLock { $0.made[id]?.maker } }
    func failLists(_ times: Int) { state.withLock { $0.listsFail = times } }
    /// Keeps the replies of slow calls back until it is called with false.
    func holdReplies(_ isHolding: Bool) { state.withLock { $0.holdsReplies = isHolding } }

    /// Finishes the calls that are still in progress.
    func finishLateCalls() {
        state.withLock { state in
            for made in state.late {
                let now = make(
                    made.maker, raw: made.maker?.raw ?? "", platform: made.calendar.platform ?? "",
                    email: made.calendar.email ?? "", team: made.team, made.version)
                Self.add(now, &state)
            }
            state.late = []
        }
    }

    /// Version 2 refuses a second one of a team; version 1 makes it.
    @discardableResult
    private static func add(_ made: Made, _ state: inout State) -> Bool {
        let twin = state.made.values.contains {
            $0.team == made.team && $0.version == made.version && $0.maker?.raw == made.maker?.raw
        }
        guard made.version == .v1 || !twin else { return false }
        state.made[made.calendar.id] = made
        return true
    }

    func make(
        _ maker: Maker?, raw: String, platform: String, email: String, team: String, _ version: APIVersion
    ) -> Made {
        let isV1 = version == .v1
        return Made(
            maker: maker, team: team, version: version,
            calendar: UpstreamCalendar(
                id: newUUID(), rawCalendarID: isV1 ? raw : nil, name: nil, email: email,
                platform: isV1 ? nil : platform, status: isV1 ? nil : "active", statusMessage: nil, syncStatus: nil,
                syncedAt: nil, createdAt: isV1 ? nil : "\(clock.now())"))
    }

    /// Makes one outside the gateway.
    func add(_ made: Made) { state.withLock { _ = Self.add(made, &$0) } }

    /// One creating call.
    func create(_ wish: Made, _ behaviour: Behaviour, pause: Duration) async throws -> UpstreamCalendar {
        // The order in which calls end is what the test shuffles.
        try? await Task.sleep(for: pause)
        func perform() throws -> UpstreamCalendar {
            guard state.withLock({ Self.add(wish, &$0) }) else { throw UpstreamError.conflict("EXISTS") }
            return wish.calendar
        }
        switch behaviour {
        case .prompt: return try perform()
        case .slow:
            let made = try perform()
            try? await Task.sleep(for: pause * 3)
            // A poll: the test says when the reply may come.
            while state.withLock(\.holdsReplies) { try? await Task.sleep(for: .milliseconds(2)) }
            return made
        case .lost:
            _ = try perform()
            throw UpstreamError.transport(.interrupted("lost"))
        case .failedAfterwards:
            _ = try perform()
            throw UpstreamError.unavailable(status: 500)
        case .failed: throw UpstreamError.unavailable(status: 503)
        case .late:
            state.withLock { $0.late.append(wish) }
            throw UpstreamError.transport(.timeout)
        case .sentTwice:
            _ = try perform()
            // Version 1 makes a second one and answers with it.
            let second = make(
                wish.maker, raw: wish.maker?.raw ?? "", platform: wish.calendar.platform ?? "",
                email: wish.calendar.email ?? "", team: wish.team, wish.version)
            guard state.withLock({ Self.add(second, &$0) }) else { throw UpstreamError.conflict("EXISTS") }
            return second.calendar
        case .refused: throw UpstreamError.rejected(status: 400, code: "X", message: nil)
        }
    }

    fileprivate func list(_ team: String, _ version: APIVersion) throws -> [UpstreamCalendar] {
        try state.withLock { state in
            if state.listsFail > 0 {
                state.listsFail -= 1
                throw UpstreamError.unavailable(status: 503)
            }
            return state.made.values.filter { $0.team == team && $0.version == version }.map(\.calendar)
        }
    }

    fileprivate func remove(_ id: String, _ team: String, _ version: APIVersion) {
        state.withLock { state in
            guard let made = state.made[id], made.team == team, made.version == version else { return }
            state.made[id] = nil
            state.deleted.append(made)
        }
    }

    func api(team: String, _ version: APIVersion) -> any CalendarAPI {
        View(upstream: self, team: team, version: version)
    }

    /// The view of one key.
    private struct View: CalendarAPI {
        let upstream: SimulatedMeetingBaaS
        let team: String
        let version: APIVersion

        func allCalendars() async throws -> [UpstreamCalendar] { try upstream.list(team, version) }
        func calendar(_ id: String) async throws -> UpstreamCalendar {
            guard let found = try upstream.list(team, version).first(where: { $0.id == id }) else {
                throw UpstreamError.notFound
            }
            return found
        }
        func deleteCalendar(_ id: String) async throws -> Bool {
            upstream.remove(id, team, version)
            return true
        }

        func rawCalendars(_ grant: Grant) async throws -> [RawCalendar] { throw UpstreamError.notFound }
        func createCalendar(_ grant: Grant, rawCalendarID: String) async throws -> UpstreamCalendar {
            throw UpstreamError.notFound
        }
        func updateCalendar(_ id: String, _ grant: Grant) async throws {}
        func sync(_ id: String) async throws {}
        func events(_ calendarID: String, _ filter: EventFilter, cursor: String?) async throws -> EventPage {
            throw UpstreamError.notFound
        }
        func event(_ id: String, calendarID: String) async throws -> UpstreamEvent { throw UpstreamError.notFound }
        func schedule(_ target: BotTarget, _ bot: BotRequest) async throws {}
        func change(_ target: BotTarget, _ bot: BotRequest) async throws {}
        func cancel(_ target: BotTarget) async throws {}
        func botArtifacts(_ botID: String) async throws -> JSON { .null }
        func endedBots(since: Timestamp) async throws -> EndedBots { throw UpstreamError.notFound }
        func finalWebhook(of bot: EndedBot) async throws -> JSON? { nil }
    }
}

/// The gateway's own parts of creating calendars, over a simulated upstream.
struct AdoptionPlace: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let clock: MovedClock
    let upstream: SimulatedMeetingBaaS
    let adoption: CalendarAdoption
    let creator: CalendarCreator
    let watch: CalendarWatch
    let accounts: [String: Account]

    /// - Parameter teams: the team at Meeting BaaS of each account that is not the shared one.
    init(_ version: APIVersion, teams: [String: String] = [:]) async throws {
        let clock = MovedClock()
        let upstream = SimulatedMeetingBaaS(clock: clock)
        let gatewayClock = GatewayClock { clock.now() }
        let database = try await migratedDatabase()
        let tenantKeys = try await TenantKeys.open(database, master: try Keyring(current: .random()))
        var accounts: [String: Account] = [:]
        for id in [Account.sharedID] + teams.keys {
            accounts[id] = Account(id: id, version: version, apiKey: SecretBytes(id), webhookSecrets: [])
        }
        let known = accounts
        let own = Array(teams.keys)
        try await database.write { tx in
            for id in own {
                try TenantStore.insert(
                    Tenant(
                        id: id, slug: id.replacing("ten_", with: ""), name: id, status: .active,
                        settings: TenantSettings(), createdAt: clock.now()), in: tx)
                try tenantKeys.createKey(for: id, in: tx)
                try AccountStore.put(
                    id, .init(version: version, sealedKey: [], sealedSecrets: []), at: clock.now(), in: tx)
            }
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let attribution = WebhookAttribution(changeLog: EventChangeLog(tenantKeys: tenantKeys))
        let replica = Replica.alone(database, logger: Logger(label: "test"))
        let adoption = CalendarAdoption(
            database: database, replica: replica, clock: gatewayClock,
            attributeQuarantined: { try attribution.attributeQuarantined(account: $0, calendar: $1, at: $2, in: $3) },
            logger: logger,
            api: { account, _ in upstream.api(team: teams[account.id] ?? account.id, account.version) },
            account: { known[$0] })
        self.database = database
        self.tenantKeys = tenantKeys
        self.clock = clock
        self.upstream = upstream
        self.adoption = adoption
        self.accounts = accounts
        creator = CalendarCreator(database: database, clock: gatewayClock, adoption: adoption, logger: logger)
        watch = CalendarWatch(
            database: database, replica: replica, clock: gatewayClock, adoption: adoption,
            versions: { try AccountVersions.used(in: $0, $1) }, logger: logger)
    }

    func close() async { await database.close() }

    /// A tenant, which is `ten_` and its name.
    func tenant(_ name: String) async throws {
        let (tenantKeys, now) = (self.tenantKeys, clock.now())
        try await database.write { tx in
            // One with an account of its own is there already.
            if try TenantStore.find(slug: name, in: tx) != nil { return }
            let tenant = Tenant(
                id: "ten_\(name)", slug: name, name: name, status: .active, settings: TenantSettings(), createdAt: now)
            try TenantStore.insert(tenant, in: tx)
            try tenantKeys.createKey(for: tenant.id, in: tx)
        }
    }

    func connection(
        _ tenant: String, _ user: String, _ provider: ProviderName = .google, email: String = "ann@example.com"
    ) async throws -> Connection {
        let now = clock.now()
        let connection = Connection(
            id: Identifier.make(.connection), tenant: "ten_\(tenant)", user: user, provider: provider, status: .active,
            subject: Identifier.make(.request), email: email, clientID: "1-app", directory: nil, scopes: [],
            missingScopes: [], sealedRefreshToken: nil, refreshExpiresAt: nil, refreshedAt: nil, generation: 0,
            createdAt: now, updatedAt: now)
        try await database.write { try ConnectionStore.insert(connection, in: $0) }
        return connection
    }

    /// The admission of a request on a connection at this moment.
    func admission(_ connection: Connection) async throws -> Admission {
        let tenant = try await database.read { try TenantStore.find(id: connection.tenant, in: $0) }
        guard let tenant else { throw Problem.notFound }
        return Admission(tenant)
    }

    /// One creation of a user's calendar, with the given outcome of its call.
    @discardableResult
    func create(
        _ connection: Connection, raw: String, account: String = Account.sharedID, team: String = Account.sharedID,
        _ behaviour: SimulatedMeetingBaaS.Behaviour, pause: Duration = .zero
    ) async throws -> (ConnectedCalendar, made: Bool) {
        guard let account = accounts[account] else { throw Problem.notFound }
        let choice = RawCalendar(id: raw, name: raw, email: connection.email, isPrimary: false)
        let upstream = self.upstream
        let admission = try await admission(connection)
        return try await creator.create(connection, choice, account, limit: nil, as: admission) { outcome in
            try await outcome.watch {
                let maker = SimulatedMeetingBaaS.Maker(tenant: connection.tenant, user: connection.user, raw: raw)
                return try await upstream.create(
                    upstream.make(
                        maker, raw: raw, platform: connection.provider.rawValue, email: connection.email ?? "",
                        team: team, account.version), behaviour, pause: pause)
            }
        }
    }

    func calendars() async throws -> [ConnectedCalendar] {
        try await database.read { tx in
            var found: [ConnectedCalendar] = []
            for tenant in try TenantStore.list(after: nil, limit: 100, in: tx) {
                found += try CalendarStore.list(tenant.id, user: nil, after: nil, limit: 1000, in: tx)
            }
            return found
        }
    }

    func creations() async throws -> [CalendarCreation] {
        try await database.read { tx in try APIVersion.allCases.flatMap { try CalendarCreationStore.list($0, in: tx) } }
    }

    /// The immediate part of a deletion by the owner.
    func delete(_ calendar: ConnectedCalendar) async throws {
        let now = clock.now()
        try await database.write { tx in
            try CalendarStore.markDeleting(calendar.tenant, rowID: calendar.rowID, at: now, in: tx)
        }
    }
}
