import Foundation
import JSONValue
import Logging
import SQL
import Support
import Testing

@testable import Gateway

/// The storage of a tenant's messages is counted, and kept within its limit without losing messages that are still
/// needed.
struct MessageStorageTests {
    private func place(limit: Int? = nil, ownAccount: Bool = false) async throws -> TenantPlace {
        var settings = TenantSettings()
        settings.limits.messageBytes = limit
        return try await TenantPlace(settings, hasOwnAccount: ownAccount)
    }

    private func trimming(_ place: TenantPlace) -> MessageTrimming {
        MessageTrimming(database: place.database, clock: place.clock, logger: Logger(label: "test"))
    }

    /// Stores a message whose text has `bytes` bytes.
    private func store(
        _ place: TenantPlace, _ id: String, bytes: Int, hoursAgo: Double = 0, account: String? = nil
    ) async throws {
        let message = Message(
            id: id, tenant: "ten_1", type: "t", timestamp: "\(place.now)",
            data: "\"\(String(repeating: "é", count: (bytes - 2) / 2))\"", extra: nil, context: MessageContext(),
            receivedAt: place.now.adding(seconds: -hoursAgo * 3600), account: account)
        try await place.write { try MessageStore.insert(message, in: $0) }
    }

    private func endpoint(_ place: TenantPlace, _ id: String = "ep_1") async throws {
        let endpoint = Endpoint(
            id: id, tenant: "ten_1", url: "https://hooks.example.com/", description: nil, eventTypes: ["t"],
            status: .enabled, sealedSecret: [1], createdAt: place.now)
        try await place.write { try EndpointStore.insert(endpoint, in: $0) }
    }

    private func setDelivery(_ place: TenantPlace, _ message: String, _ status: String) async throws {
        _ = try await place.write {
            try $0.run("UPDATE deliveries SET status = \(status) WHERE message_id = \(message)")
        }
    }

    private func counted(_ place: TenantPlace) async throws -> Int64 {
        try await place.number("SELECT message_bytes AS n FROM tenants")
    }

    private func dropped(_ place: TenantPlace) async throws -> [String] {
        try await place.database.read {
            try $0.run("SELECT id FROM messages WHERE dropped_at IS NOT NULL AND type = 't' ORDER BY received_at").map {
                try $0.text("id")
            }
        }
    }

    /// After messages were stored, so that none of them causes a warning, which would be one more message.
    private func setLimit(_ place: TenantPlace, _ bytes: Int) async throws {
        try await place.write { try $0.run("UPDATE tenants SET message_limit = \(bytes)") }
    }

    private func retire(_ place: TenantPlace, at now: Timestamp, retention: Double) async throws {
        try await MessageRetention(database: place.database).run(at: now, retention: retention)
    }

