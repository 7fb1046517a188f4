import MeetingBaaS
import SQL

/// Calendars live in the account that made them.
extension AccountContents {
    static let calendars = AccountContents(
        isAnyElsewhere: { try CalendarStore.isAny(of: $0, notOf: $1, in: $2) },
        isInUse: { tenant, tx in
            try CalendarStore.hasLive(tenant, in: tx) || CalendarCreationStore.isAny(account: tenant, in: tx)
        },
        calendars: { tenant, tx in
            try CalendarStore.list(tenant, user: nil, after: nil, limit: 100, in: tx)
                .map { Object(account: $0.accountID, id: $0.calendarID) }
        },
        delete: { try UnclaimedCalendarStore.delete(account: $0, in: $1) })
}

extension Upstream {
    /// The account that made the calendar, in the version that made it.
    func api(for calendar: ConnectedCalendar) async throws -> any CalendarAPI {
        api(for: try await account(of: calendar), tenant: calendar.tenant)
    }

    func client(for calendar: ConnectedCalendar) async throws -> MeetingBaaS.UpstreamClient {
        client(for: try await account(of: calendar), tenant: calendar.tenant)
    }

    private func account(of calendar: ConnectedCalendar) async throws -> Account {
        guard let account = try await accounts.account(id: calendar.accountID) else {
            throw Problem(
                .notConfigured, "The Meeting BaaS account of this calendar is not configured any more.",
                action: .operator)
        }
        return account.speaking(calendar.version)
    }
}
