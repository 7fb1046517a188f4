import JSONValue
import MeetingBaaS
import Sealing
import SQL

/// Events in one shape over both versions. v1 filters by itself; for v2 the record of changes and detail reads give
/// what its lists lack.
struct EventService: Sendable {
    let database: any Database
    let clock: GatewayClock
    let tenantKeys: TenantKeys
    let upstream: Upstream
    let changeLog: EventChangeLog

    enum When: String, CaseIterable, Sendable {
        case upcoming, past, all
    }

    struct Query: Sendable {
        var startGTE: Timestamp?
        var startLTE: Timestamp?
        var updatedGTE: Timestamp?
        var status: When
        var attendee: String?
        var organizer: String?
        var limit = 50
    }

    /// An event, with members that the version itself does not have.
    struct Event: Sendable {
        let upstream: UpstreamEvent
        let calendar: ConnectedCalendar
        let updatedAt: String?
        let isOrganizer: Bool?
    }

    struct Page: Sendable {
        let events: [Event]
        let next: String?
    }

    /// Pages that a filter left empty are passed over, this many at most; then a cursor alone is answered.
    private static let rounds = 10
    private static let detailReads = 8

    func list(_ calendar: ConnectedCalendar, _ query: Query, cursor: String?) async throws -> Page {
        guard let id = calendar.calendarID else { throw Problem(.conflict, "The calendar is still being made.") }
        let pager = Cursor(.sealed(try await tenantKeys.sealer(for: calendar.tenant), list: "events/\(id)"))
        var position = try pager.position(EventPosition.self, from: cursor) ?? EventPosition()
        let api = try await upstream.api(for: calendar)
        for _ in 0..<Self.rounds {
            let (events, next): ([Event], EventPosition?)
            switch calendar.version {
            case .v1: (events, next) = try await pageV1(calendar, id, query, position, api)
            case .v2 where query.updatedGTE != nil:
                (events, next) = try await pageOfChanges(calendar, id, query, position, api)
            case .v2: (events, next) = try await pageV2(calendar, id, query, position, api)
            }
            if let next, events.isEmpty {
                position = next
                continue
            }
            return Page(events: events, next: try next.map { try pager.text(at: $0) })
        }
        return Page(events: [], next: try pager.text(at: position))
    }

    func event(_ calendar: ConnectedCalendar, _ id: String) async throws -> Event {
        let found = try await upstream.api(for: calendar).event(id, calendarID: calendar.calendarID ?? "")
        if calendar.version == .v1 { return complete(found, calendar, updatedAt: found.updatedAt) }
        return complete(found, calendar, updatedAt: try await record([found], of: calendar)[found.id])
    }

    /// The job: pages through the whole calendar, so that the change log has every event.
    func backfill(_ calendar: ConnectedCalendar) async throws {
        guard let id = calendar.calendarID, calendar.version == .v2, calendar.status != "deleting" else { return }
        let api = try await upstream.api(for: calendar)
        var filter = EventFilter()
        filter.limit = 250
        let isRefill = try await database.read { try CalendarStore.isFilled(calendar, in: $0) }
        let began = clock.now
        var (cursor, isWhole): (String?, Bool) = (nil, false)
        // 250 000 events, as a bound against a cursor that never ends.
        for _ in 0..<1000 {
            do {
                let page = try await api.events(id, filter, cursor: cursor)
                // A calendar that was backfilled before has missed the changes found now.
                _ = try await record(page.events, of: calendar, from: .backfill(began: began), reconciled: isRefill)
                cursor = page.next
                isWhole = cursor == nil
            } catch UpstreamError.notFound {
                cursor = nil
            }
            if cursor == nil { break }
        }
        let now = clock.now
        try await database.write { try CalendarStore.noteFilled(calendar, at: now, in: $0) }
        guard isWhole else { return }
        while try await database.write({ try EventRetention.presumeEnds(of: calendar, at: began, in: $0) }) {
            try Task.checkCancellation()
        }
        while try await database.write({ try EventRetention.prune(calendar, unlistedSince: began, in: $0) }) {
            try Task.checkCancellation()
        }
    }

    // MARK: - pages

    private func pageV1(
        _ calendar: ConnectedCalendar, _ id: String, _ query: Query, _ position: EventPosition, _ api: any CalendarAPI
    ) async throws -> ([Event], EventPosition?) {
        var filter = EventFilter()
        filter.startGTE = query.startGTE.map { "\($0)" }
        filter.startLTE = query.startLTE.map { "\($0)" }
        filter.updatedGTE = query.updatedGTE.map { "\($0)" }
        filter.status = query.status.rawValue
        filter.attendee = query.attendee
        filter.organizer = query.organizer
        let page = try await api.events(id, filter, cursor: position.upstream)
        // v1's pages are larger than ours: the rest of one is another page here.
        let rest = page.events.dropFirst(position.offset)
        let presented = rest.prefix(query.limit)
        let next: EventPosition? =
            rest.count > query.limit
            ? EventPosition(upstream: position.upstream, offset: position.offset + query.limit)
            : page.next.map { EventPosition(upstream: $0) }
        return (presented.map { complete($0, calendar, updatedAt: $0.updatedAt) }, next)
    }

