import JSONValue
import MeetingBaaS
import SQL
import Support
import Testing

@testable import Gateway

/// Rows that go some time after the end of what they are about. The clock is the test's.
struct RowRetentionTests {
    private static let day = 86_400.0

    // MARK: - bots

    private func bot(
        _ id: String, _ state: String, daysAgo: Double, calendar: String? = nil, account: String = "shared",
        _ place: TenantPlace
    ) async throws {
        let time = place.now.adding(seconds: -daysAgo * Self.day).milliseconds
        try await place.write { tx in
            try tx.run(
                """
                INSERT INTO bots (account_id, bot_id, tenant_id, calendar_id, state, state_at, created_at)
                VALUES (\(account), \(id), 'ten_1', \(calendar), \(state), \(time), \(time))
                """)
        }
    }

    private func bots(_ place: TenantPlace) async throws -> Set<String> {
        try await place.database.read { tx in
            Set(try tx.run("SELECT bot_id FROM bots").map { try $0.text("bot_id") })
        }
    }

    @Test func `A bot without a calendar goes 400 days after its end, a batch at a time`() async throws {
        let place = try await TenantPlace()
        for number in 0..<5 {
            let state = number.isMultiple(of: 2) ? "completed" : "failed"
            try await bot("old \(number)", state, daysAgo: 401, place)
        }
        try await bot("young", "completed", daysAgo: 399, place)
        try await bot("of a calendar", "completed", daysAgo: 1000, calendar: "calendar", place)
        // It has no known end: it may have been scheduled for 90 days ahead.
        try await bot("open", "joining", daysAgo: 490, place)
        try await bot("open for long", "recording", daysAgo: 492, place)
        let now = place.now
        var rounds = 0
        while try await place.write({ try BotStore.pruneEnded(at: now, limit: 4, in: $0) }) {
            rounds += 1
            #expect(try await bots(place).count == 9 - 4 * rounds)
        }
        #expect(rounds == 1)
        #expect(try await bots(place) == ["young", "of a calendar", "open"])
    }

    @Test func `A bot that upstream does not have goes if it has ended and is of the present key`() async throws {
        let place = try await TenantPlace()
        try await bot("ended", "completed", daysAgo: 1, place)
        try await bot("running", "recording", daysAgo: 1, place)
        try await bot("of a calendar", "completed", daysAgo: 1, calendar: "calendar", place)
        let now = place.now
        for id in ["ended", "running", "of a calendar"] {
            try await place.write { tx in
                try BotStore.deleteMissing(id, of: "ten_2", account: "shared", in: tx)
                try BotStore.deleteMissing(id, of: "ten_1", account: "ten_1", in: tx)
            }
        }
        #expect(try await bots(place).count == 3, "another tenant's, or another account's")
        for id in ["ended", "running", "of a calendar"] {
            try await place.write { try BotStore.deleteMissing(id, of: "ten_1", account: "shared", in: $0) }
        }
        #expect(try await bots(place) == ["running", "of a calendar"])
        try await bot("of a former key", "completed", daysAgo: 1, place)
        try await place.write { tx in
            try GenerationStore.advance("shared", .account, GenerationStore.account, at: now, in: tx)
            try BotStore.deleteMissing("of a former key", of: "ten_1", account: "shared", in: tx)
        }
        #expect(try await bots(place).contains("of a former key"))
    }

    // MARK: - events

    @Test func `The owner of an event that a list told is kept for 90 days, and that of a credential longer`()
        async throws
    {
        let place = try await TenantPlace()
        let calendar = try await calendar("a", place)
        let owner = Owner(tenant: "ten_1", user: "ann", calendar: calendar.calendarID)
        @Sendable func reference(_ kind: ObjectKind, _ id: String) -> ObjectReference {
            ObjectReference(account: "shared", version: .v1, kind: kind, id: id)
        }
        func recordOwner(_ kind: ObjectKind, _ id: String, daysAgo: Double) async throws {
            let time = place.now.adding(seconds: -daysAgo * Self.day)
            try await place.write { try OwnershipStore.recordOwner(reference(kind, id), owner, at: time, in: $0) }
        }
        for number in 0..<5 { try await recordOwner(.event, "old \(number)", daysAgo: 91) }
        try await recordOwner(.event, "young", daysAgo: 89)
        try await recordOwner(.zoomCredential, "old 1", daysAgo: 1000)
        let now = place.now
        while try await place.write({ try OwnershipStore.pruneEvents(at: now, limit: 2, in: $0) }) {}
        let left = try await place.database.read { tx in
            try tx.run("SELECT kind, id FROM owned_objects ORDER BY kind").map {
                "\(try $0.text("kind")) \(try $0.text("id"))"
            }
        }
        #expect(left == ["event young", "zoom_credential old 1"])
    }

