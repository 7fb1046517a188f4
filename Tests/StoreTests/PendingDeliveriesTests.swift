import JSONValue
import SQL
import Testing

@testable import Gateway

@Suite struct PendingDeliveriesTests {
    private static let now = StorePlace.now

    private static func context(_ rows: Rows, in tx: any Transaction) throws -> PendingDeliveries.DeliveryContext? {
        guard case .context(let context) = try PendingDeliveries.context(rows.tenant, rows.delivery, at: now, in: tx)
        else { return nil }
        return context
    }

    @Test(arguments: StoreEngine.all) func `Endpoints with something due are found, with their limits`(
        engine: StoreEngine
    )
        async throws
    {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            var endpoint = rows.endpointRow()
            endpoint.allowance = .init(rate: 7, concurrency: 9)
            try EndpointStore.update(endpoint, in: tx)
            var found = try PendingDeliveries.waiting(in: tx)
            #expect(found.map(\.endpoint) == [rows.endpoint, place.other.endpoint])
            #expect(found[0].rate == 7 && found[0].concurrency == 9 && found[0].due == [rows.made, nil, nil])
            #expect(found[1].rate == nil && found[1].concurrency == Endpoint.usualConcurrency)
            try EndpointStore.setHealth(endpoint, EndpointHealth(failures: 1, opensAt: Self.now), in: tx)
            found = try PendingDeliveries.limits(of: [rows.endpoint], in: tx)
            #expect(found.count == 1 && found[0].concurrency == 1 && found[0].opensAt == Self.now)
            let many = Set((0..<40).map { "ep-\($0)" } + [rows.endpoint, place.other.endpoint])
            #expect(try PendingDeliveries.limits(of: many, in: tx).count == 2)
            try TenantStore.update(rows.tenant, name: nil, status: .suspended, in: tx)
            #expect(try PendingDeliveries.waiting(in: tx).map(\.endpoint) == [place.other.endpoint])
            _ = try EndpointStore.disable(place.other.tenant, place.other.endpoint, at: Self.now, in: tx)
            #expect(try PendingDeliveries.waiting(in: tx).isEmpty)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `What is due is found in order, in its lane, while the endpoint is open`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            var ids: [String] = []
            for (number, seconds) in [30.0, 10, 20, 90].enumerated() {
                let message = rows.messageRow("m\(number)")
                try MessageStore.insertWithoutDelivery(message, in: tx)
                let due = rows.made.adding(seconds: seconds)
                ids.append(try DeliveryStore.insert(message, for: rows.endpoint, held: false, at: due, in: tx))
            }
            try tx.run("UPDATE deliveries SET lane = 1 WHERE id = \(ids[0])")
            func due(_ lane: Int, _ limit: Int = 9) throws -> [String] {
                try PendingDeliveries.due(rows.endpoint, lane, limit: limit, at: now, in: tx)
            }
            #expect(try due(0) == [rows.delivery, ids[1], ids[2]] && due(0, 2) == [rows.delivery, ids[1]])
            #expect(try due(1) == [ids[0]] && due(2) == [])
            #expect(try PendingDeliveries.nextDue(after: now, in: tx) == rows.made.adding(seconds: 90))
            #expect(try PendingDeliveries.nextDue(after: now.adding(seconds: 60), in: tx) == nil)
            _ = try EndpointStore.disable(rows.tenant, rows.endpoint, at: now, in: tx)
            #expect(try due(0) == [], "whatever the rows say")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `An attempt has what it needs at that moment, and its outcome is stored with it`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            let context = try #require(try Self.context(rows, in: tx))
            #expect(context.message.id == rows.message && context.endpoint.id == rows.endpoint)
            #expect(context.attempts == 0 && context.step == 0 && context.lane == 0 && context.waitsSince == nil)
            let due = now.adding(seconds: 60)
            let next = PendingDeliveries.Next(status: .pending, at: due, lane: 1, reason: nil)
            let record = rows.attempt(of: rows.delivery, 2, code: 503, at: now)
            #expect(try PendingDeliveries.finish(context, record, next, sealedResponse: [1], in: tx))
            var found = try #require(try DeliveryStore.find(rows.tenant, rows.delivery, in: tx))
            #expect(found.status == .pending && found.attempts == 1 && found.step == 1 && found.nextAttemptAt == due)
            #expect(found.last?.statusCode == 503 && found.last?.at == now)
            #expect(try tx.count("attempts WHERE delivery_id = \(rows.delivery) AND sealed_response IS NOT NULL") == 1)
            guard case .notBefore(due) = try PendingDeliveries.context(rows.tenant, rows.delivery, at: now, in: tx)
            else {
                Issue.record("it is not due yet")
                return
            }
            try PendingDeliveries.postpone(
                rows.tenant, rows.delivery, until: now, reason: "links:\(now.milliseconds)", in: tx)
            #expect(try Self.context(rows, in: tx)?.waitsSince == now)
            try PendingDeliveries.postpone(rows.tenant, rows.delivery, until: now, reason: nil, in: tx)
            #expect(try Self.context(rows, in: tx)?.waitsSince == now)
            // Held meanwhile: it stays held, but counts the attempt.
            _ = try DeliveryStore.hold(rows.tenant, endpoint: rows.endpoint, limit: 9, in: tx)
            #expect(try Self.context(rows, in: tx) == nil)
            let third = rows.attempt(of: rows.delivery, 3, at: now)
            #expect(try PendingDeliveries.finish(context, third, next, sealedResponse: nil, in: tx))
            found = try #require(try DeliveryStore.find(rows.tenant, rows.delivery, in: tx))
            #expect(found.status == .held && found.attempts == 2)
            let delivered = PendingDeliveries.Next(status: .delivered, at: nil, lane: 0, reason: nil)
            let fourth = rows.attempt(of: rows.delivery, 4, code: 200, at: now)
            #expect(try PendingDeliveries.finish(context, fourth, delivered, sealedResponse: nil, in: tx))
            #expect(try DeliveryStore.find(rows.tenant, rows.delivery, in: tx)?.status == .delivered)
            try PendingDeliveries.postpone(rows.tenant, rows.delivery, until: now, reason: "x", in: tx)
            #expect(try DeliveryStore.find(rows.tenant, rows.delivery, in: tx)?.nextAttemptAt == nil)
            // Gone with its endpoint.
            try tx.run("DELETE FROM deliveries WHERE id = \(rows.delivery)")
            #expect(try !PendingDeliveries.finish(context, fourth, delivered, sealedResponse: nil, in: tx))
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Retries of an endpoint that works again are due, so many at once`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            try tx.run("UPDATE deliveries SET next_attempt_at = \(now.adding(seconds: 60).milliseconds)")
            func hasten(_ limit: Int) throws -> Int {
                try PendingDeliveries.hasten(rows.tenant, endpoint: rows.endpoint, limit: limit, at: now, in: tx)
            }
            #expect(try [hasten(0), hasten(5), hasten(5)] == [0, 1, 0])
            #expect(try DeliveryStore.find(rows.tenant, rows.delivery, in: tx)?.nextAttemptAt == now)
            try DeliveryUpdates.hasten(place.other.endpointRow(), at: now, in: tx)
            let others = try DeliveryStore.find(place.other.tenant, place.other.delivery, in: tx)
            #expect(others?.nextAttemptAt == now)
            #expect(try !JobStore.waits(rows.tenant, [HastenDeliveriesJob.kind], in: tx))
        }
        await place.database.close()
    }
}
