import JSONValue
import Foundation
import HTTPTypes
import SQL
import Support
import Testing

extension EndToEnd {
    /// `/readyz` and the health check while nothing can be written.
    @Suite struct ReadinessEndTests {
        private func healthcheck(_ world: TestEnvironment, _ arguments: [String] = []) throws -> Int32 {
            try Command(
                Program.path, ["healthcheck"] + arguments,
                environment: ["GATEWAY_PORT": world.environment["GATEWAY_PORT"] ?? ""]
            ).code
        }

        private func isReady(_ world: TestEnvironment) async throws -> Bool {
            let reply = try await world.anonymous.call(.get, "/readyz")
            if reply.status != 200 {
                try reply.expect(503)
                #expect(reply.code == "storage_unavailable" && reply["action"] == "wait")
            }
            return reply.status == 200
        }

        /// Both ways of not being able to write: files that may not grow (as a full disk), and a writer that waits.
        @Test(.timeLimit(.minutes(2))) func `Not ready while nothing can be written, alive all the time`() async throws
        {
            let world = try await TestEnvironment(version: "v2")
            let gateway = try await world.startGateway()
            defer { gateway.kill() }
            #expect(try await isReady(world))
            #expect(try healthcheck(world) == 0 && healthcheck(world, ["--ready"]) == 0)
            func limitFiles(_ bytes: String) throws {
                #expect(try Command("prlimit", ["--pid", "\(gateway.pid)", "--fsize=\(bytes)"]).code == 0)
            }
            try limitFiles("4096:unlimited")
            try await world.eventually { try await isReady(world) ? nil : true }
            try await world.anonymous.call(.get, "/healthz").expect(200)
            #expect(try healthcheck(world) == 0 && healthcheck(world, ["--ready"]) == 1)
            try limitFiles("unlimited:unlimited")
            try await world.eventually { try await isReady(world) ? true : nil }

            let other = try await SQLiteDatabase.open(path: world.folder.appendingPathComponent("gateway.db").path)
            let hold = DispatchSemaphore(value: 0)
            async let held: Void = other.write { tx in
                try tx.run("DELETE FROM account_states WHERE account_id = 'none'")
                // Another program that has the database's only writer for itself.
                hold.wait()
            }
            try await world.eventually(within: 20) { try await isReady(world) ? nil : true }
            try await world.anonymous.call(.get, "/healthz").expect(200)
            hold.signal()
            try await held
            await other.close()
            try await world.eventually(within: 20) { try await isReady(world) ? true : nil }
            try Contracts.checkReplies(world)
        }
    }
}
