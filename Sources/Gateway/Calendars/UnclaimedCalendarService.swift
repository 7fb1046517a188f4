import JSONValue
import MeetingBaaS
import OAuth
import SQL

/// The operator's decisions about upstream calendars without an owner.
struct UnclaimedCalendarService: Sendable {
    let database: any Database
    let adoption: CalendarAdoption

    /// An unclaimed calendar, and the creations of unknown outcome that can have made it.
    struct Item: Sendable {
        let calendar: UnclaimedCalendar
        let account: String
        let creations: [(creation: CalendarCreation, user: String?, slug: String?)]
    }

    func list(after: String?, limit: Int) async throws -> [Item] {
        try await database.read { tx in
            let found = try UnclaimedCalendarStore.list(after: after, limit: limit, in: tx)
            var open: [APIVersion: [CalendarCreation]] = [:]
            for version in APIVersion.allCases { open[version] = try CalendarCreationStore.list(version, in: tx) }
            return try found.map { calendar in
                let creations = (open[calendar.version] ?? []).filter {
                    $0.madeID == nil && AdoptionRule.mayHaveMade($0, calendar)
                }
                return Item(
                    calendar: calendar, account: try Self.name(calendar.accountID, in: tx),
                    creations: try creations.map { creation in
                        let row = try CalendarStore.find(creation.tenant, creation.rowID, user: nil, in: tx)
                        return (creation, row?.user, try TenantStore.find(id: creation.tenant, in: tx)?.slug)
                    })
            }
        }
    }

    /// `shared`, or the slug of the tenant whose account it is.
    private static func name(_ account: String, in tx: any Transaction) throws -> String {
        account == Account.sharedID ? account : try TenantStore.find(id: account, in: tx)?.slug ?? account
    }

    /// Gives an unclaimed calendar to the creation that made it.
    /// - Returns: nil when its owner does not want it any more: then it was deleted upstream.
    func assign(_ id: String, to rowID: String) async throws -> ConnectedCalendar? {
        let (calendar, named) = try await database.read { tx in
            (try UnclaimedCalendarStore.find(id, in: tx), try CalendarCreationStore.find(rowID, in: tx))
        }
        guard let calendar else { throw Problem.notFound }
        guard let named else {
            throw Problem.invalid("/calendar_id", "is not the id of a calendar in creating")
        }
        let name = CalendarAdoption.leaseName(named.accountID, named.provider, raw: named.rawCalendarID)
        return try await adoption.leases.withLease(name) {
            // A call that was under way has its outcome by now.
            guard let creation = try await database.read({ try CalendarCreationStore.find(rowID, in: $0) }) else {
                throw Problem.invalid("/calendar_id", "is not the id of a calendar in creating")
            }
            return try await assign(calendar, to: creation)
        }
    }

    private func assign(_ calendar: UnclaimedCalendar, to creation: CalendarCreation) async throws -> ConnectedCalendar?
    {
        let isSameKind =
            calendar.version == creation.version
            && calendar.platform ?? creation.provider.rawValue
                == creation.provider.rawValue
        let isSameRaw =
            creation.rawCalendarID.isEmpty || calendar.rawCalendarID ?? creation.rawCalendarID == creation.rawCalendarID
        guard isSameKind, isSameRaw else {
            throw Problem(
                .conflict, "That calendar is another one: its version, provider or raw id differs.", action: .operator)
        }
        let account = try await account(creation.accountID, creation.version)
        let found: UpstreamCalendar
        do {
            found = try await adoption.api(account, creation.tenant).calendar(calendar.id)
        } catch UpstreamError.notFound {
            throw Problem(.conflict, "The account of that creation has no such calendar.", action: .operator)
        }
        let row = try await database.read {
            try CalendarStore.find(creation.tenant, creation.rowID, user: nil, in: $0)
        }
        guard let row, row.status == "creating" else {
            try await adoption.takeDown(calendar.id, of: creation, account)
            return nil
        }
        switch try await adoption.keep(found, in: row, creation, as: nil) {
        case .kept(let kept): return kept
        case .withdrawn:
            try await adoption.takeDown(calendar.id, of: creation, account)
            return nil
        case .claimed: throw Problem(.conflict, "That calendar has an owner by now.", action: .operator)
        }
    }

    /// Deletes an unclaimed calendar upstream.
    func delete(_ id: String) async throws {
        guard let calendar = try await database.read({ try UnclaimedCalendarStore.find(id, in: $0) }) else {
            throw Problem.notFound
        }
        let account = try await account(calendar.accountID, calendar.version)
        try await adoption.api(account, calendar.accountID).deleteCalendar(id)
        try await database.write { try UnclaimedCalendarStore.delete([id], in: $0) }
    }

    private func account(_ id: String, _ version: APIVersion) async throws -> Account {
        guard let account = try await adoption.account(id)?.speaking(version) else {
            throw Problem(
                .notConfigured, "The Meeting BaaS account of this calendar is not configured any more.",
                action: .operator)
        }
        return account
    }
}
