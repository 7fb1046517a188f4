import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Promise 2, moment by moment: a debug build dies by SIGKILL at named points (`Failpoint`), and nothing that was
    /// acknowledged is lost; what comes twice is at most what was in flight, with the same id.
    @Suite struct CrashTests {
        /// Kills of all points together: 30 in `make test`, beside the 20 at random moments of `KillTests`.
        static let kills = ProcessInfo.processInfo.environment["GATEWAY_CRASHES"].flatMap { Int($0) } ?? 30
        static let points = ["after_insert", "after_commit", "after_claim", "after_send"]
        /// Deliveries at once, and so the most that a death can repeat.
        static let concurrency = 4

        @Test(.timeLimit(.minutes(60)))
        func `SIGKILL at each named point loses nothing, and repeats no more than was in flight`()
            async throws
        {
            try await DeliveryPlace.run { place, gateway in
                try await place.endpoint("/crash", ["concurrency": .int(Self.concurrency)])
                let log = AcknowledgedLog()
                var died = [String: Int]()
                SeededGenerator.announce("crashes")
                var random = SeededGenerator("crashes")
                for round in 0..<Self.kills {
                    let point = Self.points[round % Self.points.count]
                    let time = Int.random(in: 1...12, using: &random)
                    gateway.kill()
                    do {
                        try await gateway.start(["MEETING_GATEWAY_CRASH_AT": "\(point):\(time)"])
                    } catch is Program.Ended {
                        // Deliveries that waited from the last run were sent before it listened.
                        died[point, default: 0] += 1
                        continue
                    }
                    // Senders go on until it is dead under them.
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for sender in 0..<3 {
                            group.addTask {
                                for number in 0..<200 {
                                    let mark = "\(round)-\(sender)-\(number)"
                                    guard let status = await place.webhook(mark) else { return }
                                    if status == 200 { log.add(mark) }
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                    if try await place.env.eventually({ gateway.current?.isRunning == false ? true : nil }) {
                        died[point, default: 0] += 1
                    }
                }
                try await gateway.start()
                let acknowledged = Set(log.all)
                #expect(acknowledged.count >= Self.kills)
                try await place.env.eventually(within: 60) {
                    acknowledged.isSubset(of: place.marks("/crash")) ? true : nil
                }
                // The ids distinguish a repeat from another message, and a crash repeats only deliveries in flight.
                let all = place.receiver.deliveries.filter { $0.path == "/crash" }
                let ids = Dictionary(grouping: all) { $0.data["mark"]?.stringValue ?? "" }
                #expect(ids.values.allSatisfy { Set($0.map(\.id)).count == 1 })
                let repeated = all.count - ids.count
                #expect(repeated <= Self.kills * Self.concurrency, "\(repeated) repeated")
                #expect(died.values.reduce(0, +) == Self.kills, "\(died)")
                print(
                    "crashes \(Self.kills) at \(died.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }), "
                        + "acknowledged \(acknowledged.count), lost 0, delivered twice \(repeated)")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A death in the midst of a migration leaves the database as it was`()
            async throws
        {
            let env = try await TestEnvironment(version: "v2")
            for _ in 0..<3 {
                // Each time it dies one step further on.
                let program = try Program(
                    ["serve"],
                    environment: env.variables.merging(["MEETING_GATEWAY_CRASH_AT": "mid_migration:2"]) { $1 },
                    folder: env.folder)
                try await env.eventually { program.isRunning ? nil : true }
            }
            let gateway = try await env.startGateway()
            try await env.operator.call(.post, "/admin/v1/tenants", ["slug": "after", "name": "After"]).expect(201)
            #expect(gateway.stop() == 0)
        }
    }
}
