import JSONValue
import SQL
import Testing

@testable import Gateway

@Suite struct EndpointStoreTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all)
    func `An endpoint is stored whole, changed by its owner, and listed without callbacks`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        var endpoint = rows.endpointRow("ep-0", types: ["bot.*", "x"])
        endpoint.allowance = .init(rate: 3, concurrency: 2, timeout: 9, sealedHeaders: [8])
        endpoint.health = EndpointHealth(failures: 2, lastError: "x")
        let first = endpoint
        try await place.write { tx in
            try EndpointStore.insert(first, as: tx.admitted(rows.tenant), in: tx)
            let found = try #require(try EndpointStore.find(rows.tenant, "ep-0", in: tx))
            #expect(found.eventTypes == ["bot.*", "x"] && found.description == "hook" && found.status == .enabled)
            #expect(found.allowance.rate == 3 && found.allowance.concurrency == 2 && found.allowance.timeout == 9)
            #expect(found.allowance.sealedHeaders == [8] && found.health == first.health)
            #expect(try EndpointStore.list(rows.tenant, in: tx).map(\.id) == ["ep-0", rows.endpoint])
            #expect(try EndpointStore.list(rows.tenant, after: "ep-0", in: tx).map(\.id) == [rows.endpoint])
            #expect(try EndpointStore.list(rows.tenant, limit: 1, in: tx).map(\.id) == ["ep-0"])
            #expect(try EndpointStore.find(rows.tenant, rows.callback, in: tx) == nil)
            #expect(try EndpointStore.target(rows.tenant, rows.callback, in: tx)?.callbackMethod == "POST")
        }
        endpoint.url = "https://new.example.com/"
        endpoint.status = .disabled
        let changed = endpoint
        let notices = try await place.notices { try EndpointStore.update(changed, in: $0) }
        #expect(notices == ["endpoint ep-0", "deliveries "])
        try await place.read { tx in
            let found = try #require(try EndpointStore.find(rows.tenant, "ep-0", in: tx))
            #expect(found.url == "https://new.example.com/" && found.status == .disabled)
            let listeners = try EndpointStore.listeners(rows.tenant, in: tx)
            #expect(listeners.map(\.id) == ["ep-0", rows.endpoint] && listeners.map(\.holds) == [true, false])
            #expect(listeners[0].filter.matches("bot.x") && !listeners[0].filter.matches("y"))
        }
        try await place.write { tx in
            try TenantStore.update(rows.tenant, name: nil, status: .suspended, in: tx)
            #expect(try EndpointStore.listeners(rows.tenant, in: tx).map(\.holds) == [true, true])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Former secrets live until their own end, five at most, the newest first`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        @Sendable func former(_ id: String, _ seconds: Double) -> Endpoint.FormerSecret {
            .init(id: id, sealed: [6], until: now.adding(seconds: seconds))
        }
        try await place.write { tx in
            for number in 1...4 {
                let endpoint = try #require(try EndpointStore.find(rows.tenant, rows.endpoint, in: tx))
                try EndpointStore.rotate(
                    endpoint, sealedSecret: [UInt8(number)], former: former("g\(number)", Double(number)), at: now,
                    in: tx)
            }
            let endpoint = try #require(try EndpointStore.find(rows.tenant, rows.endpoint, in: tx))
            #expect(endpoint.sealedSecret == [4])
            #expect(endpoint.formerSecrets.map(\.id) == ["g4", "g3", "g2", "g1", "fsc-a"])
            #expect(throws: Problem.self) {
                try FormerEndpointSecretStore.insert(former("g5", 9), of: endpoint, at: now, in: tx)
            }
            try FormerEndpointSecretStore.insert(former("g6", 9), of: endpoint, at: now.adding(seconds: 1), in: tx)
            for rows in FormerEndpointSecretStore.expired(at: now.adding(seconds: 9)) { try rows.expire(in: tx) }
            let left = try FormerEndpointSecretStore.list(rows.tenant, endpoint: rows.endpoint, in: tx)
            #expect(left.map(\.id) == ["fsc-a"])
            try EndpointStore.rotate(endpoint, sealedSecret: [9], former: nil, at: now, in: tx)
            #expect(try EndpointStore.find(rows.tenant, rows.endpoint, in: tx)?.sealedSecret == [9])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A callback is one endpoint for its URL, secret and method, until no bot names it`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let twin = BotCallbacks.Prepared(
                endpoint: rows.endpointRow("epc-twin", types: [], callback: "POST"), digest: [9])
            #expect(try twin.store(as: tx.admitted(rows.tenant), in: tx) == rows.callback)
            let other = BotCallbacks.Prepared(endpoint: twin.endpoint, digest: [10])
            #expect(try other.store(as: tx.admitted(rows.tenant), in: tx) == "epc-twin")
            #expect(try EndpointStore.callback(rows.tenant, digest: [10], in: tx) == "epc-twin")
            #expect(try EndpointStore.callback(place.other.tenant, digest: [10], in: tx) == nil)
            try EndpointStore.setCallbackDigest(twin.endpoint, [11], in: tx)
            #expect(try EndpointStore.callback(rows.tenant, digest: [10], in: tx) == nil)
            let unused = EndpointStore.unusedCallbacks(isNamed: { "\($0) = 'epc-a'" })
            #expect(try unused.expire(in: tx) == 2, "the twin, and the other tenant's")
            #expect(try BotCreationStore.unusedCallbacks.expire(in: tx) == 0)
            try BotCreationStore.delete(rows.orderRow(), in: tx)
            #expect(try BotCreationStore.unusedCallbacks.expire(in: tx) == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A deleted endpoint is seen no more, and its rows go so many at once`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        let notices = try await place.notices { tx throws in
            #expect(try EndpointStore.deleteRows(place.other.tenant, rows.endpoint, limit: 9, in: tx) == 0)
            #expect(try EndpointStore.delete(rows.tenant, rows.endpoint, in: tx))
            #expect(try !EndpointStore.delete(rows.tenant, rows.endpoint, in: tx))
            #expect(try !EndpointStore.delete(rows.tenant, rows.callback, in: tx))
        }
        #expect(notices == ["endpoint \(rows.endpoint)"])
        try await place.write { tx in
            #expect(try EndpointStore.find(rows.tenant, rows.endpoint, in: tx) == nil)
            #expect(try EndpointStore.target(rows.tenant, rows.endpoint, in: tx) == nil)
            #expect(try EndpointStore.list(rows.tenant, in: tx).isEmpty)
            #expect(try EndpointStore.listeners(rows.tenant, in: tx).isEmpty)
            #expect(try DeliveryStore.find(rows.tenant, rows.delivery, in: tx) == nil)
            #expect(try DeliveryStore.list(rows.tenant, .init(), after: nil, limit: 9, in: tx).isEmpty)
            #expect(
                try AttemptStore.list(
                    rows.tenant, .init(), after: nil, limit: 9, opened: { _, _ in nil }, in: tx
                ).isEmpty)
            #expect(try ReplayStore.find(rows.tenant, rows.replay, in: tx) == nil)
            // An attempt, a delivery, a replay; and in the end the endpoint itself.
            var counts: [Int] = []
            repeat {
                counts.append(try EndpointStore.deleteRows(rows.tenant, rows.endpoint, limit: 1, in: tx))
            } while counts.last == 1
            #expect(counts == [1, 1, 1, 0])
            #expect(try tx.count("webhook_endpoints WHERE id = \(rows.endpoint)") == 0)
            #expect(try tx.count("former_endpoint_secrets") == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `An endpoint that failed is disabled once, its deliveries held and its tenant notified`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            try EndpointStore.setHealth(rows.endpointRow(), EndpointHealth(failures: 7, lastError: "500"), in: tx)
            #expect(try EndpointStore.find(rows.tenant, rows.endpoint, in: tx)?.health.failures == 7)
            #expect(try EndpointStore.find(place.other.tenant, place.other.endpoint, in: tx)?.health.failures == 0)
            for _ in 0..<2 {
                try EndpointStore.disable(rows.endpointRow(), reason: "failing", at: Self.now, in: tx)
            }
            let found = try #require(try EndpointStore.find(rows.tenant, rows.endpoint, in: tx))
            #expect(found.status == .disabled && found.health.since == Self.now)
            #expect(try tx.count("messages WHERE type = 'endpoint.disabled' AND tenant_id = \(rows.tenant)") == 1)
            #expect(try DeliveryStore.held(rows.tenant, endpoint: rows.endpoint, in: tx) == 2)
            #expect(try !EndpointStore.disable(rows.tenant, rows.endpoint, at: Self.now, in: tx))
        }
        await place.database.close()
    }
}
