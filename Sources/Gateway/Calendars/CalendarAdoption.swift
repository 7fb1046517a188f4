import JSONValue
import Logging
import MeetingBaaS
import OAuth
import SQL

/// Resolves calendar creations whose reply was lost, and stores upstream calendars without an owner.
struct CalendarAdoption: Sendable {
    let database: any Database
    let clock: GatewayClock
    /// Attributes webhooks that came for a calendar before its owner was known.
    typealias AttributeQuarantined =
        @Sendable (_ account: String, _ calendar: String, _ now: Timestamp, any Transaction) throws -> Void
    let attributeQuarantined: AttributeQuarantined
    let logger: Logger
    /// Speaks for an account; the name is the tenant whose turn its writes take.
    let api: @Sendable (Account, String) -> any CalendarAPI
    /// The account with an id, if there is one.
    let account: @Sendable (String) async throws -> Account?
    /// One at a time for each provider's calendar in an account.
    let leases: ObjectLeases

    init(
        database: any Database, replica: Replica, clock: GatewayClock,
        attributeQuarantined: @escaping AttributeQuarantined,
        logger: Logger,
        api: @escaping @Sendable (Account, String) -> any CalendarAPI,
        account: @escaping @Sendable (String) async throws -> Account?
    ) {
        self.database = database
        self.clock = clock
        self.attributeQuarantined = attributeQuarantined
        self.logger = logger
        self.api = api
        self.account = account
        leases = ObjectLeases(.calendar, database: database, replica: replica)
    }

    init(
        database: any Database, replica: Replica, clock: GatewayClock,
        attributeQuarantined: @escaping AttributeQuarantined,
        logger: Logger,
        upstream: Upstream
    ) {
        self.init(
            database: database, replica: replica, clock: clock, attributeQuarantined: attributeQuarantined,
            logger: logger,
            // It lists and deletes, also for tenants that are suspended or being deleted.
            api: { upstream.forRemoval.api(for: $0, tenant: $1) },
            account: { try await upstream.accounts.account(id: $0) })
    }

    /// The outcome of a creation.
    enum Outcome: Sendable {
        case adopted(ConnectedCalendar)
        /// Nothing was made, or it was taken down again: the row is gone.
        case ended
        case unknown
    }

    /// One complete list of an account in one version.
    struct Listing: Sendable {
        let account: Account
        /// Calendars without an owner here, as upstream lists them and as they are stored.
        let found: [String: UpstreamCalendar]
        let unclaimed: [UnclaimedCalendar]
        let began: Timestamp
        let ended: Timestamp
    }

    static func leaseName(_ account: String, _ provider: ProviderName, raw: String) -> String {
        "\(account)/\(provider.rawValue)/\(raw)"
    }

    // MARK: - lists

    /// Lists an account and stores its unclaimed calendars.
    func list(_ account: Account) async throws -> Listing {
        let began = clock.now
        let all = try await api(account, "adoption").allCalendars()
        let ended = clock.now
        let version = account.version
        // Of all calendars only those that were listed are read: an account may have few of them.
        var claimed: Set<String> = []
        for ids in all.map(\.id).pages(of: Self.idsAtOnce) {
            claimed.formUnion(try await database.read { try CalendarStore.claimed(version, among: ids, in: $0) })
        }
        let unclaimed = all.filter { !claimed.contains($0.id) }
        let stored = try await stored(unclaimed.map(\.id), version)
        try await remember(
            unclaimed.filter { stored[$0.id] == nil }.map {
                UnclaimedCalendar($0, account: account, firstSeenAt: ended)
            }, account, present: Set(all.map(\.id)))
        let remembered = try await self.stored(unclaimed.map(\.id), version)
        return Listing(
            account: account, found: Dictionary(unclaimed.map { ($0.id, $0) }) { $1 },
            unclaimed: unclaimed.compactMap { remembered[$0.id] }, began: began, ended: ended)
    }

    /// Upstream ids that one query looks up.
    private static let idsAtOnce = 200

