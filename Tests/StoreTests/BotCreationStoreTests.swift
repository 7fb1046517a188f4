import JSONValue
import MeetingBaaS
import SQL
import Testing

@testable import Gateway

@Suite struct BotCreationStoreTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all) func `A request for a bot is found by each of its names, within its account`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let newer = rows.orderRow("m2", reference: "ref2", at: Self.now)
            try BotCreationStore.insert(newer, as: tx.admitted(rows.tenant), in: tx)
            func marked(_ account: String) throws -> String? {
                try BotCreationStore.find(account: account, correlationID: rows.order, in: tx)?.correlationID
            }
            #expect(try marked(rows.account) == rows.order && marked("shared") == nil)
            let found = try #require(try BotCreationStore.find(reference: rows.reference, in: tx))
            #expect(found.correlationID == rows.order && found.endpointID == rows.callback && found.root == rows.order)
            #expect(try BotCreationStore.find(reference: "none", in: tx) == nil)
            let references = [rows.reference, place.other.reference, "ref2", "none"]
            let all = try BotCreationStore.find(references: references, in: tx)
            #expect(Set(all.keys) == Set(references.dropLast()) && all["ref2"]?.correlationID == "m2")
            #expect(
                try BotCreationStore.find(rows.tenant, account: rows.account, bot: "bot", in: tx)?.correlationID
                    == rows.order, "the first")
            #expect(try BotCreationStore.find(rows.tenant, event: "ev", in: tx)?.correlationID == "m2", "the newest")
            #expect(try BotCreationStore.find(rows.tenant, event: "none", in: tx) == nil)
            #expect(try BotCreationStore.isAny(account: rows.account, .v2, in: tx))
            #expect(try !BotCreationStore.isAny(account: rows.account, .v1, in: tx))
            #expect(
                try BotCreationStore.callbackURLs(rows.tenant, references: [rows.reference, "none"], in: tx)
                    == [rows.reference: "https://hooks.example.com/"])
        }
        await #expect("a reference leads to one bot") {
            try await place.write { tx in
                let twin = rows.orderRow("twin", reference: rows.reference)
                try BotCreationStore.insert(twin, as: tx.admitted(rows.tenant), in: tx)
            }
        } throws: { isUniqueViolation($0) }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A second bot for a meeting is recent for five minutes, to its own user`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx throws in
            func hasRecent(_ user: String?, meeting: UInt8 = 5, after seconds: Double = 299) throws -> Bool {
                try BotCreationStore.hasRecent(
                    rows.tenant, user: user, meeting: [meeting], at: rows.made.adding(seconds: seconds), in: tx)
            }
            #expect(try hasRecent(nil) && hasRecent("ann") && !hasRecent("bob") && !hasRecent(nil, meeting: 6))
            #expect(try !hasRecent(nil, after: BotCreationStore.duplicateWindow))
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A bot whose owner has ended meanwhile is taken down by a job`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func waits(_ bot: String) throws -> Bool {
                try tx.count("jobs WHERE tenant_id = \(rows.tenant) AND kind = 'endBot' AND subject_id = \(bot)") == 1
            }
            let order = rows.orderRow("m2", bot: nil)
            try BotCreationStore.insert(order, as: tx.admitted(rows.tenant), in: tx)
            #expect(try BotCreationStore.owner(of: order, in: tx) == .user("ann"))
            try BotCreationStore.recordBot(order, "b1", at: Self.now, in: tx)
            try BotCreationStore.recordBot(order, "b2", at: Self.now, in: tx)
            let found = try BotCreationStore.find(account: rows.account, correlationID: "m2", in: tx)
            #expect(found?.botID == "b1", "the first one named stays")
            #expect(try BotCreationStore.setBot(order, "b3", at: Self.now, in: tx))
            #expect(try BotCreationStore.setBot(rows.orderRow("none"), "b3", at: Self.now, in: tx) == false)
            #expect(try !waits("b1") && !waits("b3"))
            try GenerationStore.advance(rows.tenant, .user, "ann", at: Self.now, in: tx)
            #expect(try BotCreationStore.owner(of: order, in: tx) == .ended)
            #expect(try !BotCreationStore.setBot(order, "b4", at: Self.now, in: tx) && waits("b4"))
            try BotCreationStore.recordBot(order, "b5", at: Self.now, in: tx)
            #expect(try waits("b5"))
            #expect(try BotCreationStore.owner(of: place.other.orderRow(), in: tx) == .user("ann"))
            try TenantStore.update(place.other.tenant, name: nil, status: .deleting, in: tx)
            #expect(try BotCreationStore.owner(of: place.other.orderRow(), in: tx) == .ended)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `Requests of v1 are kept for their events and series, and forgotten with them`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func insert(_ id: String, _ event: String, all: Bool) throws {
                let order = rows.orderRow(id, event: event, at: Self.now)
                try BotCreationStore.insert(order, as: tx.admitted(rows.tenant), in: tx)
                try BotCreationStore.setRequest(order, [UInt8(id.count)], allOccurrences: all, series: "s2", in: tx)
            }
            func requests(_ event: String? = nil) throws -> [String] {
                try BotCreationStore.requests(rows.tenant, calendar: "up", event: event, in: tx)
                    .map(\.order.correlationID)
            }
            try insert("m2", "e2", all: false)
            try insert("m3", "e3", all: true)
            #expect(try Set(requests()) == [rows.order, "m2", "m3"] && requests("e2") == ["m2"])
            let request = try #require(
                try BotCreationStore.requests(rows.tenant, calendar: "up", event: "e3", in: tx).first)
            #expect(request.sealed == [2] && request.allOccurrences && request.series == "s2")
            try BotCreationStore.forgetRequests(rows.tenant, events: ["e2", "e3"], isWhole: false, in: tx)
            #expect(try Set(requests()) == [rows.order, "m3"])
            try BotCreationStore.forgetRequests(rows.tenant, events: ["e3"], isWhole: true, in: tx)
            #expect(try requests() == [rows.order])
            try BotCreationStore.setRequest(rows.orderRow(), [4], allOccurrences: true, series: nil, in: tx)
            try BotCreationStore.forgetRequests(rows.tenant, calendar: "up", series: "s2", in: tx)
            #expect(try requests() == [rows.order], "its series stays")
            try BotCreationStore.forgetRequests(rows.tenant, calendar: "up", series: "ser", in: tx)
            #expect(try requests() == [])
            try insert("m4", "e4", all: false)
            try insert("m5", "e5", all: false)
            #expect(try BotCreationStore.delete(rows.tenant, calendar: "up", limit: 1, in: tx) == 1)
            #expect(try BotCreationStore.delete(rows.tenant, calendar: "up", limit: 9, in: tx) == 1)
            #expect(try BotCreationStore.requests(place.other.tenant, calendar: "up", in: tx).count == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `Requests of an owner that has ended stay for late webhooks, without the user`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            for (id, bot, calendar) in [("m2", "b2", nil), ("m3", nil, "up"), ("m4", nil, nil)] {
                let order = rows.orderRow(id, bot: bot, calendar: calendar)
                try BotCreationStore.insert(order, as: tx.admitted(rows.tenant), in: tx)
            }
            func list(_ user: String? = "ann", after id: String = "", limit: Int = 9, before: Timestamp = Self.now)
                throws
                -> [String]
            {
                let scope = UpstreamTeardown.Scope(tenant: rows.tenant, user: user, before: before)
                return try BotCreationStore.list(scope, after: id, limit: limit, in: tx).map(\.correlationID)
            }
            #expect(try list() == ["m2", "m4", rows.order], "an event's bot without an id goes with its calendar")
            #expect(try list(limit: 1) == ["m2"] && list(nil, after: "m2") == ["m4", rows.order])
            #expect(try list("bob") == [] && list(before: rows.made.adding(seconds: -1)) == [])
            let ended = try #require(
                try BotCreationStore.find(account: rows.account, correlationID: rows.order, in: tx))
            try BotCreationStore.end(ended, at: now, in: tx)
            #expect(try list() == ["m2", "m4"])
            let found = try #require(try BotCreationStore.find(reference: rows.reference, in: tx))
            #expect(found.user == nil && found.meetingDigest == nil && found.endedAt == now)
            #expect(try BotStore.find(rows.tenant, bot: "bot", in: tx)?.user == nil)
            #expect(try BotCreationStore.requests(rows.tenant, calendar: "up", in: tx).isEmpty)
            func end(_ limit: Int) throws -> Int {
                try BotCreationStore.endOfCalendars(
                    rows.tenant, user: "ann", before: now, at: now, limit: limit, in: tx)
            }
            #expect(try [end(0), end(9), end(9)] == [0, 1, 0])
            try BotCreationStore.delete(rows.orderRow("m2"), in: tx)
            #expect(try tx.count("bot_orders WHERE tenant_id = \(rows.tenant)") == 3)
            let end = rows.made.adding(seconds: 120 * 86_400)
            #expect(try BotCreationStore.expired(at: end.adding(seconds: -1)).expire(in: tx) == 0)
            #expect(try BotCreationStore.expired(at: end).expire(in: tx) == 4)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `The newest fact about a bot's callback counts`(engine: StoreEngine)
        async throws
    {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func callback(bot: String? = "bot", root: String? = nil) throws -> BotCallback? {
                try BotCreationStore.callback(
                    rows.tenant, account: rows.account, bot: bot, root: root, in: tx)
            }
            func change(_ id: String, _ seconds: Double, reference: String?, endpoint: String?) throws {
                let order = rows.orderRow(
                    id, bot: nil, reference: reference, endpoint: endpoint, callbackOf: rows.order,
                    at: rows.made.adding(seconds: seconds))
                try BotCreationStore.insert(order, as: tx.admitted(rows.tenant), in: tx)
            }
            #expect(try callback() == .set(endpoint: rows.callback) && callback(bot: "none") == nil)
            #expect(try callback(bot: nil, root: rows.order) == .set(endpoint: rows.callback))
            try change("c1", 1, reference: nil, endpoint: rows.callback)
            #expect(try callback() == .off(endpoint: rows.callback))
            try change("c2", 2, reference: "ref2", endpoint: nil)
            #expect(try callback() == .removed)
            try change("c0", -9, reference: "ref3", endpoint: "old")
            #expect(try callback() == .removed && callback(bot: nil, root: rows.order) == .removed)
            try BotCreationStore.insert(rows.orderRow("plain", bot: "b2"), as: tx.admitted(rows.tenant), in: tx)
            #expect(try callback(bot: "b2") == nil)
        }
        await place.database.close()
    }
}
