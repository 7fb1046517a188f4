import Logging
import MeetingBaaS
import OAuth
import SQL
import Wire

/// Calendars at Meeting BaaS: listing what could be connected, connecting, watching and taking down.
struct CalendarService: Sendable {
    let database: any Database
    let clock: GatewayClock
    let upstream: Upstream
    let broker: TokenBroker
    let logger: Logger
    let binder: MessageBinder
    let rescheduler: Rescheduler
    private let creations = KeyedLock()

    init(
        database: any Database, clock: GatewayClock, upstream: Upstream, broker: TokenBroker, logger: Logger,
        binder: MessageBinder, rescheduler: Rescheduler
    ) {
        self.database = database
        self.clock = clock
        self.upstream = upstream
        self.broker = broker
        self.logger = logger
        self.binder = binder
        self.rescheduler = rescheduler
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
    /// - Returns: the calendar, and whether this call made it.
    func create(
        _ connection: Connection, raw: String?, limit: Int?, version: APIVersion? = nil
    ) async throws -> (Calendar, made: Bool) {
        let account = try await upstream.accounts.account(for: connection.tenant, version: version)
        let choices = try await rawCalendars(connection, version: version)
        guard let choice = choices.first(where: { raw == nil ? $0.isPrimary : $0.id == raw }) else {
            throw Problem.invalid(
                "/raw_calendar_id",
                raw == nil
                    ? "is required: the account has no primary calendar"
                    : "is not among the calendars of this connection (see raw-calendars)")
        }
        // One at a time for each provider's calendar: a second caller then finds what the first one made.
        return try await creations.withLock("\(account.id)/\(connection.provider.rawValue)/\(choice.id)") {
            try await create(connection, choice, account, limit: limit)
        }
    }

    private func create(
        _ connection: Connection, _ choice: RawCalendar, _ account: Account, limit: Int?
    ) async throws -> (Calendar, made: Bool) {
        let now = clock.now
        let fresh = Calendar(
            rowID: Identifier.make(.calendar), tenant: connection.tenant, accountID: account.id,
            version: account.version, calendarID: nil, connection: connection.id, user: connection.user,
            provider: connection.provider, rawCalendarID: choice.id, name: choice.name ?? choice.email,
            email: choice.email, status: "creating", statusMessage: nil, syncStatus: nil, syncedAt: nil, createdAt: now)
        let (row, isNew) = try await database.write { tx in
            if let known = try CalendarStore.holder(
                account: account.id, connection.provider, raw: choice.id, in: tx)
            {
                return (try Self.own(known, for: connection, version: account.version), false)
            }
            if let limit, try CalendarStore.count(connection.tenant, in: tx) >= limit {
                throw Problem(.quotaExceeded, "The tenant may have \(limit) calendars.", action: .operator)
            }
            try CalendarStore.insert(fresh, in: tx)
            try CalendarSecretStore.note(
                fresh, version: try CalendarSecretStore.version(fresh.tenant, fresh.provider, in: tx), in: tx)
            try JobQueue.add(.recoverCalendar, fresh.tenant, fresh.rowID, at: now, delay: 60, in: tx)
            return (fresh, true)
        }
        if row.calendarID != nil { return (row, false) }
        // A former call's reply was lost: what it made may be there.
        if !isNew, let found = try await adopt(row, account: account) { return (found, false) }
        return (try await call(row, connection, account), true)
    }

    /// The owner's own, in the version that is asked: made in both, it would record twice.
    private static func own(_ known: Calendar, for connection: Connection, version: APIVersion) throws -> Calendar {
        guard known.tenant == connection.tenant, known.user == connection.user, known.version == version else {
            throw Problem(
                .calendarAlreadyConnected, "This calendar is already connected.", action: .user)
        }
        guard known.status != "deleting" else {
            throw Problem(
                .conflict, "This calendar is being disconnected; try again.", action: .wait, retryAfter: 5)
        }
        return known
    }

    private func call(_ row: Calendar, _ connection: Connection, _ account: Account) async throws -> Calendar {
        do {
            let made = try await withGrant(connection, version: account.version, repeatable: false) { grant in
                try await upstream.api(for: account, tenant: row.tenant).createCalendar(
                    grant, rawCalendarID: row.rawCalendarID)
            }
            return try await store(made, in: row)
        } catch let fault as UpstreamFault where fault.mayHaveHappened {
            if let found = try? await adopt(row, account: account) { return found }
            // The row stays: a repeated call, or the job, finds out.
            throw fault
        } catch UpstreamFault.conflict {
            // Upstream has it. Ours, if a call of this row made it; otherwise somebody's outside this gateway.
            if let found = try await adopt(row, account: account) { return found }
            try await database.write { try CalendarStore.remove(row, in: $0) }
            throw Problem(.calendarAlreadyConnected, "This calendar is already connected.", action: .user)
        } catch {
            try await database.write { try CalendarStore.remove(row, in: $0) }
            throw error
        }
    }

    /// Looks upstream for the result of a creation whose reply was lost, and takes it only when exactly one calendar
    /// can be it: of the right kind, not known here, and not older than our own row.
    private func adopt(_ row: Calendar, account: Account) async throws -> Calendar? {
        let all = try await upstream.api(for: account, tenant: row.tenant).allCalendars()
        let candidates = try await database.read { tx in
            try all.filter { found in
                guard try CalendarStore.owner(account: account.id, calendarID: found.id, in: tx) == nil else {
                    return false
                }
                if let raw = found.rawCalendarID { return raw == row.rawCalendarID }
                guard found.platform == row.provider.rawValue else { return false }
                // v2 tells neither raw id nor calendar address: account and time must do. Clocks may differ by a minute.
                guard let made = found.createdAt.flatMap({ Timestamp(rfc3339: $0) }) else { return false }
                return made.seconds(since: row.createdAt) > -60 && Self.mayBe(found, row, in: tx)
            }
        }
        guard candidates.count == 1, let found = candidates.first else { return nil }
        return try await store(found, in: row)
    }

    /// The account's address is the connection's, not always the calendar's.
    private static func mayBe(_ found: UpstreamCalendar, _ row: Calendar, in tx: any Transaction) -> Bool {
        guard let email = found.email?.lowercased() else { return false }
        let connection = try? ConnectionStore.find(row.tenant, row.connection, user: nil, in: tx)
        return email == connection?.email?.lowercased() || email == row.email?.lowercased()
    }

    /// The calendar is there: its id is stored, and what came for it before is bound, in one transaction.
    private func store(_ made: UpstreamCalendar, in row: Calendar) async throws -> Calendar {
        var calendar = row.updated(from: made)
        if calendar.status == "creating" { calendar.status = row.version == .v2 ? "active" : "unknown" }
        let stored = calendar
        let now = clock.now
        let binder = self.binder
        let kept = try await database.write { tx in
            guard try CalendarStore.update(stored, at: now, in: tx) else { return false }
            try binder.bindHeld(account: stored.accountID, calendar: made.id, at: now, in: tx)
            try CalendarSecretStore.renewIfOutdated(stored, at: now, in: tx)
            if stored.version == .v2 {
                try JobQueue.add(.fillCalendar, stored.tenant, stored.rowID, at: now, in: tx)
            }
            return true
        }
        guard kept else {
            // Disconnected while it was being made: nobody would ever take it down.
            try await upstream.api(for: stored).deleteCalendar(made.id)
            throw Problem.notFound
        }
        return stored
    }

    /// The job a minute after a creation began: finds out what became of it, and clears what became of nothing.
    func recover(_ tenant: String, rowID: String) async throws {
        guard let row = try await database.read({ try CalendarStore.find(tenant, rowID, user: nil, in: $0) }),
            row.calendarID == nil, row.status == "creating",
            let account = try await upstream.accounts.account(id: row.accountID)?.speaking(row.version)
        else { return }
        try await creations.withLock("\(account.id)/\(row.provider.rawValue)/\(row.rawCalendarID)") {
            // By now a call that was under way has told.
            let row = try await database.read { try CalendarStore.find(tenant, rowID, user: nil, in: $0) }
            guard let row, row.calendarID == nil, try await adopt(row, account: account) == nil else { return }
            try await database.write { try CalendarStore.remove(row, in: $0) }
        }
    }

    /// What upstream says now, where it can be asked; else what is stored.
    func current(_ calendar: Calendar) async -> Calendar {
        guard let id = calendar.calendarID, calendar.status != "deleting" else { return calendar }
        do {
            let fresh = calendar.updated(from: try await upstream.api(for: calendar).calendar(id))
            let now = clock.now
            _ = try await database.write { try CalendarStore.update(fresh, at: now, in: $0) }
            return fresh
        } catch UpstreamFault.notFound {
            var gone = calendar
            gone.status = "unknown"
            gone.statusMessage = "Meeting BaaS does not know this calendar any more."
            return gone
        } catch {
            return calendar
        }
    }

    /// Version 1 syncs the whole account, so it is asked at most once in five minutes; that is no error for the caller.
    func sync(_ calendar: Calendar) async throws {
        guard let id = calendar.calendarID else { throw Problem(.conflict, "The calendar is still being made.") }
        if calendar.version == .v1 {
            let now = clock.now
            guard try await database.write({ try AccountStore.takeSync(calendar.accountID, at: now, in: $0) }) else {
                return
            }
        }
        do {
            try await upstream.api(for: calendar).sync(id)
        } catch {
            // The turn is given back only when the sync surely did not happen.
            let didNothing =
                switch error {
                case let fault as UpstreamFault: !fault.mayHaveHappened
                default: error is Problem
                }
            if calendar.version == .v1, didNothing {
                try await database.write { try AccountStore.releaseSync(calendar.accountID, in: $0) }
            }
            throw error
        }
    }

    /// Gone upstream and here. Throws to be tried again.
    /// - Parameter givingUp: erases it here although upstream still has it, and says so in the log.
    func remove(_ calendar: Calendar, givingUp: Bool = false) async throws {
        do {
            if let id = calendar.calendarID { try await upstream.api(for: calendar).deleteCalendar(id) }
        } catch  where givingUp {
            logger.warning(
                "a calendar remained at Meeting BaaS",
                metadata: ["tenant.id": .string(calendar.tenant), "calendar.id": .string(calendar.publicID)])
        }
        let now = clock.now
        try await database.write { tx in
            // It may have got its id since it was read; then that one has to go too.
            let present = try CalendarStore.find(calendar.tenant, calendar.rowID, user: nil, in: tx)
            guard present?.calendarID == calendar.calendarID else {
                throw Problem(.conflict, "The calendar has just been made.")
            }
            try CalendarStore.erase(calendar, at: now, in: tx)
        }
    }

    /// The job after a renewed consent or a new client secret: each calendar upstream gets the present ones.
    func renew(_ tenant: String, connection id: String) async throws {
        guard let connection = try await database.read({ try ConnectionStore.find(tenant, id, user: nil, in: $0) }),
            connection.status == .active
        else { return }
        var failed: (any Error)?
        let version = try await database.read { try CalendarSecretStore.version(tenant, connection.provider, in: $0) }
        for calendar in try await database.read({ try CalendarStore.list(tenant, connection: id, in: $0) }) {
            guard calendar.calendarID != nil, calendar.status != "deleting" else { continue }
            do {
                _ = try await renew(calendar, of: connection)
            } catch UpstreamFault.notFound {
                try await noteSecret(calendar, version: version)
            } catch {
                failed = error
            }
        }
        if let failed { throw failed }
    }

    /// One calendar upstream gets the connection's token and the app's client secret.
    func renew(_ calendar: Calendar, of connection: Connection) async throws -> Calendar {
        // Read before the secret itself: one that is replaced meanwhile leaves the calendar outdated, never the reverse.
        let version = try await database.read { tx in
            try CalendarSecretStore.version(calendar.tenant, calendar.provider, in: tx)
        }
        try await withGrant(connection, version: calendar.version) { grant in
            try await upstream.api(for: calendar).updateCalendar(calendar.publicID, grant)
        }
        try await noteSecret(calendar, version: version)
        // v1 drops every scheduled bot when it takes new credentials.
        if calendar.version == .v1 { try await rescheduler.reschedule(calendar) }
        return await current(calendar)
    }

    /// Gone for its owner at once; upstream it is taken down now or, if that fails, by the job.
    func disconnect(_ calendar: Calendar) async throws {
        let now = clock.now
        try await database.write { tx in
            try CalendarStore.markDeleting(calendar.tenant, rowID: calendar.rowID, at: now, in: tx)
            try JobQueue.add(.deleteCalendar, calendar.tenant, calendar.rowID, at: now, delay: 30, in: tx)
        }
        // What fails now the job does.
        try? await remove(calendar)
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
        } catch let fault as UpstreamFault where fault.mayBeTheGrant(version) {
            let renewed = try await broker.refresh(connection)
            guard repeatable || !fault.mayHaveHappened else { throw fault }
            return try await body(try await broker.grant(renewed))
        }
    }
}

extension UpstreamFault {
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

extension Calendar {
    /// Upstream's word, if it is one of the contract's; the service may know more than its files.
    static func known(status: String) -> String {
        ["active", "error", "revoked", "permission_denied"].contains(status) ? status : "unknown"
    }

    /// With what upstream tells; what a version does not say stays null.
    func updated(from made: UpstreamCalendar) -> Calendar {
        var calendar = self
        calendar.calendarID = made.id
        if let status = made.status { calendar.status = Self.known(status: status) }
        calendar.statusMessage = made.statusMessage
        calendar.syncStatus = made.syncStatus
        calendar.syncedAt = made.syncedAt.flatMap { Timestamp(rfc3339: $0) } ?? calendar.syncedAt
        return calendar
    }
}
