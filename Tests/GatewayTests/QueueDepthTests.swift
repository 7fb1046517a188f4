import JSONValue
import SQL
import Support
import Testing

@testable import Gateway

/// Counts that triggers keep are those that counting finds, whatever happens to the rows.
struct QueueDepthTests {
    /// Compares every kept count with the rows.
    /// - Returns: what differs.
    static func differences(in tx: any Transaction) throws -> [String] {
        let pairs: [(name: String, kept: Query, counted: Query)] = [
            (
                "pending", "SELECT CAST(COALESCE(SUM(pending), 0) AS BIGINT) AS n FROM delivery_counts",
                "SELECT COUNT(*) AS n FROM deliveries WHERE status = 'pending'"
            ),
            (
                "held", "SELECT CAST(COALESCE(SUM(held), 0) AS BIGINT) AS n FROM delivery_counts",
                "SELECT COUNT(*) AS n FROM deliveries WHERE status = 'held'"
            ),
            (
                "endpoints", "SELECT COUNT(*) AS n FROM delivery_counts WHERE pending < 0 OR held < 0",
                """
                SELECT COUNT(*) AS n FROM delivery_counts WHERE
                    pending <> (SELECT COUNT(*) FROM deliveries WHERE endpoint_id = delivery_counts.endpoint_id
                        AND status = 'pending')
                    OR held <> (SELECT COUNT(*) FROM deliveries WHERE endpoint_id = delivery_counts.endpoint_id
                        AND status = 'held')
                """
            ),
            (
                "quarantined", "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) AS n FROM quarantine_counts",
                "SELECT COUNT(*) AS n FROM messages WHERE tenant_id IS NULL"
            ),
            (
                "quarantined bytes", "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS n FROM quarantine_counts",
                "SELECT COALESCE(SUM(LENGTH(held_body)), 0) AS n FROM messages WHERE tenant_id IS NULL"
            ),
            ("jobs", "SELECT n FROM queue_counts WHERE name = 'jobs'", "SELECT COUNT(*) AS n FROM jobs"),
            (
                "unclaimed", "SELECT n FROM queue_counts WHERE name = 'unclaimed_calendars'",
                "SELECT COUNT(*) AS n FROM unclaimed_calendars"
            ),
        ]
        return try pairs.compactMap { pair in
            let kept = try tx.first(pair.kept)?.integer("n") ?? -1
            let counted = try tx.first(pair.counted)?.integer("n") ?? -1
            return kept == counted ? nil : "\(pair.name): \(kept) kept, \(counted) counted"
        }
    }

    private static func message(_ id: String, _ tenant: String, at now: Timestamp) -> Message {
        Message(
            id: id, tenant: tenant, type: "t", timestamp: "\(now)", data: "{}", extra: nil, context: MessageContext(),
            receivedAt: now)
    }

    private static func endpoint(_ id: String, _ tenant: String, at now: Timestamp) -> Endpoint {
        Endpoint(
            id: id, tenant: tenant, url: "https://hooks.example.com/", description: nil, eventTypes: ["*"],
            status: .enabled, sealedSecret: [1], createdAt: now)
    }

    private static let statuses = ["pending", "held", "delivered", "dead"]

    /// One random operation of those that add, change or delete rows.
    private static func operate(
        _ step: Int, at now: Timestamp, with random: inout SeededGenerator, in tx: any Transaction
    ) throws {
        let tenant = "ten_\(Int.random(in: 1...3, using: &random))"
        let endpoint = "ep_\(Int.random(in: 0..<8, using: &random))"
        let old = Int.random(in: 0..<max(step, 1), using: &random)
        switch Int.random(in: 0..<14, using: &random) {
        case 0...2:
            guard try TenantStore.find(id: tenant, in: tx) != nil else { return }
            try MessageStore.insert(message("msg_\(step)", tenant, at: now), in: tx)
        case 3:
            guard try TenantStore.find(id: tenant, in: tx) != nil,
                try tx.first("SELECT id FROM webhook_endpoints WHERE id = \(endpoint)") == nil
            else { return }
            try EndpointStore.insert(Self.endpoint(endpoint, tenant, at: now), in: tx)
        case 4:
            let (from, to) = (statuses.randomElement(using: &random), statuses.randomElement(using: &random))
            try tx.run(
                """
                UPDATE deliveries SET status = \(to), next_attempt_at = CASE WHEN \(to) = 'pending' THEN 1 END
                WHERE status = \(from) AND endpoint_id = \(endpoint)
                """)
        case 5: _ = try DeliveryStore.hold(tenant, endpoint: endpoint, limit: 3, in: tx)
        case 6: _ = try DeliveryStore.release(tenant, endpoint: endpoint, limit: 100, at: now, in: tx)
        case 7: _ = try DeliveryStore.hold(tenant, endpoint: endpoint, limit: 100, in: tx)
        case 8:
            let body = [UInt8](repeating: 1, count: Int.random(in: 1...900, using: &random))
            try MessageStore.hold(
                "msg_\(step)", type: "t", body: body, calendar: nil, bot: nil,
                source: .init(account: tenant, id: "\(step)", bodyHash: nil), at: now, in: tx)
        case 9:
            guard try TenantStore.find(id: tenant, in: tx) != nil else { return }
            let quarantined = try tx.first("SELECT id FROM messages WHERE tenant_id IS NULL ORDER BY id LIMIT 1")
            if let quarantined {
                try MessageStore.attribute(message(quarantined.text("id"), tenant, at: now), at: now, in: tx)
            }
        case 10: try JobStore.add(FillCalendarJob.kind, tenant, "cal_\(old % 20)", at: now, in: tx)
        case 11:
            try JobStore.remove(FillCalendarJob.kind, tenant, "cal_\(old % 20)", in: tx)
            try tx.run("DELETE FROM messages WHERE id = \("msg_\(old)")")
        case 12:
            if try EndpointStore.delete(tenant, endpoint, in: tx) {
                while try EndpointStore.deleteRows(tenant, endpoint, limit: 5, in: tx) >= 5 {}
            }
        default:
            try tx.run(
                """
                INSERT INTO unclaimed_calendars (calendar_id, account_id, api_version, first_seen_at)
                VALUES (\("up_\(old % 30)"), 'shared', 'v2', 1) ON CONFLICT (calendar_id) DO UPDATE SET first_seen_at = 2
                """)
            try UnclaimedCalendarStore.delete(["up_\(old % 7)"], in: tx)
        }
    }