    private func stored(_ ids: [String], _ version: APIVersion) async throws -> [String: UnclaimedCalendar] {
        var stored: [String: UnclaimedCalendar] = [:]
        for some in ids.pages(of: Self.idsAtOnce) {
            for calendar in try await database.read({
                try UnclaimedCalendarStore.stored(version, among: some, in: $0)
            }) {
                stored[calendar.id] = calendar
            }
        }
        return stored
    }

    private func remember(
        _ fresh: [UnclaimedCalendar], _ account: Account, present: Set<String>
    ) async throws {
        let gone = try await database.read {
            try UnclaimedCalendarStore.ids(account: account.id, account.version, in: $0)
        }.filter { !present.contains($0) }
        // An account may hold thousands that were made elsewhere.
        for start in stride(from: 0, to: fresh.count, by: 500) {
            let part = Array(fresh[start..<min(start + 500, fresh.count)])
            try await database.write { tx in
                for calendar in part { try UnclaimedCalendarStore.record(calendar, in: tx) }
            }
        }
        for start in stride(from: 0, to: gone.count, by: 500) {
            let part = Array(gone[start..<min(start + 500, gone.count)])
            try await database.write { try UnclaimedCalendarStore.delete(part, in: $0) }
        }
    }

    // MARK: - outcomes

    /// Finds out what became of one creation, now.
    /// The caller holds its lease.
    func settle(_ creation: CalendarCreation, _ account: Account) async throws -> Outcome {
        try await settle(creation, in: try await list(account))
    }

    /// The result of looking for one creation in a list.
    func settle(_ creation: CalendarCreation, in listing: Listing) async throws -> Outcome {
        if let made = creation.madeID {
            try await takeDown(made, of: creation, listing.account)
            return .ended
        }
        let (row, emails, others) = try await database.read { tx in
            let row = try CalendarStore.find(creation.tenant, creation.rowID, user: nil, in: tx)
            return (
                row, try row.map { try Self.emails(of: $0, in: tx) } ?? [],
                try CalendarCreationStore.list(creation.version, in: tx).filter { $0.madeID == nil }
            )
        }
        let verdict = AdoptionRule.verdict(
            on: creation, emails: emails, others: others.filter { $0.accountID == creation.accountID },
            unclaimed: listing.unclaimed, listBegan: listing.began, listEnded: listing.ended)
        switch verdict {
        case .adopt(let id):
            guard let found = listing.found[id],
                try await !mayBeOfAnotherKey(id, creation, others, listing.unclaimed),
                try await !isConnectedElsewhere(creation)
            else { return .unknown }
            return try await adopt(found, as: creation, row: row, listing.account)
        case .nothingMade:
            let isOver = try await database.write { tx in
                guard try CalendarCreationStore.endAbsent(creation, in: tx) else { return false }
                try CalendarStore.removeUnmade(creation.tenant, rowID: creation.rowID, in: tx)
                return true
            }
            return isOver ? .ended : .unknown
        case .absent(let since):
            if since != creation.absentAt {
                try await database.write { try CalendarCreationStore.setAbsent(creation.rowID, since, in: $0) }
            }
            return .unknown
        case .ambiguous: return .unknown
        }
    }

    private func adopt(
        _ found: UpstreamCalendar, as creation: CalendarCreation, row: ConnectedCalendar?, _ account: Account
    ) async throws -> Outcome {
        guard let row, row.status == "creating" else {
            // Its owner does not want it any more.
            try await takeDown(found.id, of: creation, account)
            return .ended
        }
        switch try await keep(found, in: row, creation, as: nil) {
        case .kept(let calendar): return .adopted(calendar)
        case .withdrawn:
            try await takeDown(found.id, of: creation, account)
            return .ended
        case .claimed: return .unknown
        }
    }

    /// The account's address is the connection's, not always the calendar's.
    private static func emails(of row: ConnectedCalendar, in tx: any Transaction) throws -> Set<String> {
        let connection = try ConnectionStore.find(row.tenant, row.connection, user: nil, in: tx)
        return Set([connection?.email, row.email].compactMap { $0?.lowercased() })
    }

