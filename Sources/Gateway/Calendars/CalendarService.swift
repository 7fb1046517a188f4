import JSONValue
import Logging
import MeetingBaaS
import OAuth
import SQL

/// Calendars at Meeting BaaS: listing what could be connected, connecting, watching and taking down.
struct CalendarService: Sendable {
    let database: any Database
    let clock: GatewayClock
    let upstream: Upstream
    let broker: TokenBroker
    let logger: Logger
    let erasure: CalendarErasure
    private let reschedule: @Sendable (ConnectedCalendar) async throws -> Void
    let adoption: CalendarAdoption
    private let creator: CalendarCreator

    /// - Parameters:
    ///   - erasure: the steps that erase a calendar with what other features keep of it.
    ///   - reschedule: schedules again what version 1 drops when a calendar gets new credentials.
    ///   - attributeHeld: runs in the transaction that stores a new calendar's id.
    init(
        database: any Database, replica: Replica, clock: GatewayClock, upstream: Upstream, broker: TokenBroker,
        logger: Logger,
        erasure: CalendarErasure, reschedule: @escaping @Sendable (ConnectedCalendar) async throws -> Void,
        attributeQuarantined: @escaping CalendarAdoption.AttributeQuarantined
    ) {
        self.database = database
        self.clock = clock
        self.upstream = upstream
        self.broker = broker
        self.logger = logger
        self.erasure = erasure
        self.reschedule = reschedule
        adoption = CalendarAdoption(
            database: database, replica: replica, clock: clock, attributeQuarantined: attributeQuarantined,
            logger: logger, upstream: upstream)
        creator = CalendarCreator(database: database, clock: clock, adoption: adoption, logger: logger)
    }

    /// - Parameter version: nil: the one that the account's calendars are made with.
    func rawCalendars(_ connection: Connection, version: APIVersion? = nil) async throws -> [RawCalendar] {
        let account = try await upstream.accounts.account(for: connection.tenant, version: version)
        return try await withGrant(connection, version: account.version) { grant in
            try await upstream.api(for: account, tenant: connection.tenant).rawCalendars(grant)
        }
    }

    /// Connects one calendar, once.
    /// - Parameter raw: the provider's id; nil takes the primary calendar.
    /// - Parameter version: nil: the one that the account's calendars are made with.
    /// - Parameter admitted: what the request was admitted with, the connection and its user included.
    /// - Returns: the calendar, and whether this call made it.
    func create(
        _ connection: Connection, raw: String?, limit: Int?, version: APIVersion? = nil, as admitted: Admission
    ) async throws -> (ConnectedCalendar, made: Bool) {
        let account = try await upstream.accounts.account(for: connection.tenant, version: version)
        var admission = admitted
        admission.add(account)
        let choices = try await rawCalendars(connection, version: version)
        guard let choice = choices.first(where: { raw == nil ? $0.isPrimary : $0.id == raw }) else {
            throw Problem.invalid(
                "/raw_calendar_id",
                raw == nil
                    ? "is required: the account has no primary calendar"
                    : "is not among the calendars of this connection (see raw-calendars)")
        }
        return try await creator.create(connection, choice, account, limit: limit, as: admission) { outcome in
            try await withGrant(connection, version: account.version, repeatable: false) { grant in
                try await outcome.watch {
                    try await upstream.api(for: account, tenant: connection.tenant).createCalendar(
                        grant, rawCalendarID: choice.id)
                }
            }
        }
    }

    /// The job a minute after a creation began: finds out what became of it.
    func recover(_ tenant: String, rowID: String) async throws {
        guard let creation = try await database.read({ try CalendarCreationStore.find(rowID, in: $0) }) else { return }
        guard
            let account = try await upstream.accounts.account(id: creation.accountID)?.speaking(creation.version)
        else {
            // The operator may enter it again. Until then the call's outcome cannot be determined.
            throw Problem(
                .notConfigured, "The Meeting BaaS account of this calendar is not configured any more.",
                action: .operator)
        }
        let name = CalendarAdoption.leaseName(creation.accountID, creation.provider, raw: creation.rawCalendarID)
        try await adoption.leases.withLease(name) {
            // A call that was under way has its outcome by now.
            guard let present = try await database.read({ try CalendarCreationStore.find(rowID, in: $0) }) else {
                return
            }
            // `CalendarWatch` tries again after a failure.
            _ = try? await adoption.settle(present, account)
        }
    }

