import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Promise 2: what was answered 2xx is delivered at least once, whatever dies in between.
    @Suite struct KillTests {
        /// 20 in `make test`, 200 in `make soak`.
        static let kills = ProcessInfo.processInfo.environment["GATEWAY_KILLS"].flatMap { Int($0) } ?? 20

        @Test(.timeLimit(.minutes(30))) func `SIGKILL at random moments loses nothing that was acknowledged`()
            async throws
        {
            let env = try await TestEnvironment(version: "v2")
            let receiver = Receiver()
            let log = AcknowledgedLog()
            SeededGenerator.announce("kills")
            try await receiver.run {
                var random = SeededGenerator("kills")
                var gateway = try await env.startGateway()
                defer { gateway.kill() }
                let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let ann = try await tenant.session("ann")
                let connection = try await tenant.connect(ann, "google", email: "ann@example.com")
                let calendar = try await ann.call(
                    .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
                ).expect(201).text("id")
                for round in 0..<Self.kills {
                    // Senders go on until the process is dead under them; a few hundred webhooks a round.
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for sender in 0..<4 {
                            group.addTask {
                                var number = 0
                                while await self.send(env, calendar, "\(round)-\(sender)-\(number)", log) {
                                    number += 1
                                }
                            }
                        }
                        // The moment of death is the random thing here: so many acknowledgements later, with the other
                        // senders anywhere.
                        await log.reaches(log.all.count + Int.random(in: 1...80, using: &random))
                        gateway.kill()
                        try await group.waitForAll()
                    }
                    gateway = try await env.startGateway()
                }
                let acknowledged = log.all
                #expect(acknowledged.count >= Self.kills, "\(acknowledged.count) acknowledged")
                for mark in acknowledged {
                    _ = try await receiver.first("the webhook \(mark)", within: 60) { $0.data["mark"] == .string(mark) }
                }
                // The same id on every attempt: a duplicate can be distinguished from another message.
                var ids: [String: Set<String>] = [:]
                for delivery in receiver.deliveries {
                    if let mark = delivery.data["mark"]?.stringValue { ids[mark, default: []].insert(delivery.id) }
                }
                #expect(ids.values.allSatisfy { $0.count == 1 })
                try await Self.checkCounts(env)
                let duplicates = receiver.deliveries.filter { $0.data["mark"] != nil }.count - ids.count
                print("kills \(Self.kills), acknowledged \(acknowledged.count), lost 0, delivered twice \(duplicates)")
            }
        }

        /// The kept counts of deliveries are the rows', whenever the process died.
        static func checkCounts(_ env: TestEnvironment) async throws {
            let database = try await env.openDatabase()
            let differing = try await database.read { tx in
                try tx.run(
                    """
                    SELECT endpoint_id FROM delivery_counts WHERE
                        pending <> (SELECT COUNT(*) FROM deliveries WHERE endpoint_id = delivery_counts.endpoint_id
                            AND status = 'pending')
                        OR held <> (SELECT COUNT(*) FROM deliveries WHERE endpoint_id = delivery_counts.endpoint_id
                            AND status = 'held')
                    """
                ).count
            }
            #expect(differing == 0)
            await database.close()
        }

        /// Sends one webhook.
        /// - Returns: false once the gateway is gone.
        private func send(_ env: TestEnvironment, _ calendar: String, _ mark: String, _ log: AcknowledgedLog) async
            -> Bool
        {
            let isTaken = await SignedWebhook.send(env, calendar, mark)
            if isTaken == true { log.add(mark) }
            return isTaken != nil
        }
    }
}
