import JSONValue
import SQL
import Testing

@testable import Gateway

@Suite struct DeliveryStoreTests {
    private static let now = StorePlace.now

    /// Adds messages, each with a delivery to the seed's endpoint.
    private static func deliveries(_ count: Int, _ rows: Rows, in tx: any Transaction) throws -> [String] {
        try (0..<count).map { number in
            let message = rows.messageRow("m\(number)", type: "x.y", at: rows.made.adding(seconds: Double(number + 1)))
            try MessageStore.insertWithoutDelivery(message, in: tx)
            return try DeliveryStore.insert(message, for: rows.endpoint, held: false, at: message.receivedAt, in: tx)
        }
    }

    @Test(arguments: StoreEngine.all) func `A message goes to the endpoints that want it, and waits where it is held`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        let notices = try await place.notices { tx in
            let admitted = try tx.admitted(rows.tenant)
            try EndpointStore.insert(rows.endpointRow("ep-x", types: ["x.*"]), as: admitted, in: tx)
            try EndpointStore.insert(rows.endpointRow("ep-y", types: ["y"]), as: admitted, in: tx)
            try EndpointStore.insert(
                rows.endpointRow("ep-off", types: ["*"], status: .disabled), as: admitted, in: tx)
            let message = rows.messageRow("m", type: "x.y")
            try MessageStore.insertWithoutDelivery(message, in: tx)
            try DeliveryStore.fanOut(message, in: tx)
        }
        #expect(notices.count { $0.hasPrefix("new_delivery") } == 2, "none for the one that is held")
        try await place.read { tx in
            let found = try DeliveryStore.list(rows.tenant, .init(message: "m"), after: nil, limit: 9, in: tx)
            let states = Dictionary(uniqueKeysWithValues: found.map { ($0.endpointID, $0.status) })
            #expect(states == [rows.endpoint: .pending, "ep-x": .pending, "ep-off": .held])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Deliveries are listed by each filter and page by page`(engine: StoreEngine)
        async throws
    {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let ids = try Self.deliveries(3, rows, in: tx)
            try DeliveryStore.retry(rows.tenant, ids[0], at: Self.now, in: tx)
            try tx.run("UPDATE deliveries SET status = 'dead' WHERE id = \(ids[1])")
            func list(_ filter: DeliveryStore.Filter, after: String? = nil, limit: Int = 9) throws -> [String] {
                try DeliveryStore.list(rows.tenant, filter, after: after, limit: limit, in: tx).map(\.id)
            }
            let all = ([rows.delivery] + ids).sorted()
            #expect(try list(.init()) == all)
            #expect(try list(.init(), limit: 2) + list(.init(), after: all[1], limit: 2) == all)
            #expect(try list(.init(status: .dead)) == [ids[1]] && list(.init(status: .delivered)) == [])
            #expect(try list(.init(status: .pending)).count == 3 && list(.init(status: .held)) == [])
            #expect(try list(.init(message: "m2")) == [ids[2]] && list(.init(type: "bot.completed")) == [rows.delivery])
            #expect(try list(.init(endpoint: rows.callback)) == [] && list(.init(endpoint: rows.endpoint)) == all)
            #expect(try list(.init(user: "ann")) == all && list(.init(user: "bob")) == [])
            let found = try #require(try DeliveryStore.find(rows.tenant, ids[1], in: tx))
            #expect(found.status == .dead && found.messageID == "m1" && found.type == "x.y")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Deliveries are held and released so many at once, each endpoint's own`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let ids = try Self.deliveries(2, rows, in: tx)
            func held() throws -> Int { try DeliveryStore.held(rows.tenant, endpoint: rows.endpoint, in: tx) }
            func hold(_ limit: Int) throws -> Int {
                try DeliveryStore.hold(rows.tenant, endpoint: rows.endpoint, limit: limit, in: tx)
            }
            func release(_ limit: Int) throws -> Int {
                try DeliveryStore.release(rows.tenant, endpoint: rows.endpoint, limit: limit, at: Self.now, in: tx)
            }
            #expect(try [hold(2), held(), hold(9), held(), hold(9)] == [2, 2, 1, 3, 0])
            #expect(try DeliveryStore.find(rows.tenant, ids[0], in: tx)?.nextAttemptAt == nil)
            #expect(try [release(1), held(), release(9), held(), release(9)] == [1, 2, 2, 0, 0])
            let found = try #require(try DeliveryStore.find(rows.tenant, ids[0], in: tx))
            #expect(found.status == .pending && found.nextAttemptAt == Self.now && found.step == 0)
            #expect(try DeliveryStore.held(place.other.tenant, endpoint: place.other.endpoint, in: tx) == 0)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Deliveries follow the state of their endpoint and their tenant`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            _ = try Self.deliveries(2, rows, in: tx)
            func held() throws -> Int { try DeliveryStore.held(rows.tenant, endpoint: rows.endpoint, in: tx) }
            func step(_ limit: Int) throws -> Int {
                try DeliveryUpdates.step(rows.tenant, endpoint: rows.endpoint, limit: limit, at: now, in: tx)
            }
            func stepAll(_ limit: Int) throws -> Int {
                try DeliveryUpdates.step(rows.tenant, limit: limit, at: now, in: tx)
            }
            _ = try EndpointStore.disable(rows.tenant, rows.endpoint, at: now, in: tx)
            #expect(try [step(2), step(2), step(2), held()] == [2, 1, 0, 3])
            try EndpointStore.update(rows.endpointRow(), in: tx)
            try DeliveryUpdates.begin(rows.tenant, endpoint: rows.endpoint, at: now, in: tx)
            #expect(try held() == 0)
            try TenantStore.update(rows.tenant, name: nil, status: .suspended, in: tx)
            #expect(try [stepAll(2), held(), stepAll(9), held(), stepAll(9)] == [2, 2, 1, 3, 0])
            #expect(try DeliveryStore.held(place.other.tenant, endpoint: place.other.endpoint, in: tx) == 0)
            try TenantStore.update(rows.tenant, name: nil, status: .active, in: tx)
            try DeliveryUpdates.begin(rows.tenant, at: now, in: tx)
            #expect(try held() == 0)
            #expect(try !JobStore.waits(rows.tenant, [UpdateDeliveriesJob.kind], in: tx))
            _ = try EndpointStore.delete(rows.tenant, rows.endpoint, in: tx)
            while try step(2) > 0 {}
            #expect(try tx.count("deliveries WHERE tenant_id = \(rows.tenant)") == 0)
            #expect(try step(2) == 0)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Attempts are listed from the newest on, by each filter and page by page`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            for number in 2...4 {
                let record = rows.attempt(
                    of: rows.delivery, number, code: number == 4 ? 204 : nil,
                    at: rows.made.adding(seconds: Double(number / 2)))
                try AttemptStore.insert(record, tenant: rows.tenant, sealedResponse: [UInt8(number)], in: tx)
            }
            func list(_ filter: AttemptStore.Filter, after: AttemptStore.Position? = nil, limit: Int = 9) throws
                -> [AttemptRecord]
            {
                try AttemptStore.list(
                    rows.tenant, filter, after: after, limit: limit, opened: { "\($0) \($1)" }, in: tx)
            }
            let all = try list(.init())
            #expect(all.map(\.number) == [4, 3, 2, 1])
            #expect(all[0].response == "\(rows.delivery) [4]" && all[3].response == nil)
            let first = try list(.init(), limit: 2)
            let cursor = AttemptStore.Position(first[1])
            #expect(first.map(\.number) == [4, 3])
            #expect(try list(.init(), after: cursor).map(\.number) == [2, 1])
            #expect(try list(.init(outcome: .delivered)).map(\.number) == [4])
            #expect(try list(.init(outcome: .failed)).map(\.number) == [3, 2, 1])
            #expect(try list(.init(since: rows.made.adding(seconds: 1))).count == 3)
            #expect(try list(.init(until: rows.made)).map(\.number) == [1])
            #expect(try list(.init(endpoint: rows.callback)).isEmpty && list(.init(user: "bob")).isEmpty)
            #expect(try list(.init(delivery: rows.delivery, message: rows.message, type: "bot.completed")).count == 4)
            #expect(try list(.init(delivery: "none")).isEmpty && list(.init(message: "none")).isEmpty)
        }
        await place.database.close()
    }
}