    private func calendar(_ id: String, isFilled: Bool = true, _ place: TenantPlace) async throws -> ConnectedCalendar {
        let now = place.now.milliseconds
        return try await place.write { tx in
            try tx.run(
                """
                INSERT INTO calendars (row_id, tenant_id, account_id, api_version, calendar_id, connection_id, user_id,
                    provider, raw_calendar_id, status, filled_at, created_at, updated_at)
                VALUES (\("row \(id)"), 'ten_1', 'shared', 'v2', \(id), 'con_1', 'ann', 'google', \(id), 'active',
                    \(isFilled ? now : nil), \(now), \(now))
                """)
            return try #require(try CalendarStore.find("ten_1", id, user: nil, in: tx))
        }
    }

    private func observation(_ id: String, endedDaysAgo days: Double?, _ place: TenantPlace)
        -> EventChangeLog.Observation
    {
        .init(
            eventID: id, seriesID: nil, fingerprint: [1],
            endsAt: days.map { place.now.adding(seconds: -$0 * Self.day) })
    }

    /// - Returns: the ids of what counts as changed.
    @discardableResult
    private func record(
        _ observations: [EventChangeLog.Observation], of calendar: ConnectedCalendar,
        from source: EventChangeLog.Source,
        _ place: TenantPlace
    ) async throws -> [String] {
        let now = place.now
        return try await place.write { tx in
            try EventChangeLog.record(observations, of: calendar, from: source, at: now, in: tx).map(\.eventID)
        }
    }

    private func events(_ place: TenantPlace) async throws -> Set<String> {
        try await place.database.read { tx in
            Set(try tx.run("SELECT event_id FROM event_changes").map { try $0.text("event_id") })
        }
    }

    /// A complete backfill that lists some events.
    private func backfill(
        _ observations: [EventChangeLog.Observation], of calendar: ConnectedCalendar, limit: Int = 2,
        _ place: TenantPlace
    ) async throws -> [String] {
        let began = place.now
        place.move(seconds: 1)
        let changed = try await record(observations, of: calendar, from: .backfill(began: began), place)
        while try await place.write({ try EventRetention.presumeEnds(of: calendar, at: began, limit: limit, in: $0) }) {
        }
        while try await place.write({
            try EventRetention.prune(calendar, unlistedSince: began, limit: limit, in: $0)
        }) {}
        place.move(seconds: 1)
        return changed
    }

    @Test func `An event goes 90 days after its end, if the last complete backfill did not list it`() async throws {
        let place = try await TenantPlace()
        let (calendar, other) = (try await calendar("a", place), try await calendar("b", place))
        let old = (0..<5).map { observation("old \($0)", endedDaysAgo: 91, place) }
        let listed = observation("listed", endedDaysAgo: 91, place)
        let young = observation("young", endedDaysAgo: 89, place)
        try await record(old + [listed, young], of: calendar, from: .change, place)
        try await record([observation("other", endedDaysAgo: 91, place)], of: other, from: .change, place)
        place.move(seconds: 1)
        for _ in 0..<3 {
            #expect(try await backfill([listed], of: calendar, place) == [])
            #expect(try await events(place) == ["listed", "young", "other"])
        }
        // One that a backfill lists again sends nothing, and stays while it is listed.
        #expect(try await backfill(old + [listed], of: calendar, place) == [])
        #expect(try await events(place).count == 8)
        #expect(try await backfill(old + [listed], of: calendar, place) == [])
        #expect(try await events(place).count == 8)
        #expect(try await backfill([], of: calendar, place) == [])
        #expect(try await events(place) == ["young", "other"])
        // Nor when a page of a list shows it, or a webhook that lists what is there; a webhook of a change does.
        #expect(try await record([old[0]], of: calendar, from: .list, place) == [])
        #expect(try await record([old[1]], of: calendar, from: .change, place) == ["old 1"])
        // A young event is a change.
        let late = observation("late", endedDaysAgo: 80, place)
        #expect(try await backfill([late], of: calendar, place) == ["late"])
    }

