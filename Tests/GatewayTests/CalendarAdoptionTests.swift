import JSONValue
import OAuth
import SQL
import Testing

@testable import Gateway
@testable import MeetingBaaS

/// Calendars whose creation's reply was lost.
struct CalendarAdoptionTests {
    private func place(
        _ version: APIVersion = .v2, teams: [String: String] = [:],
        _ body: (AdoptionPlace) async throws -> Void
    ) async throws {
        let place = try await AdoptionPlace(version, teams: teams)
        for name in ["a", "b"] { try await place.tenant(name) }
        do {
            try await body(place)
        } catch {
            await place.close()
            throw error
        }
        await place.close()
    }

    private func code(_ body: () async throws -> Void) async -> Problem.Code? {
        do {
            try await body()
            return nil
        } catch let problem as Problem {
            return problem.code
        } catch let refused as any ProblemConvertible {
            return refused.problem.code
        } catch {
            return .internalError
        }
    }

    @Test(arguments: APIVersion.allCases)
    func `A failed call's row goes after two lists, never before and never by time`(version: APIVersion) async throws {
        try await place(version) { place in
            let ann = try await place.connection("a", "ann")
            #expect(await code { try await place.create(ann, raw: "r", .failed) } == .upstreamUnavailable)
            #expect(await code { try await place.create(ann, raw: "r", .prompt) } == .conflict)
            // Upstream cannot be listed for a week.
            place.upstream.failLists(100)
            for _ in 0..<14 {
                place.clock.move(seconds: 43_200)
                try await place.watch.round(all: true)
            }
            #expect(try await place.creations().count == 1)
            place.upstream.failLists(0)
            try await place.watch.round(all: true)
            place.clock.move(seconds: 290)
            try await place.watch.round(all: true)
            #expect(try await place.creations().count == 1, "the lists are less than five minutes apart")
            place.clock.move(seconds: 15)
            try await place.watch.round(all: true)
            let (creations, calendars) = (try await place.creations(), try await place.calendars())
            #expect(creations.isEmpty && calendars.isEmpty)
            #expect(try await place.create(ann, raw: "r", .prompt).made)
        }
    }

    @Test(arguments: APIVersion.allCases)
    func `What may be another call's stays open, however long, until that call is settled`(
        version: APIVersion
    ) async throws {
        try await place(version) { place in
            let ann = try await place.connection("a", "ann")
            let eve = try await place.connection("b", "eve")
            // On version 1 the raw id distinguishes them, on version 2 nothing does.
            await #expect(throws: UpstreamError.self) { try await place.create(eve, raw: "s", .failed) }
            let lost = try? await place.create(ann, raw: "r", .lost)
            for _ in 0..<10 {
                place.clock.move(seconds: 86_400)
                try await place.watch.round(all: true)
            }
            let made = try #require(place.upstream.calendars.first?.calendar.id)
            if version == .v1 {
                #expect(lost?.0.calendarID == made)
                #expect(try await place.creations().isEmpty)
            } else {
                #expect(lost == nil)
                #expect(try await place.creations().count == 2)
                #expect(try await place.calendars().allSatisfy { $0.calendarID == nil })
                let service = UnclaimedCalendarService(database: place.database, adoption: place.adoption)
                let item = try #require(try await service.list(after: nil, limit: 10).first)
                #expect(item.calendar.id == made && item.creations.count == 2)
                let own = try #require(item.creations.first { $0.user == "ann" }?.creation.rowID)
                #expect(try await service.assign(made, to: own)?.calendarID == made)
                // Now the other's is settled too.
                for _ in 0..<2 {
                    place.clock.move(seconds: 301)
                    try await place.watch.round(all: true)
                }
                #expect(try await place.calendars().map(\.calendarID) == [made])
            }
        }
    }

    @Test func `An answer that proves that nothing was made leaves nothing`() async throws {
        try await place { place in
            let ann = try await place.connection("a", "ann")
            #expect(await code { try await place.create(ann, raw: "r", .refused) } == .upstreamRejected)
            #expect(try await place.creations().isEmpty)
            // Made outside the gateway long ago.
            let other = place.upstream.make(
                .init(tenant: "", user: "", raw: "r"), raw: "r", platform: "google", email: "ann@example.com",
                team: "shared", .v2)
            place.upstream.add(other)
            place.clock.move(seconds: 3600)
            #expect(await code { try await place.create(ann, raw: "r", .prompt) } == .calendarAlreadyConnected)
            let (creations, calendars) = (try await place.creations(), try await place.calendars())
            #expect(creations.isEmpty && calendars.isEmpty)
        }
    }

    @Test func `On version 1 a calendar from before the call is never its result`() async throws {
        try await place(.v1) { place in
            let ann = try await place.connection("a", "ann")
            place.upstream.add(
                place.upstream.make(
                    nil, raw: "r", platform: "google", email: "ann@example.com", team: "shared", .v1))
            #expect(await code { try await place.create(ann, raw: "r", .failed) } == .upstreamUnavailable)
            #expect(try await place.calendars().map(\.status) == ["creating"])
            for _ in 0..<2 {
                place.clock.move(seconds: 301)
                try await place.watch.round(all: true)
            }
            #expect(try await place.calendars().isEmpty)
            #expect(place.upstream.calendars.count == 1 && place.upstream.deleted.isEmpty)
        }
    }

