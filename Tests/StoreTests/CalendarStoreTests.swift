import JSONValue
import MeetingBaaS
import OAuth
import SQL
import Testing

@testable import Gateway

@Suite struct CalendarStoreTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all) func `A calendar is found by either id, by its provider's and by Meeting BaaS's`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func id(_ id: String, _ user: String? = nil) throws -> String? {
                try CalendarStore.find(rows.tenant, id, user: user, in: tx)?.rowID
            }
            #expect(try id("up") == rows.calendar && id(rows.calendar, "ann") == rows.calendar)
            #expect(try id("up", "bob") == nil && id("none") == nil)
            let found = try #require(try CalendarStore.find(rows.tenant, "up", user: nil, in: tx))
            #expect(found.name == "Work" && found.rawCalendarID == "raw" && found.version == .v2)
            func holder(_ raw: String, _ account: String, _ provider: ProviderName = .google) throws -> String? {
                try CalendarStore.holder(account: account, provider, raw: raw, in: tx)?.rowID
            }
            #expect(try holder("raw", rows.account) == rows.calendar && holder("raw", "shared") == nil)
            #expect(try holder("raw", rows.account, .microsoft) == nil && holder("raw2", rows.account) == nil)
            #expect(try CalendarStore.owner(account: rows.account, calendarID: "up", in: tx)?.tenant == rows.tenant)
            #expect(try CalendarStore.owner(account: "shared", calendarID: "up", in: tx) == nil)
            #expect(try CalendarStore.claimant("none", in: tx) == nil && CalendarStore.claimant("up", in: tx) != nil)
        }
        for twin in [rows.calendarRow("t1", upstream: "other"), rows.calendarRow("t2", raw: "other")] {
            await #expect("an account has a calendar once") {
                try await place.write { try CalendarStore.insert(twin, as: $0.admitted(rows.tenant), in: $0) }
            } throws: { isUniqueViolation($0) }
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Calendars are listed in order, by user, connection and account`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let admitted = try tx.admitted(rows.tenant)
            for row in [
                rows.calendarRow("cal-0", raw: "r0", upstream: "u0", user: "bob"),
                rows.calendarRow("cal-1", raw: "r1", upstream: nil, status: "creating"),
                rows.calendarRow("cal-z", raw: "rz", upstream: "uz", status: "deleting"),
                rows.calendarRow("cal-v", raw: "rv", upstream: "uv", version: .v1),
            ] { try CalendarStore.insert(row, as: admitted, in: tx) }
            func list(_ user: String? = nil, after: String? = nil, limit: Int = 9) throws -> [String] {
                try CalendarStore.list(rows.tenant, user: user, after: after, limit: limit, in: tx).map(\.rowID)
            }
            #expect(try list() == ["cal-0", "cal-1", rows.calendar, "cal-v", "cal-z"])
            #expect(try list("bob") == ["cal-0"] && list(limit: 1) == ["cal-0"] && list(after: "cal-v") == ["cal-z"])
            #expect(try CalendarStore.list(rows.tenant, connection: rows.connection, in: tx).count == 5)
            #expect(try CalendarStore.list(rows.tenant, connection: "none", in: tx).isEmpty)
            func live(_ version: APIVersion = .v2, after: String = "", limit: Int = 9) throws -> [String] {
                try CalendarStore.live(
                    account: rows.account, version: version, after: after, limit: limit, in: tx
                ).map(\.rowID)
            }
            #expect(try live() == ["cal-0", rows.calendar] && live(.v1) == ["cal-v"])
            #expect(try live(limit: 1) == ["cal-0"] && live(after: "cal-0") == [rows.calendar])
            func ids(_ user: String? = nil) throws -> Set<String> {
                Set(try CalendarStore.ids(rows.tenant, user: user, account: rows.account, version: .v2, in: tx))
            }
            #expect(try ids() == ["up", "u0"] && ids("bob") == ["u0"])
            #expect(try CalendarStore.count(rows.tenant, in: tx) == 5)
            #expect(try CalendarStore.isAny(account: rows.account, .v1, in: tx))
            #expect(try !CalendarStore.isAny(account: place.other.account, .v1, in: tx))
            #expect(try AccountVersions.used(in: rows.account, tx) == [.v1, .v2])
            #expect(try AccountVersions.used(in: place.other.account, tx) == [.v2])
            #expect(try Set(CalendarStore.claimed(.v2, among: ["up", "u0", "uv", "none"], in: tx)) == ["up", "u0"])
            #expect(try CalendarStore.isAny(of: ["u0"], notOf: place.other.account, in: tx))
            #expect(try !CalendarStore.isAny(of: ["u0"], notOf: rows.account, in: tx))
            // Another generation of the account's key.
            #expect(try CalendarStore.siblings(of: rows.calendarRow(), limit: 9, in: tx).map(\.rowID) == ["cal-0"])
            try GenerationStore.advance(rows.account, .account, GenerationStore.account, at: Self.now, in: tx)
            #expect(try !CalendarStore.isOfPresentAccount(rows.calendarRow(), in: tx))
            let new = rows.calendarRow("cal-n", raw: "rn", upstream: "un")
            try CalendarStore.insert(new, as: tx.admitted(rows.tenant), in: tx)
            #expect(try CalendarStore.isOfPresentAccount(new, in: tx))
            #expect(try CalendarStore.siblings(of: new, limit: 9, in: tx).isEmpty)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `What Meeting BaaS says is written, but a deletion that has begun stays`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            func read() throws -> ConnectedCalendar? {
                try CalendarStore.find(rows.tenant, rows.calendar, user: nil, in: tx)
            }
            var changed = rows.calendarRow(status: "error")
            changed.statusMessage = "why"
            changed.syncedAt = now
            #expect(try CalendarStore.update(changed, at: now, in: tx))
            #expect(try read()?.status == "error" && read()?.statusMessage == "why" && read()?.syncedAt == now)
            #expect(try CalendarStore.hasLive(rows.tenant, in: tx))
            #expect(try CalendarStore.hasLive(rows.tenant, connection: rows.connection, in: tx))
            #expect(try CalendarStore.isLive(rows.tenant, rowID: rows.calendar, in: tx))
            try CalendarStore.markDeleting(rows.tenant, rowID: rows.calendar, at: now, in: tx)
            #expect(try CalendarStore.update(changed, at: now, in: tx) && read()?.status == "deleting")
            #expect(try !CalendarStore.isLive(rows.tenant, rowID: rows.calendar, in: tx))
            #expect(try CalendarStore.isLive(place.other.tenant, rowID: place.other.calendar, in: tx))
        }
        let notices = try await place.notices { try CalendarStore.erase(rows.calendarRow(), at: now, in: $0) }
        #expect(notices == ["owner \(rows.account) calendar up"])
        try await place.write { tx in
            #expect(try !CalendarStore.update(rows.calendarRow(), at: now, in: tx))
            #expect(try !CalendarStore.hasLive(rows.tenant, in: tx))
            #expect(try !CalendarStore.hasLive(rows.tenant, connection: rows.connection, in: tx))
            #expect(try CalendarStore.count(rows.tenant, in: tx) == 0)
            let tombstone = try #require(try CalendarStore.owner(account: rows.account, calendarID: "up", in: tx))
            #expect(tombstone.email == nil && tombstone.name == nil)
            #expect(try CalendarStore.expired(at: now.adding(seconds: 59), tombstonesAfter: 60).expire(in: tx) == 0)
            #expect(try CalendarStore.expired(at: now.adding(seconds: 60), tombstonesAfter: 60).expire(in: tx) == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `Calendars of a connection go with it, and one that was never made leaves nothing`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        let notices = try await place.notices { tx in
            let admitted = try tx.admitted(rows.tenant)
            let unmade = rows.calendarRow("cal-1", raw: "r1", upstream: nil, status: "creating")
            try CalendarStore.insert(unmade, as: admitted, in: tx)
            try CalendarStore.removeUnmade(rows.tenant, rowID: "cal-1", in: tx)
            try CalendarStore.removeUnmade(rows.tenant, rowID: rows.calendar, in: tx)
            #expect(try CalendarStore.count(rows.tenant, in: tx) == 1)
            try CalendarStore.markDeleting(rows.tenant, connection: "none", at: Self.now, in: tx)
            #expect(try CalendarStore.isLive(rows.tenant, rowID: rows.calendar, in: tx))
            try CalendarStore.markDeleting(rows.tenant, connection: rows.connection, at: Self.now, in: tx)
            #expect(try !CalendarStore.isLive(rows.tenant, rowID: rows.calendar, in: tx))
        }
        #expect(notices == ["owner \(rows.account) calendar up"])
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Calendars whose record is stale are found, the oldest first and not twice`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let now = Self.now
        try await place.write { tx in
            func stale(_ limit: Int = 9) throws -> [String] {
                try CalendarStore.stale(seconds: 60, at: now, limit: limit, in: tx).map(\.rowID)
            }
            #expect(try !CalendarStore.isFilled(place.rows.calendarRow(), in: tx))
            try CalendarStore.noteFilled(place.rows.calendarRow(), at: now.adding(seconds: -90), in: tx)
            #expect(try CalendarStore.isFilled(place.rows.calendarRow(), in: tx))
            #expect(try stale() == ["cal-b", "cal-a"] && stale(1) == ["cal-b"])
            try CalendarStore.noteFilled(place.other.calendarRow(), at: now.adding(seconds: -59), in: tx)
            #expect(try stale() == ["cal-a"])
            try JobStore.add(FillCalendarJob.kind, place.rows.tenant, place.rows.calendar, at: now, in: tx)
            #expect(try stale() == [])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A calendar is erased with the rows that are kept of it, so many at once`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, erasure) = (place.rows, CalendarErasure.withRecordings)
        try await place.write { tx in
            // A change, a recording, a request and an exception.
            #expect(try erasure.eraseRows(of: rows.calendarRow(), limit: 3, in: tx) == 3)
            #expect(try erasure.eraseRows(of: rows.calendarRow(), limit: 3, in: tx) == 1)
            #expect(try erasure.eraseRows(of: rows.calendarRow(upstream: nil), limit: 3, in: tx) == 0)
            #expect(try SeriesExceptionStore.list(place.other.tenant, calendar: "up", in: tx).count == 1)
            let late = rows.observation()
            _ = try EventChangeLog.record([late], of: rows.calendarRow(), from: .list, at: Self.now, in: tx)
            try erasure.erase(rows.calendarRow(), at: Self.now, in: tx)
            #expect(try EventChangeLog.find(rows.tenant, event: "ev", in: tx) == nil)
            #expect(try CalendarStore.find(rows.tenant, rows.calendar, user: nil, in: tx) == nil)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `Calendars that have a former client secret are renewed, those of working connections are counted`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            try tx.run("UPDATE provider_apps SET secret_version = 2")
            func outdated(_ provider: ProviderName = .google) throws -> Int {
                try CalendarSecretStore.outdated(rows.tenant, provider, in: tx)
            }
            func waits() throws -> Bool { try JobStore.waits(rows.tenant, [.renewCalendars], in: tx) }
            #expect(try outdated() == 1 && outdated(.microsoft) == 0)
            #expect(try CalendarSecretStore.hasOutdated(rows.connectionRow(), in: tx))
            #expect(try CalendarSecretStore.queueRenewals(rows.tenant, .google, after: "", at: now, in: tx) == nil)
            #expect(try waits())
            try JobStore.remove(.renewCalendars, rows.tenant, rows.connection, in: tx)
            _ = try CalendarSecretStore.queueRenewals(rows.tenant, .google, after: rows.connection, at: now, in: tx)
            #expect(try !waits())
            try CalendarSecretStore.renewIfOutdated(rows.calendarRow(), at: now, in: tx)
            #expect(try waits())
            try CalendarSecretStore.record(rows.calendarRow(), version: 2, in: tx)
            try CalendarSecretStore.record(rows.calendarRow(), version: 1, in: tx)
            #expect(try outdated() == 0 && !CalendarSecretStore.hasOutdated(rows.connectionRow(), in: tx))
            try tx.run("UPDATE provider_apps SET secret_version = 3")
            try tx.run("UPDATE connections SET status = 'needs_reconnect'")
            #expect(try outdated() == 0 && CalendarSecretStore.hasOutdated(rows.connectionRow(), in: tx))
        }
        await place.database.close()
    }
}