    private struct Undone: Error {}

    @Test(.timeLimit(.minutes(5)), arguments: [1, 2, 3] as [UInt64])
    func `Kept counts are the rows' after random operations`(seed: UInt64) async throws {
        let place = try await TenantPlace()
        var random = SeededGenerator("queue depths \(seed)")
        for step in 0..<400 {
            let now = place.now
            let (isUndone, start) = (Int.random(in: 0..<10, using: &random) == 0, random)
            if step % 100 == 50 {
                try await RetentionRound(database: place.database, rules: FeatureLists.retention(days: 1)).run(
                    at: now.adding(seconds: 40 * 86_400))
            }
            random = try await place.write { tx in
                var random = start
                // Tenants go with all they have, and come again.
                for id in ["ten_2", "ten_3"] where try TenantStore.find(id: id, in: tx) == nil {
                    try TenantStore.insert(
                        Tenant(
                            id: id, slug: id, name: id, status: .active, settings: TenantSettings(), createdAt: now),
                        in: tx)
                }
                if step % 90 == 89 { try TenantStore.delete("ten_2", in: tx) }
                try Self.operate(step, at: now, with: &random, in: tx)
                return random
            }
            if isUndone {
                let start = random
                await #expect(throws: Undone.self) {
                    try await place.write { tx in
                        var random = start
                        for more in 0..<3 {
                            try Self.operate(1_000 + 3 * step + more, at: now, with: &random, in: tx)
                        }
                        throw Undone()
                    }
                }
            }
            let differences = try await place.database.read { try Self.differences(in: $0) }
            try #require(differences.isEmpty, "seed \(seed), step \(step): \(differences)")
        }
        #expect(try await place.number("SELECT COUNT(*) AS n FROM deliveries") > 10)
    }

    @Test func `Rows from before they were counted are counted by the migration`() async throws {
        let database = try await emptyDatabase()
        try await Schema.migrator.before("row_counts").run(on: database)
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        try await database.write { tx in
            try TenantStore.insert(
                Tenant(id: "ten_1", slug: "a", name: "a", status: .active, settings: TenantSettings(), createdAt: now),
                in: tx)
            try EndpointStore.insert(Self.endpoint("ep_1", "ten_1", at: now), in: tx)
            for id in 0..<5 { try MessageStore.insert(Self.message("msg_\(id)", "ten_1", at: now), in: tx) }
            try tx.run("UPDATE deliveries SET status = 'held' WHERE message_id IN ('msg_1', 'msg_2')")
            try MessageStore.hold(
                "msg_9", type: "t", body: [1, 2, 3], calendar: nil, bot: nil,
                source: .init(account: "shared", id: "9", bodyHash: nil), at: now, in: tx)
            try JobStore.add(FillCalendarJob.kind, "ten_1", "cal_1", at: now, in: tx)
        }
        try await Schema.migrator.run(on: database)
        #expect(try await database.read { try Self.differences(in: $0) }.isEmpty)
        let depths = try await database.read { try QueueDepth.all(in: $0) }
        #expect(
            Dictionary(uniqueKeysWithValues: depths.map { ($0.name, $0.depth) }) == [
                "deliveries_pending": 3, "deliveries_held": 2, "jobs_pending": 1, "webhooks_unbound": 1,
                "calendars_creating": 0, "calendars_unclaimed": 0,
            ])
        #expect(depths.prefix(4).allSatisfy { $0.oldest == now })
        #expect(try await database.read { try DeliveryStore.held("ten_1", endpoint: "ep_1", in: $0) } == 2)
        await database.close()
    }

    /// Statements of a scrape that read whole tables.
    @Test func `A scrape reads no table row by row`() async throws {
        let place = try await TenantPlace()
        for query in [
            "SELECT MIN(next_attempt_at) AS due FROM deliveries WHERE status = 'pending'",
            "SELECT MIN(created_at) AS due FROM deliveries WHERE status = 'held'",
            "SELECT MIN(received_at) AS due FROM messages WHERE tenant_id IS NULL",
            "SELECT MIN(due_at) AS due FROM jobs", "SELECT MIN(first_seen_at) AS due FROM unclaimed_calendars",
        ] as [Query] {
            let plan = try await place.database.read { tx in
                try tx.run("EXPLAIN QUERY PLAN \(query)").map { try $0.text("detail") }
            }
            #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") && $0.contains("INDEX") }, "\(plan)")
        }
    }
}
