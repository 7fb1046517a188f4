import JSONValue
import SQL

/// Erases calendars here, with the rows that this and other features keep of them.
struct CalendarErasure: Sendable {
    /// Erases up to `limit` rows of a calendar; returns how many.
    typealias Step = @Sendable (_ tenant: String, _ calendar: String, _ limit: Int, any Transaction) throws -> Int

    private let steps: [Step]

    /// - Parameter others: the steps of other features, in their order.
    init(_ others: [Step]) {
        steps = [{ try EventChangeLog.delete($0, calendar: $1, limit: $2, in: $3) }] + others
    }

    /// Erases rows that belong to a calendar; so many at once. To be repeated before the calendar itself is erased.
    /// - Returns: how many.
    func eraseRows(of calendar: ConnectedCalendar, limit: Int, in tx: any Transaction) throws -> Int {
        guard let id = calendar.calendarID else { return 0 }
        var left = limit
        for step in steps where left > 0 { left -= try step(calendar.tenant, id, left, tx) }
        return limit - left
    }

    /// Makes a calendar a tombstone, and erases rows of it that came meanwhile.
    func erase(_ calendar: ConnectedCalendar, at now: Timestamp, in tx: any Transaction) throws {
        try CalendarStore.erase(calendar, at: now, in: tx)
        _ = try eraseRows(of: calendar, limit: BackgroundWrites.rows, in: tx)
    }
}

extension CalendarService {
    /// The steps by which a connection's calendars go with it.
    var ofConnections: ConnectionDependents {
        ConnectionDependents(
            remove: { try await removeAll(of: $0, lastTry: $1) },
            erase: { connection, now, tx in
                for calendar in try CalendarStore.list(connection.tenant, connection: connection.id, in: tx) {
                    try erasure.erase(calendar, at: now, in: tx)
                }
            })
    }

    private func removeAll(of connection: Connection, lastTry: Bool) async throws -> [String] {
        let calendars = try await database.read {
            try CalendarStore.list(connection.tenant, connection: connection.id, in: $0)
        }
        var leftovers: [String] = []
        for calendar in calendars {
            do {
                try await remove(calendar)
            } catch  where lastTry && !Task.isCancelled {
                leftovers.append("calendar \(calendar.calendarID ?? calendar.rawCalendarID) at Meeting BaaS")
                try await BackgroundWrites(database: database).repeatingByRows {
                    try erasure.eraseRows(of: calendar, limit: BackgroundWrites.rows, in: $0)
                }
            }
        }
        return leftovers
    }
}

extension ConnectionDeletion.Dependents {
    static let calendars = ConnectionDeletion.Dependents(
        count: { try CalendarStore.list($0.tenant, connection: $0.id, in: $1).count },
        markDeleting: { try CalendarStore.markDeleting($0.tenant, connection: $0.id, at: $1, in: $2) })
}