    private func pageV2(
        _ calendar: ConnectedCalendar, _ id: String, _ query: Query, _ position: EventPosition, _ api: any CalendarAPI
    ) async throws -> ([Event], EventPosition?) {
        var filter = EventFilter()
        filter.limit = query.limit
        // One second wider than requested, then cut exactly here: whether upstream's bounds are inclusive is not
        // documented.
        filter.startGTE = query.startGTE.map { "\($0.adding(seconds: -1))" }
        filter.startLTE = query.startLTE.map { "\($0.adding(seconds: 1))" }
        let page = try await api.events(id, filter, cursor: position.upstream)
        let times = try await record(page.events, of: calendar)
        let now = clock.now
        let wanted = page.events.filter { fits($0, query, now: now) }
        let events = try await details(wanted.map(\.id), id, api).filter { hasPeople($0, query) }
        return (
            events.map { complete($0, calendar, updatedAt: times[$0.id]) },
            page.next.map { EventPosition(upstream: $0) }
        )
    }

    private func pageOfChanges(
        _ calendar: ConnectedCalendar, _ id: String, _ query: Query, _ position: EventPosition, _ api: any CalendarAPI
    ) async throws -> ([Event], EventPosition?) {
        guard let since = query.updatedGTE else { return ([], nil) }
        let entries = try await database.read { tx in
            try EventChangeLog.since(
                since, calendar.tenant, calendar: id, after: position.last, limit: query.limit + 1, in: tx)
        }
        let presented = entries.prefix(query.limit)
        let now = clock.now
        let times = Dictionary(presented.map { ($0.eventID, "\($0.changedAt)") }, uniquingKeysWith: { $1 })
        let events = try await details(presented.map(\.eventID), id, api)
            .filter { fits($0, query, now: now) && hasPeople($0, query) }
        let next =
            entries.count > query.limit ? presented.last.map { EventPosition(last: ($0.changedAt, $0.eventID)) } : nil
        return (events.map { complete($0, calendar, updatedAt: times[$0.id]) }, next)
    }

    // MARK: - pieces

    /// Detail reads, at most eight at once, in the order asked; an event that is gone meanwhile is left out.
    private func details(_ ids: [String], _ calendarID: String, _ api: any CalendarAPI) async throws -> [UpstreamEvent]
    {
        try await ids.concurrentMap(limit: Self.detailReads) { id in
            do {
                return try await api.event(id, calendarID: calendarID)
            } catch UpstreamError.notFound {
                return nil
            }
        }.compactMap { $0 }
    }

    /// - Returns: the change time of each event, as text.
    private func record(
        _ events: [UpstreamEvent], of calendar: ConnectedCalendar, from source: EventChangeLog.Source = .list,
        reconciled: Bool = false
    ) async throws -> [String: String] {
        let observations = events.map { changeLog.fingerprint($0) }
        let now = clock.now
        let ids = events.map(\.id)
        let times = try await database.write { tx in
            // Meeting BaaS was called meanwhile: nothing is stored or published for a calendar that is being deleted.
            guard try CalendarStore.isLive(calendar.tenant, rowID: calendar.rowID, in: tx) else {
                return try EventChangeLog.times(calendar.tenant, events: ids, in: tx)
            }
            let changes = try EventChangeLog.record(observations, of: calendar, from: source, at: now, in: tx)
            try EventChangeLog.emitSync(changes, of: calendar, reconciled: reconciled, at: now, in: tx)
            return try EventChangeLog.times(calendar.tenant, events: ids, in: tx)
        }
        return times.mapValues { "\($0)" }
    }

    private func fits(_ event: UpstreamEvent, _ query: Query, now: Timestamp) -> Bool {
        let start = event.start.flatMap { Timestamp(rfc3339: $0) }
        let end = event.end.flatMap { Timestamp(rfc3339: $0) } ?? start
        if let bound = query.startGTE, let start, start < bound { return false }
        if let bound = query.startLTE, let start, start > bound { return false }
        switch query.status {
        case .all: return true
        case .upcoming: return end.map { $0 >= now } ?? true
        case .past: return end.map { $0 < now } ?? false
        }
    }

    private func hasPeople(_ event: UpstreamEvent, _ query: Query) -> Bool {
        if let attendee = query.attendee?.lowercased() {
            guard event.attendees?.contains(where: { $0.email.lowercased() == attendee }) == true else { return false }
        }
        if let organizer = query.organizer?.lowercased() {
            guard event.organizerEmail?.lowercased() == organizer else { return false }
        }
        return true
    }

    private func complete(_ event: UpstreamEvent, _ calendar: ConnectedCalendar, updatedAt: String?) -> Event {
        let own = event.organizerEmail.map { $0.lowercased() == calendar.email?.lowercased() }
        return Event(upstream: event, calendar: calendar, updatedAt: updatedAt, isOrganizer: event.isOrganizer ?? own)
    }
}

extension Array where Element: Sendable {
    /// `body` over all elements, `limit` at once; results in the order of the elements.
    func concurrentMap<T: Sendable>(
        limit: Int, _ body: @escaping @Sendable (Element) async throws -> T
    ) async throws -> [T] {
        try await withThrowingTaskGroup(of: (Int, T).self) { group in
            var results = [T?](repeating: nil, count: count)
            var waiting = enumerated().makeIterator()
            for _ in 0..<limit {
                guard let (index, element) = waiting.next() else { break }
                group.addTask { (index, try await body(element)) }
            }
            while let (index, value) = try await group.next() {
                results[index] = value
                if let (index, element) = waiting.next() { group.addTask { (index, try await body(element)) } }
            }
            return results.compactMap { $0 }
        }
    }
}
