import Foundation
import HTTPTypes
import JSONValue
import Sealing
import SQL
import Support
import Synchronization
import Testing
import Webhooks

extension EndToEnd {
    /// A start with a large database: memory stays small, and other tenants' webhooks are stored meanwhile.
    @Suite struct LargeDatabaseTests {
        /// True in `make soak`.
        static let isSoak = ProcessInfo.processInfo.environment["GATEWAY_LARGE"] == "soak"
        static let calendars = isSoak ? 100_000 : 20_000
        /// Old deliveries of one tenant, each of a message of its own.
        static let deliveries = isSoak ? 200_000 : 20_000
        /// Bytes of resident memory, at the most.
        static let memory = 120 << 20
        /// Rows that one write transaction changes, with those of foreign keys and triggers.
        static let rows = 2_000.0

        @Test(.timeLimit(.minutes(30))) func `A start with many calendars and an old history leaves room for others`()
            async throws
        {
            let env = try await TestEnvironment(version: "v2")
            let receiver = Receiver()
            try await receiver.run {
                var gateway = try await env.startGateway()
                defer { gateway.kill() }
                let small = try await TenantFixture(env, slug: "small", receiver: receiver.url)
                _ = try await TenantFixture(env, slug: "large", receiver: receiver.url)
                let ann = try await small.session("ann")
                let connection = try await small.connect(ann, "google", email: "ann@example.com")
                let calendar = try await ann.call(
                    .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
                ).expect(201).text("id")
                #expect(gateway.stop() == 0)
                let path = env.folder.appendingPathComponent("gateway.db").path
                try await Self.fill(path)
                gateway = try await env.startGateway()
                let running = gateway
                let slowest = try await withThrowingTaskGroup(of: Duration.self) { group in
                    group.addTask { try await Self.send(env, calendar) }
                    try await Self.settle(env, path)
                    group.cancelAll()
                    return try await group.next() ?? .zero
                }
                let peak = try running.residentPeak()
                let rows = try await Self.metric("gateway_database_write_rows_max", env)
                let longest = try await Self.metric("gateway_database_write_seconds_max", env)
                print(
                    """
                    large database: \(Self.calendars) calendars, \(Self.deliveries) old deliveries, peak memory \
                    \(peak >> 20) MiB, largest write \(Int(rows)) rows, longest write \(Int(longest * 1000)) ms, slowest \
                    webhook of another tenant \(slowest)
                    """)
                #expect(peak <= Self.memory, "\(peak >> 20) MiB")
                #expect(rows > 0 && rows <= Self.rows, "\(rows) rows")
            }
        }

        /// Calendars of the shared account that upstream does not know, and a tenant's old messages with deliveries.
        private static func fill(_ path: String) async throws {
            let database = try await SQLiteDatabase.open(path: path)
            let old = Int64(Date().timeIntervalSince1970 * 1000) - 400 * 86_400_000
            let (calendars, deliveries) = (Self.calendars, Self.deliveries)
            func numbers(_ count: Int) -> Query {
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))"
            }
            let large: Query = "(SELECT id FROM tenants WHERE slug = 'large')"
            let (calendarNumbers, messageNumbers) = (numbers(calendars), numbers(deliveries))
            try await database.write { tx in
                try tx.run(
                    """
                    INSERT INTO calendars (row_id, tenant_id, account_id, api_version, calendar_id, connection_id, user_id,
                        provider, raw_calendar_id, name, email, status, created_at, updated_at)
                    \(calendarNumbers) SELECT 'cal_' || i, \(large), 'shared', 'v2',
                        printf('00000000-0000-4000-8000-%012d', i), 'con_1', 'user-' || i, 'google',
                        'person' || i || '@example.com', 'Person', 'person' || i || '@example.com', 'unknown', \(old), \(old)
                    FROM n
                    """)
                try tx.run(
                    """
                    INSERT INTO messages (id, tenant_id, position, account_id, type, timestamp, received_at, data, bytes)
                    \(messageNumbers) SELECT 'msg_' || i, \(large), 1000000 + i, 'shared', 'calendar.test', '', \(old) + i,
                        '{"calendar_id":"00000000-0000-4000-8000-000000000001","text":"' || hex(randomblob(100)) || '"}', 800
                    FROM n
                    """)
                try tx.run(
                    """
                    INSERT INTO deliveries (id, tenant_id, message_id, endpoint_id, status, attempts, step, created_at)
                    \(messageNumbers) SELECT 'del_' || i, \(large), 'msg_' || i,
                        (SELECT id FROM webhook_endpoints WHERE tenant_id = \(large)),
                        CASE WHEN i % 10 = 0 THEN 'held' ELSE 'delivered' END, 1, 1, \(old) + i FROM n
                    """)
                try tx.run(
                    """
                    INSERT INTO attempts (delivery_id, number, tenant_id, at, status_code, duration_ms)
                    SELECT id, 1, tenant_id, created_at, 200, 5 FROM deliveries WHERE created_at <= \(old + Int64(deliveries))
                    """)
                try tx.run(
                    "UPDATE tenants SET message_position = 2000000, message_bytes = 800 * \(deliveries) WHERE slug = 'large'"
                )
            }
            await database.close()
        }

        /// Webhooks of the small tenant, 25 a second, until it is cancelled.
        /// - Returns: the time that the slowest took.
        static func send(_ env: TestEnvironment, _ calendar: String) async throws -> Duration {
            let key = try #require(WebhookSecret.decode(TestEnvironment.webhookSecret))
            var (number, slowest) = (0, Duration.zero)
            while !Task.isCancelled {
                let body = Array(
                    #"{"event":"calendar.test","data":{"calendar_id":"\#(calendar)","mark":"\#(number)"}}"#.utf8)
                let (id, time) = ("msg_large_\(number)", Int64(Date().timeIntervalSince1970))
                let start = ContinuousClock.now
                do {
                    try await env.anonymous.send(
                        .post, "/webhooks/meeting-baas", body: body,
                        headers: [
                            ("svix-id", id), ("svix-timestamp", "\(time)"),
                            ("svix-signature", Signature.sign(id: id, timestamp: time, body: body, secret: key)),
                        ]
                    ).expect(200)
                } catch  where Task.isCancelled {
                    break
                }
                slowest = max(slowest, .now - start)
                number += 1
                // The pace of an ordinary tenant.
                try? await Task.sleep(for: .milliseconds(40))
            }
            return slowest
        }

        /// Waits until the first round of everything is done: every calendar had its job, and nothing old is left.
        private static func settle(_ env: TestEnvironment, _ path: String) async throws {
            let reader = try await SQLiteDatabase.openForReading(path: path)
            try await env.eventually(within: 1_200) {
                let left = try await reader.read { tx in
                    try tx.first("SELECT id FROM messages WHERE id = 'msg_1' OR id = \("msg_\(Self.deliveries)")")
                        != nil
                }
                let jobs = try await Self.metric("gateway_jobs_pending", env)
                let done = try await Self.metric(#"gateway_jobs_total{kind="fillCalendar",outcome="done"}"#, env)
                return !left && Int(jobs + done) >= Self.calendars ? true : nil
            }
            await reader.close()
        }

        static func metric(_ name: String, _ env: TestEnvironment) async throws -> Double {
            let text = try await env.anonymous.call(.get, "/metrics").expect(200).text
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) } ?? 0
        }
    }
}
