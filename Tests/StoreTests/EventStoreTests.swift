import JSONValue
import SQL
import Testing

@testable import Gateway
@testable import MeetingBaaS

/// The record of changes of events, recordings, and exceptions of series.
@Suite struct EventStoreTests {
    private static let now = StorePlace.now

    private static func record(
        _ observations: [EventChangeLog.Observation], _ rows: Rows, from source: EventChangeLog.Source = .list,
        after seconds: Double = 0, in tx: any Transaction
    ) throws -> [EventChangeLog.Change] {
        try EventChangeLog.record(
            observations, of: rows.calendarRow(), from: source, at: now.adding(seconds: seconds), in: tx)
    }

    @Test(arguments: StoreEngine.all) func `A change has a time that grows, and what is as before is no change`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            #expect(try Self.record([rows.observation()], rows, in: tx).isEmpty)
            let two = try Self.record([rows.observation(print: 2), rows.observation("ev2")], rows, in: tx)
            #expect(two.map(\.eventID) == ["ev", "ev2"])
            #expect(two.map(\.changedAt) == [Self.now, Self.now.adding(seconds: 0.001)])
            #expect(try Self.record([rows.observation(print: 2)], rows, from: .change, in: tx).count == 1, "it says so")
            #expect(
                try EventChangeLog.find(rows.tenant, event: "ev", in: tx)?.changedAt == Self.now.adding(seconds: 0.002))
            #expect(
                try EventChangeLog.times(rows.tenant, events: ["ev2", "none"], in: tx) == ["ev2": two[1].changedAt])
            func since(_ time: Timestamp, after last: (Timestamp, String)? = nil, limit: Int = 9) throws -> [String] {
                try EventChangeLog.since(time, rows.tenant, calendar: "up", after: last, limit: limit, in: tx)
                    .map(\.eventID)
            }
            #expect(try since(Rows.made) == ["ev2", "ev"] && since(Rows.made, limit: 1) == ["ev2"])
            #expect(try since(Rows.made, after: (two[1].changedAt, "ev2")) == ["ev"])
            #expect(try since(Self.now.adding(seconds: 0.003)) == [])
            #expect(try EventChangeLog.calendar(account: rows.account, event: "ev2", in: tx) == "up")
            #expect(try EventChangeLog.calendar(account: "shared", event: "ev2", in: tx) == nil)
            #expect(try EventChangeLog.hasSeries(rows.tenant, calendar: "up", series: "ser", in: tx))
            #expect(try !EventChangeLog.hasSeries(rows.tenant, calendar: "up", series: "ser2", in: tx))
            #expect(try EventChangeLog.series(rows.tenant, event: "ev", in: tx) == "ser")
            _ = try Self.record([rows.observation(print: 3, series: nil)], rows, in: tx)
            #expect(try EventChangeLog.series(rows.tenant, event: "ev", in: tx) == "ser", "it is not forgotten")
            try EventChangeLog.emitSync(two, of: rows.calendarRow(), at: Self.now, in: tx)
            try EventChangeLog.emitSync([], of: rows.calendarRow(), at: Self.now, in: tx)
            let sent = try MessageStore.list(
                rows.tenant, user: "ann", type: "calendar.sync_events", after: nil, limit: 9, in: tx)
            #expect(sent.count == 1 && sent[0].timestamp == "\(two[0].changedAt)")
            #expect(try EventChangeLog.delete(rows.tenant, calendar: "up", limit: 1, in: tx) == 1)
            #expect(try EventChangeLog.delete(rows.tenant, calendar: "up", limit: 9, in: tx) == 1)
            #expect(try EventChangeLog.find(place.other.tenant, event: "ev", in: tx) != nil)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Events long past that a backfill lists no more are taken out of the record`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        let began = Self.now.adding(seconds: 100 * 86_400)
        try await place.write { tx in
            let past = Self.now
            _ = try Self.record(
                (0..<3).map { rows.observation("old\($0)", endsAt: past) }, rows, in: tx)
            // The seed's has no end: it gets the time of the backfill.
            #expect(try EventRetention.presumeEnds(of: rows.calendarRow(), at: began, limit: 1, in: tx))
            #expect(try !EventRetention.presumeEnds(of: rows.calendarRow(), at: began, limit: 1, in: tx))
            _ = try EventChangeLog.record(
                [rows.observation("old0", endsAt: past)], of: rows.calendarRow(), from: .backfill(began: began),
                at: began, in: tx)
            #expect(try EventRetention.prune(rows.calendarRow(), unlistedSince: began, limit: 1, in: tx))
            #expect(try EventRetention.prune(rows.calendarRow(), unlistedSince: began, limit: 1, in: tx))
            #expect(try !EventRetention.prune(rows.calendarRow(), unlistedSince: began, limit: 1, in: tx))
            #expect(try EventChangeLog.find(rows.tenant, event: "old0", in: tx) != nil, "it was listed")
            #expect(try EventChangeLog.find(rows.tenant, event: "ev", in: tx) != nil, "it is not long past")
            #expect(try tx.count("event_changes WHERE tenant_id = \(rows.tenant)") == 2)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Rows that name a calendar whose tombstone is gone go as well`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            try OwnershipStore.recordOwner(
                rows.object(.event, "ev9"), Owner(tenant: rows.tenant, user: nil, calendar: "up"), at: Self.now, in: tx)
            try tx.run("DELETE FROM calendars WHERE tenant_id = \(rows.tenant)")
        }
        let writes = BackgroundWrites(database: place.database)
        for orphans in [
            BotStore.orphaned, BotCreationStore.orphaned, OwnershipStore.orphaned, RecordingStore.orphaned,
        ] { try await orphans.delete(with: writes) }
        for table: Query in ["bots", "bot_orders", "recordings"] {
            #expect(try await place.count("\(table) WHERE tenant_id = \(rows.tenant)") == 0)
            #expect(try await place.count("\(table) WHERE tenant_id = \(place.other.tenant)") == 1)
        }
        #expect(try await place.count("owned_objects WHERE kind = 'event'") == 0)
        #expect(try await place.count("owned_objects") == 2, "those without a calendar stay")
        await place.database.close()
    }

    // MARK: - recordings

    @Test(arguments: StoreEngine.all) func `A recording is one for its event, and one for its series`(
        engine: StoreEngine
    )
        async throws
    {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let admitted = try tx.admitted(rows.tenant)
            var changed = rows.recordingRow("ev", all: false, "other")
            changed.sealedAPIKey = [9]
            try RecordingStore.put(changed, as: admitted, at: Self.now, in: tx)
            let own = try #require(try RecordingStore.own(rows.tenant, event: "ev", in: tx))
            #expect(own.sealedAPIKey == [9] && own.correlationID == rows.recording, "the bot's extra has the first")
            try RecordingStore.restore(rows.recordingRow(), at: Self.now, in: tx)
            #expect(try RecordingStore.own(rows.tenant, event: "ev", in: tx)?.sealedAPIKey == [1])
            try RecordingStore.put(rows.recordingRow("ev", all: true, "all"), as: admitted, at: Self.now, in: tx)
            func ofSeries(_ series: String?, _ calendar: String = "up") throws -> String? {
                try RecordingStore.ofSeries(rows.tenant, calendar: calendar, series: series, in: tx)?.correlationID
            }
            #expect(try ofSeries("ser") == "all" && ofSeries(nil) == nil && ofSeries("ser", "x") == nil)
            #expect(
                try RecordingStore.list(rows.tenant, calendar: "up", in: tx).map(\.correlationID) == [
                    "all", rows.recording,
                ])
            func found(_ correlationID: String, _ account: String) throws -> String? {
                try RecordingStore.find(account: account, correlationID: correlationID, in: tx)?.eventID
            }
            #expect(try found("all", rows.account) == "ev" && found("all", "shared") == nil)
            #expect(try RecordingStore.find(account: rows.account, event: "ev", in: tx)?.allOccurrences == false)
            #expect(try RecordingStore.find(account: "shared", event: "ev", in: tx) == nil)
            try RecordingStore.delete(rows.tenant, events: ["ev"], series: false, in: tx)
            #expect(try RecordingStore.list(rows.tenant, calendar: "up", in: tx).map(\.correlationID) == ["all"])
            try RecordingStore.delete(rows.recordingRow(), in: tx)
            #expect(try RecordingStore.list(rows.tenant, calendar: "up", in: tx).count == 1, "the other stays")
            #expect(try RecordingStore.delete(rows.tenant, calendar: "up", limit: 9, in: tx) == 1)
            #expect(try RecordingStore.delete(rows.tenant, calendar: "up", limit: 9, in: tx) == 0)
            #expect(try RecordingStore.find(account: rows.account, event: "ev", in: tx)?.sealedAPIKey == nil)
            try RecordingStore.delete(rows.tenant, calendar: "up", series: "ser", in: tx)
            #expect(try RecordingStore.list(rows.tenant, calendar: "up", in: tx).isEmpty)
            #expect(try RecordingStore.list(place.other.tenant, calendar: "up", in: tx).count == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `An event is presented with its recording and its newest bot`(
        engine: StoreEngine
    )
        async throws
    {
        let place = try await StorePlace(engine)
        let rows = place.rows
        @Sendable func event(_ id: String, scheduled: Bool) -> EventService.Event {
            EventService.Event(
                upstream: UpstreamEvent(
                    id: id, calendarID: "up", title: nil, start: nil, end: nil, meetingURL: nil, platform: nil,
                    isOrganizer: nil, organizerEmail: nil, isRecurring: true, seriesID: "ser", attendees: nil,
                    status: "confirmed", updatedAt: nil, botScheduled: scheduled),
                calendar: rows.calendarRow(), updatedAt: nil, isOrganizer: nil)
        }
        try await place.write { tx in
            let (known, other) = (event("ev", scheduled: false), event("ev2", scheduled: true))
            let presented = try #require(try RecordingView.presented(rows.tenant, known, in: tx))
            #expect(presented.recording?.eventID == "ev" && presented.bot?.botID == "bot")
            #expect(try RecordingView.presented(rows.tenant, event("ev2", scheduled: false), in: tx) == nil)
            try RecordingStore.put(
                rows.recordingRow("ev", all: true, "all"), as: tx.admitted(rows.tenant), at: Self.now, in: tx)
            let ofSeries = try #require(try RecordingView.presented(rows.tenant, other, in: tx))
            #expect(ofSeries.recording?.correlationID == "all" && ofSeries.bot == nil)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Exceptions of a series are kept by event, and go with series or calendar`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func add(_ event: String, _ series: String) throws {
                try SeriesExceptionStore.add(
                    rows.tenant, calendar: "up", event: event, series: series, at: Self.now, in: tx)
            }
            func list() throws -> Set<String> {
                Set(
                    try SeriesExceptionStore.list(rows.tenant, calendar: "up", in: tx).map {
                        "\($0.event) \($0.series)"
                    })
            }
            for (event, series) in [("ev", "s2"), ("e2", "s2"), ("e3", "s3"), ("e4", "s3")] { try add(event, series) }
            #expect(try list() == ["ev s2", "e2 s2", "e3 s3", "e4 s3"])
            try SeriesExceptionStore.remove(rows.tenant, calendar: "up", events: ["ev"], in: tx)
            try SeriesExceptionStore.remove(rows.tenant, calendar: "none", series: "s3", in: tx)
            try SeriesExceptionStore.remove(rows.tenant, calendar: "up", series: "s2", in: tx)
            #expect(try list() == ["e3 s3", "e4 s3"])
            #expect(try SeriesExceptionStore.delete(rows.tenant, calendar: "up", limit: 1, in: tx) == 1)
            #expect(try SeriesExceptionStore.delete(rows.tenant, calendar: "up", limit: 9, in: tx) == 1)
            #expect(try list() == [])
            let end = Rows.made.adding(seconds: 730 * 86_400)
            #expect(try SeriesExceptionStore.expired(at: end.adding(seconds: -1)).expire(in: tx) == 0)
            #expect(try SeriesExceptionStore.expired(at: end).expire(in: tx) == 1)
        }
        await place.database.close()
    }
}