    private func types(_ place: TenantPlace) async throws -> [String] {
        try await place.database.read {
            try $0.run("SELECT type FROM messages WHERE type <> 't' ORDER BY id").map { try $0.text("type") }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `The count is what is stored, whatever is done with messages`(seed: UInt64) async throws {
        let place = try await place(limit: 30_000, ownAccount: true)
        let trimming = trimming(place)
        try await endpoint(place)
        var random = SeededGenerator("message storage \(seed)")
        var held: [String] = []
        for step in 0..<150 {
            place.move(seconds: Double(Int.random(in: 0...7200, using: &random)))
            let (id, bytes, now) = ("msg_\(step)", Int.random(in: 2...4000, using: &random), place.now)
            switch Int.random(in: 0..<7, using: &random) {
            case 0...2: try await store(place, id, bytes: bytes, account: "ten_1")
            case 3:
                try await place.write {
                    try MessageStore.hold(
                        id, type: "t", body: [UInt8](repeating: 0x20, count: bytes), calendar: "c", bot: nil,
                        source: .init(account: "ten_1", id: id, bodyHash: nil), at: now, in: $0)
                }
                held.append(id)
            case 4:
                guard let id = held.popLast() else { continue }
                let message = Message(
                    id: id, tenant: "ten_1", type: "t", timestamp: "\(now)", data: "[\(bytes)]", extra: "{}",
                    context: MessageContext(), receivedAt: now, account: "ten_1")
                try await place.write { tx in
                    guard try tx.first("SELECT id FROM messages WHERE id = \(id)") != nil else { return }
                    try MessageStore.attribute(message, at: now, in: tx)
                }
            case 5:
                try await place.write { try $0.run("UPDATE deliveries SET status = 'delivered'") }
                try await trimming.upkeep()
            default: try await retire(place, at: now, retention: 3 * 86_400)
            }
            let stored = try await place.number(
                """
                SELECT COALESCE(SUM(512 + LENGTH(CAST(data AS BLOB)) + COALESCE(LENGTH(CAST(extra AS BLOB)), 0)
                    + COALESCE(LENGTH(held_body) - 2, 0) - CASE WHEN dropped_at IS NULL THEN 0 ELSE 4 END), 0) AS n
                FROM messages
                """)
            #expect(try await counted(place) == stored, "seed \(seed), step \(step)")
        }
        #expect(try await !dropped(place).isEmpty, "seed \(seed): something was dropped")
    }

    @Test func `Rows from before they were counted are counted off as they were counted`() async throws {
        let place = try await place()
        for id in ["msg_1", "msg_2"] { try await store(place, id, bytes: 1000, hoursAgo: 200) }
        try await place.write { tx in
            // As the migration leaves them: characters instead of bytes.
            try tx.run("UPDATE messages SET bytes = 0")
            try tx.run(
                """
                UPDATE tenants SET message_limit = 1950,
                    message_bytes = (SELECT SUM(512 + LENGTH(data)) FROM messages)
                """)
        }
        try await trimming(place).upkeep()
        #expect(try await dropped(place).count == 1)
        #expect(try await counted(place) == 2 * 512 + 501)
        let later = place.now.adding(seconds: 86_400)
        try await retire(place, at: later, retention: 3600)
        #expect(try await counted(place) == 0)
    }

    @Test func `Only what nobody waits for is dropped, the oldest first, and no more than needed`() async throws {
        let place = try await place()
        try await endpoint(place)
        let all = [
            ("msg_held", 90.0, "held"), ("msg_pending", 80, "pending"), ("msg_a", 70, "delivered"),
            ("msg_b", 60, "dead"), ("msg_c", 50, "delivered"), ("msg_d", 25, "delivered"), ("msg_e", 23, "delivered"),
        ]
        for (id, hours, status) in all {
            try await store(place, id, bytes: 1000, hoursAgo: hours)
            try await setDelivery(place, id, status)
        }
        // Seven of 1512: one of them is enough.
        try await setLimit(place, 7 * 1512 - 900)
        let trimming = trimming(place)
        try await trimming.upkeep()
        #expect(try await dropped(place) == ["msg_a"])
        try await setLimit(place, 1)
        try await trimming.upkeep()
        #expect(try await dropped(place) == ["msg_a", "msg_b", "msg_c", "msg_d"])
        let message = try #require(
            try await place.database.read { try MessageStore.find("ten_1", "msg_a", user: nil, in: $0) })
        #expect(message.json["data"] == .null && message.json["extra"] == .null)
        #expect(message.json["dropped_at"]?.stringValue != nil && message.json["type"] == "t")
        // It keeps its place.
        let list = try await place.database.read {
            try MessageStore.list("ten_1", user: nil, type: "t", after: nil, limit: 10, in: $0).map(\.id)
        }
        #expect(list == all.map(\.0))
        // The next is due once a day has passed, and what was held once it was delivered.
        place.move(seconds: 3700)
        try await setDelivery(place, "msg_held", "delivered")
        try await trimming.upkeep()
        #expect(try await Set(dropped(place)) == ["msg_held", "msg_a", "msg_b", "msg_c", "msg_d", "msg_e"])
    }

    @Test func `Without an endpoint a tenant has seven days to read`() async throws {
        let place = try await place()
        try await store(place, "msg_a", bytes: 1000, hoursAgo: 7 * 24 + 1)
        try await store(place, "msg_b", bytes: 1000, hoursAgo: 7 * 24 - 1)
        try await setLimit(place, 1)
        try await trimming(place).upkeep()
        #expect(try await dropped(place) == ["msg_a"])
        try await endpoint(place)
        try await trimming(place).upkeep()
        #expect(try await dropped(place) == ["msg_a", "msg_b"])
    }

    @Test func `With an account of its own a tenant's webhooks wait until there is room`() async throws {
        let place = try await place(limit: 20_000, ownAccount: true)
        let trimming = trimming(place)
        let (kept, now) = (place.now, place.now)
        @Sendable func receive(_ id: String) async throws {
            let body = [UInt8](repeating: 0x20, count: 4000)
            try await trimming.withRoom(for: body.count, account: "ten_1") {
                try await place.write { tx in
                    try MessageTrimming.check(body.count, account: "ten_1", in: tx)
                    try MessageStore.hold(
                        id, type: "t", body: body, calendar: nil, bot: nil,
                        source: .init(account: "ten_1", id: id, bodyHash: nil), at: now, in: tx)
                }
            }
        }
        for number in 1...4 { try await receive("msg_\(number)") }
        let refused = await place.problem { try await receive("msg_5") }
        #expect(refused?.code == .storageUnavailable && refused?.retryAfter == 300)
        #expect(try await place.number("SELECT COUNT(*) AS n FROM messages WHERE tenant_id IS NULL") == 4)
        // Droppable messages make room.
        try await retire(place, at: kept.adding(seconds: 90_000), retention: 1e9)
        try await store(place, "msg_old", bytes: 16_000, hoursAgo: 200, account: "ten_1")
        // If nothing could be deleted, the next attempt comes 30 seconds later.
        _ = await place.problem { try await receive("msg_5") }
        #expect(try await dropped(place).isEmpty)
        place.move(seconds: 31)
        try await receive("msg_6")
        #expect(try await dropped(place) == ["msg_old"])
        try await receive("msg_7")
        // The shared account has no such limit.
        try await place.database.read { try MessageTrimming.check(1 << 40, account: Account.sharedID, in: $0) }
    }

    @Test func `A tenant is told at 80 percent, once, and again after it eased`() async throws {
        let place = try await place(limit: 10_000)
        try await store(place, "msg_1", bytes: 7000)
        #expect(try await types(place).isEmpty)
        try await store(place, "msg_2", bytes: 100)
        #expect(try await types(place) == ["tenant.storage_low"])
        try await store(place, "msg_3", bytes: 100)
        try await trimming(place).upkeep()
        #expect(try await types(place).count == 1)
        try await setLimit(place, 100_000)
        try await trimming(place).upkeep()
        try await setLimit(place, 10_000)
        try await trimming(place).upkeep()
        #expect(try await types(place).count == 2)
        let data = try await place.database.read {
            try $0.first("SELECT data FROM messages WHERE type = 'tenant.storage_low'")?.text("data")
        }
        let said = try JSON.parse(data ?? "")
        #expect(said["limit_bytes"] == 10_000 && (said["message_bytes"]?.intValue ?? 0) >= 8000)
    }

    @Test func `The limit is 10 GiB with an account of its own, and none without`() async throws {
        for isOwn in [true, false] {
            let place = try await place(ownAccount: isOwn)
            let usage = try #require(try await place.database.read { try MessageStorage.usage(of: "ten_1", in: $0) })
            #expect(usage.limit == (isOwn ? 10_737_418_240 : nil))
            _ = try await place.write { try $0.run("UPDATE tenants SET message_bytes = 9000000000") }
            try await store(place, "msg_1", bytes: 10, account: isOwn ? "ten_1" : Account.sharedID)
            #expect(try await types(place) == (isOwn ? ["tenant.storage_low"] : []))
        }
    }

    @Test func `A replay counts as skipped what has no data any more`() async throws {
        let place = try await place()
        try await endpoint(place)
        for id in ["msg_1", "msg_2", "msg_3"] {
            try await store(place, id, bytes: 1000, hoursAgo: id == "msg_3" ? 0 : 30)
            try await setDelivery(place, id, "delivered")
        }
        let (since, now) = (place.now.adding(seconds: -86_400 * 2), place.now)
        let id = try await place.write { tx in
            let endpoint = try #require(try EndpointStore.find("ten_1", "ep_1", in: tx))
            return try ReplayStore.begin(
                endpoint, since: since, until: nil, types: nil, statuses: Replay.Status.allCases, at: now, in: tx
            ).id
        }
        // While the replay is on its way.
        try await setLimit(place, 3000)
        try await trimming(place).upkeep()
        #expect(try await dropped(place) == ["msg_1", "msg_2"])
        try await ReplayJob(database: place.database, clock: place.clock).run("ten_1", id)
        try await setDelivery(place, "msg_3", "delivered")
        let presented = try await place.database.read { tx in
            try ReplayStore.find("ten_1", id, in: tx).map { try ReplayStore.presented($0, in: tx) }
        }
        #expect(presented?["total"] == 3 && presented?["skipped"] == 2 && presented?["done"] == 1)
        #expect(presented?["state"] == "completed")
    }

    @Test func `Old messages go in batches, and each is counted off`() async throws {
        let place = try await place()
        let now = place.now
        try await place.write { tx in
            for id in 0..<(MessageRetention.rowLimit + 10) {
                try MessageStore.insert(
                    Message(
                        id: "msg_\(id)", tenant: "ten_1", type: "t", timestamp: "\(now)", data: "{}", extra: nil,
                        context: MessageContext(), receivedAt: now.adding(seconds: -1000)), in: tx)
            }
        }
        place.database.resetLargestWrite()
        try await retire(place, at: now, retention: 100)
        #expect(try await counted(place) == 0)
        #expect(place.database.load.largestWrite.rows <= MessageRetention.rowLimit + 1)
    }
}
