import JSONValue
import MeetingBaaS
import OAuth
import SQL

/// Calendars whose state differs from Meeting BaaS's, as payloads of the missed webhooks.
struct MissedCalendarChanges: Sendable {
    let database: any Database
    let clock: GatewayClock
    /// Seconds in which a new calendar may be missing in upstream's list.
    let grace: Double

    /// Calendars that are held in memory at once, to be compared with a newer list.
    private static let batch = 1_000

    /// Calls `body` with each calendar that differs and its webhook.
    /// - Returns: how often `body` returned true.
    func count(
        _ account: String, _ api: any CalendarAPI, _ body: (ConnectedCalendar, JSON) async throws -> Bool
    ) async throws -> Int {
        var (found, differing): (Int, [ConnectedCalendar]) = (0, [])
        var listed: [String: UpstreamCalendar]?
        for try await page in LiveCalendars(database: database, account: account, version: api.version) {
            let there = if let listed { listed } else { try await list(api) }
            listed = there
            differing += page.filter { payload(for: $0, there) != nil }
            if differing.count >= Self.batch {
                found += try await publish(differing, api, body)
                differing = []
            }
        }
        return differing.isEmpty ? found : try await publish(differing, api, body) + found
    }

    /// A webhook may have reported the change after the list was read. A list that is read after the row shows whether
    /// they still differ.
    private func publish(
        _ calendars: [ConnectedCalendar], _ api: any CalendarAPI, _ body: (ConnectedCalendar, JSON) async throws -> Bool
    ) async throws -> Int {
        let there = try await list(api)
        var found = 0
        for calendar in calendars {
            if let payload = payload(for: calendar, there), try await body(calendar, payload) { found += 1 }
        }
        return found
    }

    private func list(_ api: any CalendarAPI) async throws -> [String: UpstreamCalendar] {
        Dictionary(try await api.allCalendars().map { ($0.id.lowercased(), $0) }) { $1 }
    }

    /// - Returns: nil when both agree.
    private func payload(for calendar: ConnectedCalendar, _ there: [String: UpstreamCalendar]) -> JSON? {
        let now = clock.now
        guard let id = calendar.calendarID, now.seconds(since: calendar.createdAt) > grace else { return nil }
        guard let upstream = there[id] else {
            guard calendar.status != "unknown" else { return nil }
            return [
                "event": "calendar.connection_deleted",
                "data": [
                    "calendar_id": .string(id), "calendar_platform": .string(calendar.provider.rawValue),
                    "deleted_at": .string("\(now)"),
                ],
            ]
        }
        guard let status = upstream.status, ConnectedCalendar.normalized(status: status) != calendar.status else {
            return nil
        }
        return [
            "event": "calendar.connection_updated",
            "data": [
                "calendar_id": .string(id), "calendar_platform": .text(upstream.platform),
                "account_email": .text(upstream.email), "status": .string(status),
                "status_message": .text(upstream.statusMessage), "created_at": .text(upstream.createdAt),
                "updated_at": .string("\(now)"),
            ],
        ]
    }
}