    @Test func `The first backfill of a calendar tells of old events too`() async throws {
        let place = try await TenantPlace()
        let calendar = try await calendar("a", isFilled: false, place)
        #expect(try await backfill([observation("old", endedDaysAgo: 400, place)], of: calendar, place) == ["old"])
    }

    @Test func `An event that comes back is recorded as of its end, so that no reader takes it for a change`()
        async throws
    {
        let place = try await TenantPlace()
        let calendar = try await calendar("a", place)
        let old = observation("old", endedDaysAgo: 200, place)
        try await record([old], of: calendar, from: .list, place)
        let time = try await place.number("SELECT changed_at AS n FROM event_changes")
        #expect(time == old.endsAt?.milliseconds)
        // A change of it later is one.
        let changed = EventChangeLog.Observation(eventID: "old", seriesID: nil, fingerprint: [2], endsAt: old.endsAt)
        #expect(try await record([changed], of: calendar, from: .list, place) == ["old"])
    }

    @Test func `An event whose end nobody told gets the time of the backfill, and goes 90 days after that`()
        async throws
    {
        let place = try await TenantPlace()
        let calendar = try await calendar("a", place)
        let unknown = (0..<5).map { observation("unknown \($0)", endedDaysAgo: nil, place) }
        try await record(unknown, of: calendar, from: .change, place)
        place.move(seconds: 1)
        _ = try await backfill([], of: calendar, place)
        #expect(try await events(place).count == 5)
        place.move(seconds: 89 * Self.day)
        _ = try await backfill([], of: calendar, place)
        #expect(try await events(place).count == 5)
        place.move(seconds: 2 * Self.day)
        // A list with the end corrects it.
        _ = try await backfill([observation("unknown 0", endedDaysAgo: -1, place), unknown[1]], of: calendar, place)
        #expect(try await events(place) == ["unknown 0", "unknown 1"])
    }

    @Test func `The step of the schema finds ends where bots have ended`() async throws {
        let database = try await emptyDatabase()
        let steps = (1...Schema.migrator.count).map { Schema.migrator.first($0) }
        // The steps before the one that adds the column.
        for step in steps {
            try await step.run(on: database)
            let isReady = try await database.read { tx in
                try Migrator.hasTable("bots", in: tx) && tx.run("SELECT bot_id FROM bots").isEmpty
            }
            if isReady {
                try await database.write { tx in
                    try tx.run(
                        """
                        INSERT INTO tenants (id, slug, name, status, settings, created_at)
                        VALUES ('ten_1', 'one', 'One', 'active', '{}', 1)
                        """)
                    for (event, bot, state, time) in [
                        ("known", "1", "failed", 5), ("known", "2", "completed", 7), ("open", "3", "joining", 9),
                    ] {
                        try tx.run(
                            """
                            INSERT INTO bots (account_id, bot_id, tenant_id, event_id, state, state_at)
                            VALUES ('shared', \(bot), 'ten_1', \(event), \(state), \(Int64(time)))
                            """)
                        try tx.run(
                            """
                            INSERT INTO event_changes (tenant_id, event_id, account_id, calendar_id, changed_at, fingerprint)
                            VALUES ('ten_1', \(event), 'shared', 'calendar', 1, \([UInt8(1)]))
                            ON CONFLICT (tenant_id, event_id) DO NOTHING
                            """)
                    }
                }
            }
        }
        let ends = try await database.read { tx in
            try tx.run("SELECT event_id, ends_at FROM event_changes ORDER BY event_id").map {
                try $0.optionalInteger("ends_at")
            }
        }
        #expect(ends == [7, nil])
        await database.close()
    }
}