    @Test func `A calendar that is taken by somebody is a conflict, not a fault of storage`() async throws {
        try await place { place in
            let ann = try await place.connection("a", "ann")
            let eve = try await place.connection("b", "eve")
            // The operator has erred, or an older build has.
            let taken = try await place.create(eve, raw: "s", .prompt).0
            let wrong = try #require(taken.calendarID)
            let account = try #require(place.accounts["shared"])
            let made = try await place.adoption.api(account, "").calendar(wrong)
            let answer = await code {
                _ = try await place.creator.create(
                    ann, RawCalendar(id: "r", name: nil, email: nil, isPrimary: true), account, limit: nil,
                    as: place.admission(ann)
                ) { _ in made }
            }
            #expect(answer == .conflict)
            #expect(try await place.calendars().first { $0.calendarID == wrong }?.user == "eve")
        }
    }

    @Test func `What comes back after its owner's deletion is taken down, at once or later`() async throws {
        try await place { place in
            let ann = try await place.connection("a", "ann")
            place.upstream.holdReplies(true)
            async let answer = code { try await place.create(ann, raw: "r", .slow) }
            var row: ConnectedCalendar?
            while row == nil { row = try await place.calendars().first }
            try await place.delete(try #require(row))
            place.upstream.holdReplies(false)
            #expect(await answer == .notFound)
            #expect(place.upstream.calendars.isEmpty && place.upstream.deleted.count == 1)
            let (creations, calendars) = (try await place.creations(), try await place.calendars())
            #expect(creations.isEmpty && calendars.isEmpty)
            // A lost reply: the watch finds it.
            place.upstream.failLists(1)
            #expect(await code { try await place.create(ann, raw: "r", .lost) } == .upstreamUnavailable)
            try await place.delete(try #require(try await place.calendars().first))
            place.clock.move(seconds: 61)
            try await place.watch.round(all: false)
            #expect(place.upstream.calendars.isEmpty && place.upstream.deleted.count == 2)
            #expect(try await place.creations().isEmpty)
        }
    }

    @Test func `A creation outlives its tenant, without the person's address`() async throws {
        try await place { place in
            let ann = try await place.connection("a", "ann")
            let eve = try await place.connection("b", "eve")
            place.upstream.failLists(1)
            #expect(await code { try await place.create(ann, raw: "ann@example.com", .late) } == .upstreamUnavailable)
            try await place.database.write { try TenantStore.delete("ten_a", in: $0) }
            try await place.watch.round(all: false)
            #expect(try await place.creations().map(\.rawCalendarID) == [""])
            // The calendar that it makes in the end is not given to the next call that fails.
            #expect(await code { try await place.create(eve, raw: "s", .failed) } == .upstreamUnavailable)
            place.upstream.finishLateCalls()
            #expect(await code { try await place.create(eve, raw: "s", .prompt) } == .conflict)
            #expect(try await place.calendars().allSatisfy { $0.calendarID == nil })
        }
    }

    @Test func `A second key of one team counts; another team does not`() async throws {
        try await place(teams: ["ten_a": "ten_a", "ten_b": "shared"]) { place in
            let ann = try await place.connection("a", "ann")
            let eve = try await place.connection("b", "eve")
            #expect(
                await code { try await place.create(eve, raw: "s", account: "ten_b", .failed) } == .upstreamUnavailable)
            #expect(
                try await place.create(ann, raw: "r", account: "ten_a", team: "ten_a", .lost).0.status == "active")
            #expect(await code { try await place.create(ann, raw: "t", .lost) } == .upstreamUnavailable)
        }
    }

    @Test func `Creations of before this table are taken over, and never go by time`() async throws {
        let database = try await migratedDatabase()
        let found = try await database.write { tx in
            try tx.script("DROP TABLE calendar_creations; DROP TABLE unclaimed_calendars;")
            try tx.script("DROP INDEX calendars_by_upstream_id; DROP INDEX accounts_by_key;")
            try tx.script("ALTER TABLE accounts DROP COLUMN key_digest;")
            try tx.script(
                """
                INSERT INTO tenants (id, slug, name, status, settings, created_at)
                VALUES ('ten_1', 'one', 'One', 'active', '{}', 1)
                """)
            for (row, id) in [("cal_1", "'uuid-1'"), ("cal_2", "NULL")] {
                try tx.script(
                    """
                    INSERT INTO calendars (row_id, tenant_id, account_id, api_version, calendar_id, connection_id,
                        user_id, provider, raw_calendar_id, status, created_at, updated_at)
                    VALUES ('\(row)', 'ten_1', 'shared', 'v2', \(id), 'con_1', 'ann', 'google', '\(row)', 'creating', 7, 7)
                    """)
            }
            let step = Schema.calendarCreations.replacing("{int}", with: "INTEGER").replacing("{bytes}", with: "BLOB")
            try tx.script(step.replacing("{strict}", with: "STRICT"))
            return try CalendarCreationStore.list(.v2, in: tx)
        }
        await database.close()
        #expect(found.map(\.rowID) == ["cal_2"] && found.first?.deadlineAt.milliseconds == 300_007)
    }
}
