import JSONValue
import SQL
import Testing

@testable import Gateway

@Suite struct MessageStorageTests {
    private static let now = StorePlace.now
    private static let late = now.adding(seconds: 8 * 86_400)

    private static func limit(_ bytes: Int64, of tenant: String, in tx: any Transaction) throws {
        try tx.run("UPDATE tenants SET message_limit = \(bytes) WHERE id = \(tenant)")
    }

    @Test(arguments: StoreEngine.all) func `The oldest messages that nothing needs are emptied, as far as it takes`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            for (id, seconds) in [("m3", 3.0), ("m1", 1.0), ("m2", 2.0)] {
                let text = "\"\(String(repeating: "x", count: 98))\""
                try MessageStore.insertWithoutDelivery(
                    rows.messageRow(id, data: text, at: rows.made.adding(seconds: seconds)), in: tx)
            }
            func droppable(_ limit: Int = 9, at time: Timestamp = Self.late) throws -> [String] {
                try MessageStorage.droppable(rows.tenant, limit: limit, at: time, in: tx).map(\.id)
            }
            #expect(try droppable() == ["m1", "m2", "m3"], "the seed's delivery is pending")
            #expect(try droppable(2) == ["m1", "m2"] && droppable(at: Self.now) == [])
            #expect(try droppable(at: Self.now.adding(seconds: 86_400)) == ["m1", "m2", "m3"])
            let bytes = try #require(try MessageStorage.usage(of: rows.tenant, in: tx)).bytes
            try Self.limit(bytes - 150, of: rows.tenant, in: tx)
            let found = try MessageStorage.droppable(rows.tenant, limit: 9, at: Self.late, in: tx)
            #expect(found.map(\.freed) == [100, 100, 100])
            try MessageStorage.drop(found, of: rows.tenant, toStore: 0, at: Self.late, in: tx)
            #expect(try MessageStorage.usage(of: rows.tenant, in: tx)?.bytes == bytes - 200)
            let texts = try ["m1", "m2", "m3"].map { id in
                try MessageStore.find(rows.tenant, id, user: nil, in: tx)?.droppedAt
            }
            #expect(texts == [Self.late, Self.late, nil])
            #expect(try droppable() == ["m3"])
            try MessageStorage.drop(found, of: rows.tenant, toStore: 60, at: Self.late, in: tx)
            #expect(try droppable() == [], "room for what comes next")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Without an endpoint messages are kept for seven days`(engine: StoreEngine)
        async throws
    {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        try await place.write { tx in
            _ = try EndpointStore.delete(rows.tenant, rows.endpoint, in: tx)
            try tx.run("DELETE FROM deliveries")
            for (days, count) in [(2.0, 0), (7.1, 1)] {
                let found = try MessageStorage.droppable(
                    rows.tenant, limit: 9, at: Self.now.adding(seconds: days * 86_400), in: tx)
                #expect(found.count == count)
            }
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `An erased user's messages lose their content, but for those on their way`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            try MessageStore.insertWithoutDelivery(rows.messageRow("free"), in: tx)
            let bytes = try #require(try MessageStorage.usage(of: rows.tenant, in: tx)).bytes
            let ids = [rows.message, "free"]
            #expect(try MessageStorage.erase(ids, of: rows.tenant, at: Self.now, in: tx) == 1)
            let erased = try #require(try MessageStore.find(rows.tenant, "free", user: nil, in: tx))
            #expect(erased.data == "null" && erased.context.user == nil && erased.droppedAt == Self.now)
            #expect(try MessageStore.find(rows.tenant, rows.message, user: "ann", in: tx)?.data == "{\"x\":1}")
            #expect(try MessageStorage.usage(of: rows.tenant, in: tx)?.bytes == bytes - 7)
            #expect(try MessageStorage.erase(["free"], of: rows.tenant, at: Self.late, in: tx) == 0)
            #expect(try MessageStorage.usage(of: rows.tenant, in: tx)?.bytes == bytes - 7, "freed once")
            #expect(try MessageStore.find(rows.tenant, "free", user: nil, in: tx)?.droppedAt == Self.now)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Bytes are counted for tenants, with one warning until it is armed again`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let bytes = try #require(try MessageStorage.usage(of: rows.tenant, in: tx)).bytes
            try MessageStorage.add(10, account: rows.account, in: tx)
            try MessageStorage.add(10, account: Account.sharedID, in: tx)
            #expect(try MessageStorage.usage(of: rows.tenant, in: tx)?.bytes == bytes + 10)
            try MessageTrimming.check(1, account: rows.account, in: tx)
            try Self.limit(bytes + 20, of: rows.tenant, in: tx)
            #expect(throws: MessageTrimming.Full.self) { try MessageTrimming.check(1, account: rows.account, in: tx) }
            try MessageTrimming.check(1, account: Account.sharedID, in: tx)
            #expect(try MessageStorage.limited(in: tx).map(\.tenant) == [rows.tenant, place.other.tenant])
            func warn() throws -> Int64 {
                try MessageStorage.usage(of: rows.tenant, in: tx)?.noticeIfLow(at: Self.now, in: tx)
                return try tx.count("messages WHERE type = 'tenant.storage_low' AND tenant_id = \(rows.tenant)")
            }
            #expect(try [warn(), warn()] == [1, 1])
            try MessageStorage.usage(of: rows.tenant, in: tx)?.forgetNotice(in: tx)
            #expect(try warn() == 2)
            #expect(try MessageStorage.usage(of: place.other.tenant, in: tx)?.isReported == false)
        }
        await place.database.close()
    }
}
