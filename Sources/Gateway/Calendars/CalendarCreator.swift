import JSONValue
import Logging
import MeetingBaaS
import SQL
import Synchronization

/// Creates calendars at Meeting BaaS, each provider's calendar once in an account, whatever replies are lost.
struct CalendarCreator: Sendable {
    let database: any Database
    let clock: GatewayClock
    let adoption: CalendarAdoption
    let logger: Logger

    /// Records whether a call may have had its effect although no success was seen.
    final class CallOutcome: Sendable {
        private let isOpen = Mutex(false)
        var mayHaveHappened: Bool { isOpen.withLock { $0 } }

        /// Runs one call.
        func watch<T: Sendable>(_ call: () async throws -> T) async throws -> T {
            do {
                return try await call()
            } catch {
                if (error as? UpstreamError)?.mayHaveHappened ?? true { isOpen.withLock { $0 = true } }
                throw error
            }
        }
    }

    /// - Parameters:
    ///   - limit: calendars that the tenant may have.
    ///   - admission: what the request was admitted with; checked again where the row and the calendar's id are stored.
    ///   - make: the call itself, run by the outcome it is given.
    /// - Returns: the calendar, and whether this call made it.
    func create(
        _ connection: Connection, _ choice: RawCalendar, _ account: Account, limit: Int?, as admission: Admission,
        make: @escaping @Sendable (CallOutcome) async throws -> UpstreamCalendar
    ) async throws -> (ConnectedCalendar, made: Bool) {
        // One at a time for each provider's calendar: a second caller then finds what the first one made.
        try await adoption.leases.withLease(
            CalendarAdoption.leaseName(account.id, connection.provider, raw: choice.id)
        ) {
            let (row, creation, isNew) = try await begin(connection, choice, account, limit: limit, admission)
            if row.calendarID != nil { return (row, false) }
            if isNew { return (try await call(row, creation, account, admission, make), true) }
            // A former call's reply was lost: what it made may be there.
            switch try await adoption.settle(creation, account) {
            case .adopted(let calendar): return (calendar, false)
            case .unknown: throw Self.unknownOutcome
            case .ended:
                let (row, creation, isNew) = try await begin(connection, choice, account, limit: limit, admission)
                guard isNew else { throw Self.unknownOutcome }
                return (try await call(row, creation, account, admission, make), true)
            }
        }
    }

    private typealias Begun = (row: ConnectedCalendar, creation: CalendarCreation, isNew: Bool)

    /// Writes down what is to be made, unless the calendar has a row already.
    private func begin(
        _ connection: Connection, _ choice: RawCalendar, _ account: Account, limit: Int?, _ admission: Admission
    ) async throws -> Begun {
        let listedBefore = await isListed(account, connection, choice)
        let now = clock.now
        let fresh = ConnectedCalendar(
            rowID: Identifier.make(.calendar), tenant: connection.tenant, accountID: account.id,
            version: account.version, calendarID: nil, connection: connection.id, user: connection.user,
            provider: connection.provider, rawCalendarID: choice.id, name: choice.name ?? choice.email,
            email: choice.email, status: "creating", statusMessage: nil, syncStatus: nil, syncedAt: nil, createdAt: now)
        let creation = CalendarCreation(
            rowID: fresh.rowID, tenant: fresh.tenant, accountID: account.id, version: account.version,
            provider: fresh.provider, rawCalendarID: fresh.rawCalendarID, beganAt: now,
            deadlineAt: now.adding(seconds: CalendarCreation.longestCall), listedBefore: listedBefore)
        let write: @Sendable (any Transaction) throws -> Begun = { tx in
            // The provider's calendars were listed meanwhile.
            let admitted = try admission.check(at: now, in: tx)
            if let known = try CalendarStore.holder(
                account: account.id, connection.provider, raw: choice.id, in: tx)
            {
                let own = try Self.own(known, for: connection, version: account.version)
                return (own, try Self.creation(of: own, as: admitted, in: tx), false)
            }
            if let open = try CalendarCreationStore.find(
                account: account.id, connection.provider, raw: choice.id, in: tx)
            {
                // Its row is gone, and what it did is not known.
                throw open.tenant == connection.tenant ? Self.unknownOutcome : Self.alreadyConnected
            }
            if let limit, try CalendarStore.count(connection.tenant, in: tx) >= limit {
                throw Problem(.quotaExceeded, "The tenant may have \(limit) calendars.", action: .operator)
            }
            try CalendarStore.insert(fresh, as: admitted, in: tx)
            try CalendarSecretStore.record(
                fresh, version: try ProviderAppStore.secretVersion(fresh.tenant, fresh.provider, in: tx), in: tx)
            try CalendarCreationStore.insert(creation, as: admitted, in: tx)
            try JobStore.add(RecoverCalendarJob.kind, fresh.tenant, fresh.rowID, at: now, delay: 60, in: tx)
            return (fresh, creation, true)
        }
        do {
            return try await database.write(write)
        } catch SQLError.uniqueViolation(.rawCalendar) {
            // Another process was first: its row is found now.
            return try await database.write(write)
        }
    }

