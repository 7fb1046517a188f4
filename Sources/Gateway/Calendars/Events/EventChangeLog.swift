import JSONValue
import MeetingBaaS
import SQL

/// The times at which events of a version 2 calendar changed, by our clock. v2 itself does not give them;
/// `updated_at_gte` needs them. Holds a fingerprint of each event, no titles and no people.
struct EventChangeLog: Sendable {
    let tenantKeys: TenantKeys

    /// The compared part of an event: the fields that a list item and a webhook's instance both have.
    struct Observation: Sendable {
        let eventID: String
        let seriesID: String?
        let fingerprint: [UInt8]
        /// nil if unknown.
        let endsAt: Timestamp?
    }

    /// The source of a change to an event.
    enum Source: Sendable {
        /// A webhook: it says itself that something changed.
        case change
        /// A list or an event that was asked for, or a webhook that lists what is there.
        case list
        /// A backfill, which pages through the whole calendar.
        case backfill(began: Timestamp)

        var saysChanged: Bool { if case .change = self { true } else { false } }
    }

    struct Change: Sendable {
        let eventID: String
        let changedAt: Timestamp
    }

    func fingerprint(_ event: UpstreamEvent) -> Observation {
        observation(
            event.id, event.seriesID, [event.title, event.start, event.end, event.status, event.meetingURL],
            end: event.end ?? event.start)
    }

    func fingerprint(_ instance: MeetingBaaS.WebhookPayload.Instance) -> Observation {
        let json = instance.json
        let start = (json["start"] ?? json["start_time"])?.stringValue
        let end = (json["end"] ?? json["end_time"])?.stringValue
        return observation(
            instance.eventID, instance.seriesID,
            [
                json["title"]?.stringValue, start, end, json["status"]?.stringValue, json["meeting_url"]?.stringValue,
            ], end: end ?? start)
    }

    private func observation(_ id: String, _ series: String?, _ parts: [String?], end: String?) -> Observation {
        let plain = parts.map { part in
            part.flatMap { Timestamp(rfc3339: $0).map { "\($0.milliseconds)" } } ?? part ?? "\u{1}"
        }
        // Keyed, so that a title cannot be guessed from its fingerprint.
        let digest = tenantKeys.digest(plain.joined(separator: "\u{0}"), purpose: "event")
        return Observation(
            eventID: id, seriesID: series, fingerprint: Array(digest[..<16]),
            endsAt: end.flatMap { Timestamp(rfc3339: $0) })
    }

    /// Writes down what changed; `changed_at` grows strictly within a calendar.
    ///
    /// An event that a list shows, that is not recorded, and that ended long ago, was taken out of the record before
    /// (`EventRetention`): it is recorded again as of its end, and is no change. In the first backfill of a calendar it is one.
    /// - Returns: the changes, in order of their times.
    static func record(
        _ observations: [Observation], of calendar: ConnectedCalendar, from source: Source, at now: Timestamp,
        in tx: any Transaction
    ) throws -> [Change] {
        guard let calendarID = calendar.calendarID else { return [] }
        let last =
            try tx.first(
                """
                SELECT MAX(changed_at) AS last FROM event_changes
                WHERE tenant_id = \(calendar.tenant) AND calendar_id = \(calendarID)
                """)?.optionalInteger("last") ?? 0
        var next = max(now.milliseconds, last + 1)
        var changes: [Change] = []
        let mayBePruned = try !source.saysChanged && CalendarStore.isFilled(calendar, in: tx)
        for observation in observations {
            let known = try StoredEvent(calendar.tenant, observation.eventID, in: tx)
            if let known, known.isUnchanged(observation, source) {
                try known.keep(observation, source, of: calendar.tenant, in: tx)
                continue
            }
            let prunedEnd =
                known == nil && mayBePruned && EventRetention.isPast(observation.endsAt, at: now)
                ? observation.endsAt : nil
            try tx.run(
                """
                INSERT INTO event_changes
                    (tenant_id, event_id, account_id, calendar_id, series_id, changed_at, fingerprint, ends_at, seen_at)
                VALUES (\(calendar.tenant), \(observation.eventID), \(calendar.accountID), \(calendarID),
                    \(observation.seriesID), \(prunedEnd?.milliseconds ?? next), \(observation.fingerprint),
                    \(observation.endsAt?.milliseconds), \(now.milliseconds))
                ON CONFLICT (tenant_id, event_id) DO UPDATE SET changed_at = excluded.changed_at,
                    fingerprint = excluded.fingerprint,
                    series_id = COALESCE(excluded.series_id, event_changes.series_id),
                    ends_at = COALESCE(excluded.ends_at, event_changes.ends_at), seen_at = excluded.seen_at
                """)
            if prunedEnd != nil { continue }
            changes.append(Change(eventID: observation.eventID, changedAt: Timestamp(milliseconds: next)))
            next += 1
        }
        return changes
    }

    /// A row as it is before an observation.
    private struct StoredEvent {
        let fingerprint: [UInt8]
        let endsAt: Int64?
        let seenAt: Int64?

