import JSONValue
import SQL
import Testing

@testable import Gateway

@Suite struct ReplayStoreTests {
    private static let now = StorePlace.now

    /// Messages `m0`, `m1`, … after the seed's, each with a delivery of a status; nil: none.
    private static func messages(_ statuses: [Delivery.Status?], _ rows: Rows, in tx: any Transaction) throws {
        for (number, status) in statuses.enumerated() {
            let message = rows.messageRow("m\(number)", type: number == 0 ? "x.y" : "bot.completed")
            try MessageStore.insertWithoutDelivery(message, in: tx)
            guard let status else { continue }
            let delivery = try DeliveryStore.insert(message, for: rows.endpoint, held: false, at: rows.made, in: tx)
            try tx.run("UPDATE deliveries SET status = \(status.rawValue) WHERE id = \(delivery)")
        }
    }

    private static func begin(
        _ rows: Rows, _ statuses: [Replay.Status] = [.dead, .none], types: [String]? = nil, until: Timestamp? = nil,
        in tx: any Transaction
    ) throws -> Replay {
        try ReplayStore.begin(
            rows.endpointRow(), since: rows.made, until: until, types: types, statuses: statuses,
            as: tx.admitted(rows.tenant), at: now, in: tx)
    }

    @Test(arguments: StoreEngine.all) func `A replay counts and sends what it names, in the order of the messages`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            try Self.messages([.dead, nil, .delivered, .dead], rows, in: tx)
            let replay = try Self.begin(rows, in: tx)
            #expect(replay.total == 3 && replay.state == .running && replay.taken == 0)
            #expect(try Self.begin(rows, types: ["bot.*"], in: tx).total == 2)
            #expect(try Self.begin(rows, [.delivered], in: tx).total == 1)
            #expect(try Self.begin(rows, until: rows.made.adding(seconds: -1), in: tx).total == 0)
            #expect(try JobStore.waits(rows.tenant, [ReplayJob.kind], in: tx))
            #expect(try ReplayStore.isRunning(rows.endpointRow(), in: tx))
            let counted = try ReplayStore.count(
                replay, rows.endpointRow(), after: 0, through: replay.lastPosition, in: tx)
            #expect(counted.total == 3 && counted.first == 2)
            #expect(try ReplayStore.advance(rows.tenant, replay.id, at: Self.now, in: tx))
            #expect(try !ReplayStore.advance(rows.tenant, replay.id, at: Self.now, in: tx), "nothing is left")
            let due = try PendingDeliveries.due(rows.endpoint, 2, limit: 9, at: Self.now, in: tx)
            let found = try due.map { try DeliveryStore.find(rows.tenant, $0, in: tx)?.messageID }
            #expect(found == ["m0", "m1", "m3"])
            let read = try #require(try ReplayStore.find(rows.tenant, replay.id, in: tx))
            #expect(read.taken == 3 && read.position == read.lastPosition && read.statuses == [.dead, .none])
            #expect(try ReplayStore.presented(read, in: tx)["state"]?.stringValue == "running")
            try tx.run("UPDATE deliveries SET status = 'delivered', lane = 0 WHERE replay_id = \(replay.id)")
            #expect(try ReplayStore.presented(read, in: tx)["state"]?.stringValue == "completed")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A cancelled replay gives back what it has not sent, so many at once`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            try Self.messages([.dead, nil, .held], rows, in: tx)
            let unsent = try Self.begin(rows, [.none], in: tx)
            try ReplayStore.cancel(unsent, at: Self.now, in: tx)
            #expect(try !ReplayStore.advance(rows.tenant, unsent.id, at: Self.now, in: tx), "it was cancelled")
            let begun = try Self.begin(rows, [.dead, .none, .held], in: tx)
            _ = try ReplayStore.advance(rows.tenant, begun.id, at: Self.now, in: tx)
            let replay = try #require(try ReplayStore.find(rows.tenant, begun.id, in: tx))
            #expect(replay.taken == 3)
            #expect(try ReplayStore.takeBack(replay, limit: 1, in: tx) == 1)
            #expect(try ReplayStore.find(rows.tenant, begun.id, in: tx)?.taken == 2)
            try ReplayStore.cancel(replay, at: Self.now, in: tx)
            #expect(try ReplayStore.takeBack(replay, limit: 9, in: tx) == 0)
            #expect(try ReplayStore.find(rows.tenant, begun.id, in: tx)?.state == .cancelled)
            #expect(try !ReplayStore.advance(rows.tenant, begun.id, at: Self.now, in: tx))
            func status(_ message: String) throws -> [Delivery.Status] {
                try DeliveryStore.list(rows.tenant, .init(message: message), after: nil, limit: 9, in: tx).map(\.status)
            }
            #expect(try status("m0") == [.dead] && status("m1") == [])
            #expect(try status("m2") == [.pending], "the endpoint is open: it would have been sent by now")
            #expect(try PendingDeliveries.due(rows.endpoint, 2, limit: 9, at: Self.now, in: tx).isEmpty)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A replay that is over is not cancelled, and one that is not counted yet is counted once`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let over = try Self.begin(rows, in: tx)
            #expect(over.total == 0 && over.position == over.lastPosition)
            try ReplayStore.cancel(over, at: Self.now, in: tx)
            #expect(try ReplayStore.find(rows.tenant, over.id, in: tx)?.state == .running)
            #expect(try !ReplayStore.isRunning(rows.endpointRow(), in: tx))
            try ReplayStore.setTotal(over, 5, position: 0, in: tx)
            #expect(try ReplayStore.find(rows.tenant, over.id, in: tx)?.total == 0, "it is counted")
            try tx.run("UPDATE replays SET total = -1 WHERE id = \(over.id)")
            #expect(try ReplayStore.find(rows.tenant, over.id, in: tx)?.total == nil)
            try ReplayStore.setTotal(over, 5, position: 0, in: tx)
            #expect(try ReplayStore.find(rows.tenant, over.id, in: tx)?.total == 5)
            #expect(try ReplayStore.expired(before: Self.now.adding(seconds: -1)).expire(in: tx) == 2)
            #expect(try ReplayStore.expired(before: Self.now).expire(in: tx) == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A replay skips what has no data, and waits where the endpoint is disabled`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            try Self.messages([.dead, .dead], rows, in: tx)
            _ = try MessageStorage.erase(["m0"], of: rows.tenant, at: Self.now, in: tx)
            let replay = try Self.begin(rows, in: tx)
            _ = try EndpointStore.disable(rows.tenant, rows.endpoint, at: Self.now, in: tx)
            _ = try ReplayStore.advance(rows.tenant, replay.id, at: Self.now, in: tx)
            let found = try #require(try ReplayStore.find(rows.tenant, replay.id, in: tx))
            #expect(found.skipped == 1 && found.taken == 1)
            #expect(try DeliveryStore.held(rows.tenant, endpoint: rows.endpoint, in: tx) == 1)
        }
        await place.database.close()
    }
}
