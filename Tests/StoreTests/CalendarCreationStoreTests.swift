import JSONValue
import MeetingBaaS
import OAuth
import SQL
import Testing

@testable import Gateway

@Suite struct CalendarCreationStoreTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all) func `A creation stands until its outcome is known, and blocks its calendar`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            let found = try #require(try CalendarCreationStore.find(rows.creation, in: tx))
            #expect(found == rows.creationRow())
            func find(_ account: String, _ raw: String = "raw2", _ provider: ProviderName = .google) throws -> String? {
                try CalendarCreationStore.find(account: account, provider, raw: raw, in: tx)?.rowID
            }
            #expect(try find(rows.account) == rows.creation && find("shared") == nil)
            #expect(try find(rows.account, "raw") == nil && find(rows.account, "raw2", .microsoft) == nil)
            #expect(try CalendarCreationStore.list(.v2, in: tx).map(\.rowID) == ["new-a", "new-b"])
            #expect(try CalendarCreationStore.list(.v1, in: tx).isEmpty && CalendarCreationStore.count(in: tx) == 2)
            #expect(try CalendarCreationStore.isAny(account: rows.account, in: tx))
            #expect(try CalendarCreationStore.isAny(tenant: rows.tenant, in: tx))
            #expect(try !CalendarCreationStore.isAny(tenant: "none", in: tx))
            #expect(try CalendarCreationStore.ended(at: now, in: tx).isEmpty)
            try CalendarCreationStore.setDeadline(rows.creation, now.adding(seconds: 900), in: tx)
            #expect(try CalendarCreationStore.find(rows.creation, in: tx) == found, "a deadline comes only nearer")
            try CalendarCreationStore.setDeadline(rows.creation, now, in: tx)
            #expect(try CalendarCreationStore.ended(at: now, in: tx).map(\.rowID) == [rows.creation])
            try CalendarCreationStore.end(rows.creation, in: tx)
            #expect(try CalendarCreationStore.find(rows.creation, in: tx) == nil)
            #expect(try CalendarCreationStore.count(in: tx) == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A creation that two lists show to be empty ends, unless something arrived`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            try CalendarCreationStore.setAbsent(rows.creation, now, in: tx)
            var absent = rows.creationRow()
            absent.absentAt = now.adding(seconds: 1)
            #expect(try !CalendarCreationStore.endAbsent(absent, in: tx), "another list")
            absent.absentAt = now
            try CalendarCreationStore.setMade(absent, "made", in: tx)
            #expect(try !CalendarCreationStore.endAbsent(absent, in: tx), "it was made")
            let made = try #require(try CalendarCreationStore.find(rows.creation, in: tx))
            #expect(made.madeID == "made" && made.absentAt == now)
            #expect(try CalendarCreationStore.ended(at: rows.made, in: tx).map(\.rowID) == [rows.creation])
            #expect(try CalendarStore.claimant("made", in: tx) == rows.creation)
            #expect(try CalendarStore.claimed(.v2, among: ["made", "up9"], in: tx) == ["made"])
            try CalendarCreationStore.setAbsent(place.other.creation, now, in: tx)
            var other = place.other.creationRow()
            other.absentAt = now
            #expect(try CalendarCreationStore.endAbsent(other, in: tx))
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A twin is another tenant's calendar of the same raw id and version`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        try await place.write { tx in
            func hasTwin(_ raw: String) throws -> Bool {
                try CalendarStore.hasTwin(of: place.rows.creationRow(raw: raw), in: tx)
            }
            #expect(try hasTwin("raw") && !hasTwin("raw2"))
            try tx.run("UPDATE calendars SET api_version = 'v1' WHERE tenant_id = 'ten-b'")
            #expect(try !hasTwin("raw"))
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Of erased tenants nothing personal is left, and nothing of their accounts`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        try await place.write { tx in
            let shared = CalendarCreation(
                rowID: "new-shared", tenant: "ten-a", accountID: Account.sharedID, version: .v2, provider: .google,
                rawCalendarID: "ann@example.com", beganAt: Self.now, deadlineAt: Self.now, listedBefore: false,
                absentAt: nil, madeID: nil)
            try CalendarCreationStore.insert(shared, as: tx.admitted("ten-a"), in: tx)
            func erase() throws -> [Int] {
                try CalendarCreationStore.ofErasedTenants.map { try $0.expire(in: tx) }
                    + [UnclaimedCalendarStore.ofErasedTenants.expire(in: tx)]
            }
            #expect(try erase() == [0, 0, 0])
            try TenantStore.delete("ten-a", in: tx)
            #expect(try erase() == [1, 1, 1])
            #expect(try CalendarCreationStore.find("new-shared", in: tx)?.rawCalendarID == "")
            #expect(try CalendarCreationStore.find("new-b", in: tx)?.rawCalendarID == "raw2")
        }
        await place.database.close()
    }

    // MARK: - calendars without an owner here

    @Test(arguments: StoreEngine.all) func `An upstream calendar is unclaimed until a calendar or a creation has it`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            try UnclaimedCalendarStore.record(rows.unclaimedRow("up"), in: tx)
            #expect(try UnclaimedCalendarStore.find("up", in: tx) == nil, "it has an owner")
            try UnclaimedCalendarStore.record(rows.unclaimedRow("unc-c"), in: tx)
            try UnclaimedCalendarStore.record(place.other.unclaimedRow("unc-c"), in: tx)
            #expect(try UnclaimedCalendarStore.find("unc-c", in: tx) == rows.unclaimedRow("unc-c"), "the first stays")
            func list(after: String? = nil, limit: Int = 9) throws -> [String] {
                try UnclaimedCalendarStore.list(after: after, limit: limit, in: tx).map(\.id)
            }
            #expect(try list() == ["unc-a", "unc-b", "unc-c"])
            #expect(try list(limit: 1) == ["unc-a"] && list(after: "unc-a", limit: 1) == ["unc-b"])
            #expect(try Set(UnclaimedCalendarStore.ids(account: rows.account, .v2, in: tx)) == ["unc-a", "unc-c"])
            #expect(try UnclaimedCalendarStore.ids(account: rows.account, .v1, in: tx).isEmpty)
            func stored(_ version: APIVersion = .v2) throws -> Set<String> {
                Set(
                    try UnclaimedCalendarStore.stored(version, among: ["unc-a", "unc-b", "x"], in: tx).map(\.id))
            }
            #expect(try stored() == ["unc-a", "unc-b"] && stored(.v1) == [])
            try CalendarCreationStore.setMade(rows.creationRow(), "unc-a", in: tx)
            let claimed = rows.calendarRow("cal-1", raw: "r1", upstream: "unc-c")
            try CalendarStore.insert(claimed, as: tx.admitted(rows.tenant), in: tx)
            #expect(try list() == ["unc-b"] && stored() == ["unc-b"])
            #expect(try UnclaimedCalendarStore.find("unc-a", in: tx) == nil)
            try UnclaimedCalendarStore.delete(["unc-a", "none"], in: tx)
            #expect(try tx.count("unclaimed_calendars") == 2)
            try UnclaimedCalendarStore.delete(account: rows.account, in: tx)
            #expect(try list() == ["unc-b"])
        }
        await place.database.close()
    }
}
