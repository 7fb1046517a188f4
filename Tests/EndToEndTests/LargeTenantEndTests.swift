import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// A tenant with a long history, beside one whose webhooks must not wait: everything that touches all of the history
    /// takes effect at once, and no write transaction is long.
    @Suite struct LargeTenantEndTests {
        private static let deliveries = LargeDatabaseTests.deliveries
        private static let large = "/admin/v1/tenants/large"

        @Test(.timeLimit(.minutes(30))) func `Switching, replaying and deleting a long history hold up nobody`()
            async throws
        {
            let env = try await TestEnvironment(version: "v2")
            let receiver = Receiver()
            try await receiver.run {
                var gateway = try await env.startGateway()
                defer { gateway.kill() }
                let small = try await TenantFixture(env, slug: "small", receiver: receiver.url)
                let large = try await TenantFixture(env, slug: "large", receiver: receiver.url)
                let ann = try await small.session("ann")
                let connection = try await small.connect(ann, "google", email: "ann@example.com")
                let calendar = try await ann.call(
                    .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
                ).expect(201).text("id")
                let endpoints = try await large.server.call(.get, "/api/v1/webhook-endpoints").expect(200)
                let id = try #require(endpoints.items.first).text("id")
                // Nearly nothing is sent: what is looked at are the rows.
                let path = "/api/v1/webhook-endpoints/\(id)"
                try await large.server.call(.patch, path, ["status": "disabled", "rate": 1]).expect(200)
                #expect(gateway.stop() == 0)
                try await Self.fill(env.folder.appendingPathComponent("gateway.db").path)
                gateway = try await env.startGateway()

                var slowest: [String] = []
                func phase(_ name: String, _ body: @Sendable @escaping () async throws -> Void) async throws {
                    let took = try await withThrowingTaskGroup(of: Duration.self) { group in
                        group.addTask { try await LargeDatabaseTests.send(env, calendar) }
                        do {
                            try await body()
                        } catch {
                            group.cancelAll()
                            throw error
                        }
                        group.cancelAll()
                        return try await group.next() ?? .zero
                    }
                    slowest.append("\(name) \(Int(took / .milliseconds(1))) ms")
                }

                let server = large.server
                try await phase("enable") {
                    try await server.call(.patch, path, ["status": "enabled"]).expect(200)
                    try await Self.settle(env) { $0 == 0 }
                }
                try await phase("suspend") {
                    try await env.operator.call(.patch, Self.large, ["status": "suspended"]).expect(200)
                    #expect(try await server.call(.get, path).status == 403)
                    try await Self.settle(env) { $0 > Self.deliveries * 9 / 10 }
                }
                try await phase("activate") {
                    try await env.operator.call(.patch, Self.large, ["status": "active"]).expect(200)
                    try await Self.settle(env) { $0 == 0 }
                }
                try await phase("disable") {
                    try await server.call(.patch, path, ["status": "disabled"]).expect(200)
                    try await Self.settle(env) { $0 > Self.deliveries * 9 / 10 }
                }
                try await phase("replay") { try await Self.replay(env, server, receiver) }
                try await phase("metrics") {
                    for _ in 0..<10 { try await env.anonymous.call(.get, "/metrics").expect(200) }
                }
                try await phase("delete the endpoint") {
                    try await server.call(.delete, path).expect(204)
                    #expect(try await server.call(.get, path).status == 404)
                    let left = try await server.call(.get, "/api/v1/deliveries?endpoint_id=\(id)").expect(200)
                    #expect(left["data"] == [])
                    try await Self.settle(env) { $0 == 0 }
                }
                try await phase("delete the tenant") {
                    try await env.operator.call(.delete, Self.large).expect(202)
                    #expect(try await server.call(.get, path).status == 401)
                    try await env.eventually(within: 1_200) {
                        try await env.operator.call(.get, Self.large).status == 404 ? true : nil
                    }
                }
                let rows = try await LargeDatabaseTests.metric("gateway_database_write_rows_max", env)
                let longest = try await LargeDatabaseTests.metric("gateway_database_write_seconds_max", env)
                print(
                    """
                    large tenant: \(Self.deliveries) deliveries, largest write \(Int(rows)) rows, longest write \
                    \(Int(longest * 1000)) ms; slowest webhook of another tenant: \(slowest.joined(separator: ", "))
                    """)
                #expect(rows > 0 && rows <= LargeDatabaseTests.rows, "\(rows) rows")
            }
        }

        /// To a new endpoint everything is sent; then the rest of it is cancelled.
        private static func replay(_ env: TestEnvironment, _ server: API, _ receiver: Receiver) async throws {
            let made = try await server.call(
                .post, "/api/v1/webhook-endpoints", ["url": .string(receiver.url), "event_types": ["*"], "rate": 1]
            ).expect(201).text("id")
            let begun = try await server.call(
                .post, "/api/v1/webhook-endpoints/\(made)/replay", ["since": "2025-01-01T00:00:00Z"]
            ).expect(202)
            #expect(begun["total"] == .null, "it is counted by the job")
            let path = "/api/v1/replays/\(try begun.text("id"))"
            let total = try await env.eventually(within: 600) {
                let total = try await server.call(.get, path).expect(200).json["total"] ?? .null
                return total == .null ? nil : total
            }
            #expect(Int(total.text) ?? 0 >= deliveries)
            try await server.call(.delete, path).expect(204)
            #expect(try await server.call(.get, path).expect(200).json["state"] == "cancelled")
            try await server.call(.delete, "/api/v1/webhook-endpoints/\(made)").expect(204)
        }

        /// Waits for a number of held deliveries.
        private static func settle(_ env: TestEnvironment, _ isReached: @Sendable (Int) -> Bool) async throws {
            try await env.eventually(within: 1_200) {
                isReached(Int(try await LargeDatabaseTests.metric("gateway_deliveries_held", env))) ? true : nil
            }
        }

        /// Messages of today with a held delivery each, and one attempt of each.
        private static func fill(_ path: String) async throws {
            let database = try await SQLiteDatabase.open(path: path)
            let now = Int64(Date().timeIntervalSince1970 * 1000) - 600_000
            let count = deliveries
            try await database.write { tx in
                let large: Query = "(SELECT id FROM tenants WHERE slug = 'large')"
                let numbers: Query =
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))"
                try tx.run(
                    """
                    INSERT INTO messages (id, tenant_id, position, account_id, type, timestamp, received_at, data, bytes)
                    \(numbers) SELECT 'msg_' || i, \(large), 1000000 + i, 'shared', 'calendar.test', '', \(now) + i,
                        '{"text":"' || hex(randomblob(100)) || '"}', 800 FROM n
                    """)
                try tx.run(
                    """
                    INSERT INTO deliveries (id, tenant_id, message_id, endpoint_id, status, attempts, step, created_at)
                    \(numbers) SELECT 'dlv_' || i, \(large), 'msg_' || i,
                        (SELECT id FROM webhook_endpoints WHERE tenant_id = \(large)), 'held', 1, 1, \(now) + i FROM n
                    """)
                try tx.run(
                    """
                    INSERT INTO attempts (delivery_id, number, tenant_id, at, status_code, duration_ms)
                    SELECT id, 1, tenant_id, created_at, 500, 5 FROM deliveries WHERE attempts = 1
                        AND NOT EXISTS (SELECT 1 FROM attempts WHERE delivery_id = deliveries.id)
                    """)
                try tx.run(
                    "UPDATE tenants SET message_position = 2000000, message_bytes = 800 * \(count) WHERE slug = 'large'"
                )
            }
            await database.close()
        }
    }
}