    /// Returns the calendar as Meeting BaaS has it now; the stored one if Meeting BaaS cannot be asked.
    func current(_ calendar: ConnectedCalendar) async -> ConnectedCalendar {
        guard let id = calendar.calendarID, calendar.status != "deleting" else { return calendar }
        do {
            let fresh = calendar.updated(from: try await upstream.api(for: calendar).calendar(id))
            let now = clock.now
            _ = try await database.write { try CalendarStore.update(fresh, at: now, in: $0) }
            return fresh
        } catch UpstreamError.notFound {
            var gone = calendar
            gone.status = "unknown"
            gone.statusMessage = "Meeting BaaS does not know this calendar any more."
            return gone
        } catch {
            return calendar
        }
    }

    /// Version 1 syncs the whole account (`AccountSync`).
    func sync(_ calendar: ConnectedCalendar) async throws {
        guard let id = calendar.calendarID else { throw Problem(.conflict, "The calendar is still being made.") }
        guard calendar.version == .v1 else { return try await upstream.api(for: calendar).sync(id) }
        _ = try await AccountSync(database: database, clock: clock).run(calendar.accountID) {
            try await upstream.api(for: calendar).sync(id)
        }
    }

    /// Gone upstream and here. Throws to be tried again.
    /// - Parameter givingUp: erases it here although upstream still has it, and says so in the log.
    func remove(_ calendar: ConnectedCalendar, givingUp: Bool = false) async throws {
        if calendar.calendarID == nil, !givingUp { try await settleCreation(of: calendar) }
        do {
            if let id = calendar.calendarID,
                try await !upstream.forRemoval.api(for: calendar).deleteCalendar(id)
            {
                try await checkAbsence(of: calendar)
            }
        } catch  where givingUp {
            logger.warning(
                "a calendar remained at Meeting BaaS",
                metadata: ["tenant.id": .string(calendar.tenant), "calendar.id": .string(calendar.publicID)])
        }
        try await BackgroundWrites(database: database).repeatingByRows {
            try erasure.eraseRows(of: calendar, limit: BackgroundWrites.rows, in: $0)
        }
        let now = clock.now
        try await database.write { tx in
            // It may have got its id since it was read; then that one has to go too.
            let present = try CalendarStore.find(calendar.tenant, calendar.rowID, user: nil, in: tx)
            guard present?.calendarID == calendar.calendarID else {
                throw Problem(.conflict, "The calendar has just been made.")
            }
            // Its call's outcome is not known: the creation takes down what comes of it.
            if calendar.calendarID == nil, try CalendarCreationStore.find(calendar.rowID, in: tx) != nil { return }
            try erasure.erase(calendar, at: now, in: tx)
        }
    }

    /// Resolves a call of unknown outcome while the connection's address still identifies the calendar. The rest is
    /// resolved by the watch, or by the operator.
    private func settleCreation(of calendar: ConnectedCalendar) async throws {
        let name = CalendarAdoption.leaseName(calendar.accountID, calendar.provider, raw: calendar.rawCalendarID)
        try await adoption.leases.withLease(name) {
            guard let creation = try await database.read({ try CalendarCreationStore.find(calendar.rowID, in: $0) }),
                let account = try await upstream.accounts.account(id: calendar.accountID)
            else { return }
            _ = try await adoption.settle(creation, account.speaking(calendar.version))
        }
    }

    /// A 404 proves that a calendar is gone only under a key of the account that made it.
    private func checkAbsence(of calendar: ConnectedCalendar) async throws {
        let others = try await database.read { tx -> [ConnectedCalendar]? in
            if try CalendarStore.isOfPresentAccount(calendar, in: tx) { return nil }
            return try CalendarStore.siblings(of: calendar, limit: 3, in: tx)
        }
        guard let others else { return }
        // Another calendar of before that the new key finds shows that the account is the same.
        for other in others {
            if let id = other.calendarID, (try? await upstream.api(for: calendar).calendar(id)) != nil { return }
        }
        throw Problem(
            .conflict,
            "Meeting BaaS does not know the calendar; but the account's key was changed since it was made, so that "
                + "proves nothing.", action: .operator)
    }

