extension CalendarAPI {
    /// Reads a list of events page by page, until one fits.
    /// - Parameter mostPages: a bound against a cursor that never ends.
    /// - Throws: `UpstreamError`.
    public func firstEvent(
        _ calendarID: String, _ filter: EventFilter, mostPages: Int = 1000, where fits: (UpstreamEvent) -> Bool
    ) async throws -> UpstreamEvent? {
        var cursor: String?
        for _ in 0..<mostPages {
            let page = try await events(calendarID, filter, cursor: cursor)
            if let found = page.events.first(where: fits) { return found }
            cursor = page.next
            if cursor == nil { break }
        }
        return nil
    }

    /// Reads all pages of a list of events.
    /// - Parameter mostPages: a bound against a cursor that never ends.
    /// - Throws: `UpstreamError`.
    public func allEvents(
        _ calendarID: String, _ filter: EventFilter, mostPages: Int = 200
    ) async throws -> [UpstreamEvent] {
        var found: [UpstreamEvent] = []
        _ = try await firstEvent(calendarID, filter, mostPages: mostPages) { event in
            found.append(event)
            return false
        }
        return found
    }
}