    /// Returns whether a call under another account's key can have made it: two keys may belong to one team.
    private func mayBeOfAnotherKey(
        _ id: String, _ creation: CalendarCreation, _ others: [CalendarCreation], _ unclaimed: [UnclaimedCalendar]
    ) async throws -> Bool {
        guard let found = unclaimed.first(where: { $0.id == id }) else { return true }
        let accounts = others.filter { $0.accountID != creation.accountID && AdoptionRule.mayHaveMade($0, found) }
        for other in Set(accounts.map(\.accountID)) {
            guard let account = try await account(other)?.speaking(creation.version) else { return true }
            do {
                _ = try await api(account, creation.tenant).calendar(id)
                return true
            } catch UpstreamError.notFound {
                continue
            } catch {
                return true
            }
        }
        return false
    }

    /// Returns whether another tenant has or had the same provider's calendar, on version 1: a call of its may have been sent twice
    /// on the way, under another key of the team, and version 1 makes two.
    private func isConnectedElsewhere(_ creation: CalendarCreation) async throws -> Bool {
        guard creation.version == .v1 else { return false }
        return try await database.read { try CalendarStore.hasTwin(of: creation, in: $0) }
    }

    // MARK: - storing

    /// The outcome of storing an upstream calendar in its row.
    enum Kept: Sendable {
        case kept(ConnectedCalendar)
        /// The row's owner deleted it meanwhile; the upstream calendar is to be deleted. The creation has its id.
        case withdrawn(Problem)
        /// Another row has it, or this row another one.
        case claimed
    }

    /// Stores a calendar's id, and binds what came for it before, in one transaction.
    /// - Parameter admission: what the request was admitted with; nil when no request waits for the calendar any more.
    func keep(
        _ made: UpstreamCalendar, in row: ConnectedCalendar, _ creation: CalendarCreation,
        as admission: Admission?
    ) async throws -> Kept {
        var calendar = row.updated(from: made)
        if calendar.status == "creating" { calendar.status = row.version == .v2 ? "active" : "unknown" }
        let stored = calendar
        let now = clock.now
        let attributeQuarantined = self.attributeQuarantined
        let store: @Sendable (any Transaction) throws -> Kept = { tx in
            if let claimant = try CalendarStore.claimant(made.id, in: tx), claimant != row.rowID { return .claimed }
            guard let present = try CalendarStore.find(row.tenant, row.rowID, user: nil, in: tx),
                present.status != "deleting", let tenant = try TenantStore.find(id: row.tenant, in: tx),
                tenant.status != .deleting
            else {
                try CalendarCreationStore.setMade(creation, made.id, in: tx)
                return .withdrawn(.notFound)
            }
            do {
                try admission?.check(at: now, in: tx)
            } catch let problem as Problem {
                try CalendarCreationStore.setMade(creation, made.id, in: tx)
                return .withdrawn(problem)
            }
            guard present.calendarID == nil || present.calendarID == made.id else { return .claimed }
            try CalendarStore.update(stored, at: now, in: tx)
            try CalendarCreationStore.end(row.rowID, in: tx)
            try UnclaimedCalendarStore.delete([made.id], in: tx)
            try attributeQuarantined(stored.accountID, made.id, now, tx)
            try CalendarSecretStore.renewIfOutdated(stored, at: now, in: tx)
            if stored.version == .v2 {
                try JobStore.add(FillCalendarJob.kind, stored.tenant, stored.rowID, at: now, in: tx)
            }
            return .kept(stored)
        }
        do {
            return try await database.write(store)
        } catch SQLError.uniqueViolation(.calendarID) {
            // Another process has claimed it at this moment.
            return .claimed
        }
    }

    /// Deletes the upstream calendar of an abandoned creation, and ends the creation.
    func takeDown(_ id: String, of creation: CalendarCreation, _ account: Account) async throws {
        try await api(account.speaking(creation.version), creation.tenant).deleteCalendar(id)
        try await database.write { tx in
            try CalendarCreationStore.end(creation.rowID, in: tx)
            try CalendarStore.removeUnmade(creation.tenant, rowID: creation.rowID, in: tx)
            try UnclaimedCalendarStore.delete([id], in: tx)
        }
    }
}