    /// The creation of a row. One that is being made without one, which nothing writes, gets it.
    private static func creation(
        of row: ConnectedCalendar, as admitted: Admitted, in tx: any Transaction
    ) throws -> CalendarCreation {
        if let known = try CalendarCreationStore.find(row.rowID, in: tx) { return known }
        let creation = CalendarCreation(
            rowID: row.rowID, tenant: row.tenant, accountID: row.accountID, version: row.version,
            provider: row.provider, rawCalendarID: row.rawCalendarID, beganAt: row.createdAt,
            deadlineAt: row.createdAt.adding(seconds: CalendarCreation.longestCall), listedBefore: false)
        if row.calendarID == nil { try CalendarCreationStore.insert(creation, as: admitted, in: tx) }
        return creation
    }

    /// Version 1 has no times: calendars that exist before the call are listed, so that none of them is taken for its
    /// result.
    private func isListed(_ account: Account, _ connection: Connection, _ choice: RawCalendar) async -> Bool {
        guard account.version == .v1 else { return false }
        let holder = try? await database.read { tx in
            try CalendarStore.holder(account: account.id, connection.provider, raw: choice.id, in: tx)
        }
        guard holder == nil else { return false }
        return (try? await adoption.list(account)) != nil
    }

    /// The owner's own, in the version that is asked: made in both, it would record twice.
    private static func own(_ known: ConnectedCalendar, for connection: Connection, version: APIVersion) throws
        -> ConnectedCalendar
    {
        guard known.tenant == connection.tenant, known.user == connection.user, known.version == version else {
            throw alreadyConnected
        }
        guard known.status != "deleting" else {
            guard known.calendarID != nil else { throw unknownOutcome }
            throw Problem(
                .conflict, "This calendar is being disconnected; try again.", action: .wait, retryAfter: 5)
        }
        return known
    }

    private func call(
        _ row: ConnectedCalendar, _ creation: CalendarCreation, _ account: Account, _ admission: Admission,
        _ make: @Sendable (CallOutcome) async throws -> UpstreamCalendar
    ) async throws -> ConnectedCalendar {
        let outcome = CallOutcome()
        let made: UpstreamCalendar
        do {
            made = try await make(outcome)
        } catch {
            if case UpstreamError.conflict = error { return try await afterConflict(row, creation, account) }
            guard outcome.mayHaveHappened else {
                try await database.write { tx in
                    try CalendarCreationStore.end(row.rowID, in: tx)
                    try CalendarStore.removeUnmade(row.tenant, rowID: row.rowID, in: tx)
                }
                throw error
            }
            if let found = await lookAfterFailure(creation, account) { return found }
            // The row stays: a repeated call, the watch or the operator finds out.
            throw error
        }
        switch try await adoption.keep(made, in: row, creation, as: admission) {
        case .kept(let calendar): return calendar
        case .withdrawn(let reason):
            // Disconnected while it was being made. What fails now the watch does.
            try? await adoption.takeDown(made.id, of: creation, account)
            throw reason
        case .claimed:
            logger.error(
                "a calendar that was just made is another's here",
                metadata: ["tenant.id": .string(row.tenant), "calendar.id": .string(made.id)])
            throw Self.unknownOutcome
        }
    }

    /// Upstream has it already: made elsewhere before, or by this very call, where a proxy sent it twice.
    private func afterConflict(
        _ row: ConnectedCalendar, _ creation: CalendarCreation, _ account: Account
    ) async throws -> ConnectedCalendar {
        // Without a list nothing is proven.
        guard let listing = try? await adoption.list(account) else { throw Self.unknownOutcome }
        guard listing.unclaimed.contains(where: { AdoptionRule.mayHaveMade(creation, $0) }) else {
            try await database.write { tx in
                try CalendarCreationStore.end(row.rowID, in: tx)
                try CalendarStore.removeUnmade(row.tenant, rowID: row.rowID, in: tx)
            }
            throw Self.alreadyConnected
        }
        if case .adopted(let found) = try await adoption.settle(creation, in: listing) { return found }
        throw Self.unknownOutcome
    }

    private func lookAfterFailure(_ creation: CalendarCreation, _ account: Account) async -> ConnectedCalendar? {
        let over = clock.now.adding(seconds: CalendarCreation.afterCall)
        _ = try? await database.write { try CalendarCreationStore.setDeadline(creation.rowID, over, in: $0) }
        var ended = creation
        ended.deadlineAt = min(creation.deadlineAt, over)
        guard case .adopted(let found) = try? await adoption.settle(ended, account) else { return nil }
        return found
    }

    private static let alreadyConnected = Problem(
        .calendarAlreadyConnected, "This calendar is already connected.", action: .user)
    private static let unknownOutcome = Problem(
        .conflict,
        "It is not known yet whether an earlier call made this calendar. This settles by itself within some minutes, "
            + "or the operator resolves it (unclaimed calendars).", action: .operator)
}