        /// nil when there is none.
        init?(_ tenant: String, _ event: String, in tx: any Transaction) throws {
            let row = try tx.first(
                """
                SELECT fingerprint, ends_at, seen_at FROM event_changes
                WHERE tenant_id = \(tenant) AND event_id = \(event)
                """)
            guard let row else { return nil }
            fingerprint = try row.blob("fingerprint")
            (endsAt, seenAt) = (try row.optionalInteger("ends_at"), try row.optionalInteger("seen_at"))
        }

        func isUnchanged(_ observation: Observation, _ source: Source) -> Bool {
            !source.saysChanged && fingerprint == observation.fingerprint
        }

        /// Writes down an end that was not known, and that a backfill listed an event that would be taken out otherwise. The
        /// others need no write, since each backfill lists them again.
        func keep(_ observation: Observation, _ source: Source, of tenant: String, in tx: any Transaction) throws {
            let end = observation.endsAt?.milliseconds ?? endsAt
            var seen = seenAt
            if case .backfill(let began) = source, seenAt ?? 0 < began.milliseconds,
                EventRetention.isPast(end.map { Timestamp(milliseconds: $0) }, at: began)
            {
                seen = began.milliseconds
            }
            guard end != endsAt || seen != seenAt else { return }
            try tx.run(
                """
                UPDATE event_changes SET ends_at = \(end), seen_at = \(seen)
                WHERE tenant_id = \(tenant) AND event_id = \(observation.eventID)
                """)
        }
    }

    /// The gateway's own `calendar.sync_events` for a batch of changes: its time is the smallest of them, so that a
    /// reader who asks for everything since then misses none.
    static func emitSync(
        _ changes: [Change], of calendar: ConnectedCalendar, reconciled: Bool = false, at now: Timestamp,
        in tx: any Transaction
    ) throws {
        guard let first = changes.first else { return }
        let time = JSON.string("\(first.changedAt)")
        try MessageStore.emit(
            "calendar.sync_events", calendar.tenant,
            data: [
                "calendar_id": .text(calendar.calendarID), "last_updated_at": time, "last_updated_ts": time,
                "affected_event_uuids": .array(changes.map { .string($0.eventID) }),
            ], context: calendar.context, reconciled: reconciled, at: first.changedAt, in: tx)
    }

    struct Entry: Sendable {
        let eventID: String
        let calendarID: String
        let changedAt: Timestamp
    }

    static func find(_ tenant: String, event: String, in tx: any Transaction) throws -> Entry? {
        try tx.first(
            """
            SELECT event_id, calendar_id, changed_at FROM event_changes
            WHERE tenant_id = \(tenant) AND event_id = \(event)
            """
        ).map(Self.entry)
    }

    /// Changes since a time, in their order, after the last one that was shown.
    static func since(
        _ time: Timestamp, _ tenant: String, calendar: String, after last: (Timestamp, String)?, limit: Int,
        in tx: any Transaction
    ) throws -> [Entry] {
        let from = last?.0.milliseconds ?? time.milliseconds
        return try tx.run(
            """
            SELECT event_id, calendar_id, changed_at FROM event_changes
            WHERE tenant_id = \(tenant) AND calendar_id = \(calendar) AND changed_at >= \(from)
                AND (changed_at > \(from) OR event_id > \(last?.1 ?? "")) ORDER BY changed_at, event_id LIMIT \(limit)
            """
        ).map(Self.entry)
    }

    static func times(_ tenant: String, events: [String], in tx: any Transaction) throws -> [String: Timestamp] {
        var out: [String: Timestamp] = [:]
        for row in try tx.run(
            """
            SELECT event_id, changed_at FROM event_changes WHERE tenant_id = \(tenant) AND event_id IN \(list: events)
            """)
        {
            out[try row.text("event_id")] = try row.time("changed_at")
        }
        return out
    }

    /// The calendar of an account's event, for webhooks that name nothing else.
    static func calendar(account: String, event: String, in tx: any Transaction) throws -> String? {
        try tx.first(
            "SELECT calendar_id FROM event_changes WHERE account_id = \(account) AND event_id = \(event)"
        )?.text("calendar_id")
    }

    static func hasSeries(_ tenant: String, calendar: String, series: String, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT event_id FROM event_changes
            WHERE tenant_id = \(tenant) AND calendar_id = \(calendar) AND series_id = \(series) LIMIT 1
            """) != nil
    }

    /// The series that an event belongs to, as far as it is recorded.
    static func series(_ tenant: String, event: String, in tx: any Transaction) throws -> String? {
        try tx.first("SELECT series_id FROM event_changes WHERE tenant_id = \(tenant) AND event_id = \(event)")?
            .optionalText("series_id")
    }

    /// Deletes the record of a calendar; so many rows at once.
    /// - Returns: how many.
    static func delete(_ tenant: String, calendar: String, limit: Int, in tx: any Transaction) throws -> Int {
        try tx.run(
            """
            DELETE FROM event_changes WHERE (tenant_id, event_id) IN (SELECT tenant_id, event_id FROM event_changes
                WHERE tenant_id = \(tenant) AND calendar_id = \(calendar) LIMIT \(limit)) RETURNING event_id
            """
        ).count
    }

    private static func entry(_ row: Row) throws -> Entry {
        Entry(
            eventID: try row.text("event_id"), calendarID: try row.text("calendar_id"),
            changedAt: try row.time("changed_at"))
    }
}
