import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// `/readyz` and the health check while nothing can be written.
    @Suite struct ReadinessEndTests {
        private func healthcheck(_ env: TestEnvironment, _ arguments: [String] = []) throws -> Int32 {
            try Command(
                Program.path, ["healthcheck"] + arguments,
                environment: ["GATEWAY_PORT": env.variables["GATEWAY_PORT"] ?? ""]
            ).code
        }

        private func isReady(_ env: TestEnvironment) async throws -> Bool {
            let reply = try await env.anonymous.call(.get, "/readyz")
            if reply.status != 200 {
                try reply.expect(503)
                #expect(reply.code == "storage_unavailable" && reply["action"] == "wait")
            }
            return reply.status == 200
        }

        /// Both ways of not being able to write: files that may not grow (as a full disk), and a writer that waits.
        @Test(.timeLimit(.minutes(2))) func `Not ready while nothing can be written, alive all the time`() async throws
        {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            #expect(try await isReady(env))
            #expect(try healthcheck(env) == 0 && healthcheck(env, ["--ready"]) == 0)
            func limitFiles(_ bytes: String) throws {
                #expect(try Command("prlimit", ["--pid", "\(gateway.pid)", "--fsize=\(bytes)"]).code == 0)
            }
            try limitFiles("4096:unlimited")
            try await env.eventually { try await isReady(env) ? nil : true }
            try await env.anonymous.call(.get, "/healthz").expect(200)
            #expect(try healthcheck(env) == 0 && healthcheck(env, ["--ready"]) == 1)
            try limitFiles("unlimited:unlimited")
            try await env.eventually { try await isReady(env) ? true : nil }

            let other = try await SQLiteDatabase.open(path: env.folder.appendingPathComponent("gateway.db").path)
            let hold = DispatchSemaphore(value: 0)
            async let held: Void = other.write { tx in
                try tx.run("DELETE FROM account_states WHERE account_id = 'none'")
                // Another program that has the database's only writer for itself.
                hold.wait()
            }
            try await env.eventually(within: 20) { try await isReady(env) ? nil : true }
            try await env.anonymous.call(.get, "/healthz").expect(200)
            hold.signal()
            try await held
            await other.close()
            try await env.eventually(within: 20) { try await isReady(env) ? true : nil }
            try Contracts.checkReplies(env)
        }
    }
}