    /// The job after a renewed consent or a new client secret: each calendar upstream gets the present ones.
    func renew(_ tenant: String, connection id: String) async throws {
        guard let connection = try await database.connection(tenant, id), connection.status == .active else { return }
        var failed: (any Error)?
        let version = try await database.read {
            try ProviderAppStore.secretVersion(tenant, connection.provider, in: $0)
        }
        for calendar in try await database.read({ try CalendarStore.list(tenant, connection: id, in: $0) }) {
            guard calendar.calendarID != nil, calendar.status != "deleting" else { continue }
            do {
                _ = try await renew(calendar, of: connection)
            } catch UpstreamError.notFound {
                try await noteSecret(calendar, version: version)
            } catch {
                failed = error
            }
        }
        if let failed { throw failed }
    }

    /// One calendar upstream gets the connection's token and the app's client secret.
    func renew(_ calendar: ConnectedCalendar, of connection: Connection) async throws -> ConnectedCalendar {
        // Read before the secret itself: one that is replaced meanwhile leaves the calendar outdated, never the reverse.
        let version = try await database.read { tx in
            try ProviderAppStore.secretVersion(calendar.tenant, calendar.provider, in: tx)
        }
        try await withGrant(connection, version: calendar.version) { grant in
            try await upstream.api(for: calendar).updateCalendar(calendar.publicID, grant)
        }
        try await noteSecret(calendar, version: version)
        // v1 drops every scheduled bot when it takes new credentials.
        if calendar.version == .v1 { try await reschedule(calendar) }
        return await current(calendar)
    }

    /// Gone for its owner at once; upstream it is taken down now or, if that fails, by the job.
    /// - Returns: whether something may remain upstream. Either the outcome of its creation is unknown: then its raw
    ///   calendar stays blocked, and what was made is taken down once that is known. Or the account's key was changed, and
    ///   under the new one Meeting BaaS does not know the calendar.
    @discardableResult
    func disconnect(_ calendar: ConnectedCalendar) async throws -> Bool {
        let now = clock.now
        let isUnknown = try await database.write { tx in
            try CalendarStore.markDeleting(calendar.tenant, rowID: calendar.rowID, at: now, in: tx)
            if try CalendarCreationStore.find(calendar.rowID, in: tx) != nil { return true }
            try JobStore.add(DeleteCalendarJob.kind, calendar.tenant, calendar.rowID, at: now, delay: 30, in: tx)
            return false
        }
        if isUnknown { return true }
        do {
            try await remove(calendar)
        } catch let problem as Problem where problem.code == .conflict {
            // Nothing proves that it is gone: the answer does not say so.
            return true
        } catch {
            // The job tries again after a failure.
        }
        return false
    }

    /// Runs `body` with the grant. If upstream could not use it, the provider itself is asked who is at fault: a grant
    /// that still refreshes there is tried once more, and is never called dead.
    /// - Parameter repeatable: false for what must not be done twice after an answer that leaves it open.
    private func withGrant<T: Sendable>(
        _ connection: Connection, version: APIVersion, repeatable: Bool = true,
        _ body: (MeetingBaaS.Grant) async throws -> T
    ) async throws -> T {
        do {
            let result = try await body(try await broker.grant(connection))
            await broker.noteUsed(connection)
            return result
        } catch let error as UpstreamError where error.mayBeTheGrant(version) {
            let renewed = try await broker.refresh(connection)
            guard repeatable || !error.mayHaveHappened else { throw error }
            return try await body(try await broker.grant(renewed))
        }
    }
}

extension UpstreamError {
    /// v2 says it; v1 is known to answer 500 for a grant that does not refresh.
    func mayBeTheGrant(_ version: APIVersion) -> Bool {
        switch self {
        case .grantRefused: true
        case .unavailable(status: 500): version == .v1
        case .rejected(status: 400, _, _): version == .v1
        default: false
        }
    }
}

extension ConnectedCalendar {
    /// Upstream's status, if it is in the contract; the service may have more than its contract.
    static func normalized(status: String) -> String {
        ["active", "error", "revoked", "permission_denied"].contains(status) ? status : "unknown"
    }

    /// The calendar with upstream's values; members that a version does not have stay null.
    func updated(from made: UpstreamCalendar) -> ConnectedCalendar {
        var calendar = self
        calendar.calendarID = made.id
        if let status = made.status { calendar.status = Self.normalized(status: status) }
        calendar.statusMessage = made.statusMessage
        calendar.syncStatus = made.syncStatus
        calendar.syncedAt = made.syncedAt.flatMap { Timestamp(rfc3339: $0) } ?? calendar.syncedAt
        return calendar
    }
}
