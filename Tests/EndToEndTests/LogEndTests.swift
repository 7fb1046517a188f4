import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing
import Webhooks

extension EndToEnd {
    /// The log's other end is gone, stalls or is full: requests are answered all the same, and the process ends well.
    @Suite struct LogEndTests {
        /// Starts the gateway with its log at `path`; it answers when this returns.
        private func start(_ env: TestEnvironment, log path: String) async throws -> Program {
            let program = try Program(
                ["-c", "exec \"$0\" serve 2>\(path)", Program.path], environment: env.variables,
                folder: env.folder, executable: "/bin/bash")
            try await env.eventually {
                // Refused until it listens.
                (try? await env.anonymous.call(.get, "/healthz"))?.status == 200 ? true : nil
            }
            return program
        }

        private func requests(_ count: Int, _ env: TestEnvironment) async throws {
            for _ in 0..<count { try await env.anonymous.call(.get, "/healthz").expect(200) }
        }

        private func dropped(_ env: TestEnvironment) async throws -> Int {
            let text = try await env.anonymous.call(.get, "/metrics").expect(200).text
            let line = text.split(separator: "\n").first { $0.hasPrefix("gateway_log_lines_dropped_total ") }
            return Int(line?.split(separator: " ").last ?? "") ?? -1
        }

        @Test(.timeLimit(.minutes(1))) func `A log on a full disk`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await start(env, log: "/dev/full")
            defer { gateway.kill() }
            try await requests(50, env)
            #expect(gateway.stop() == 0)
        }

        @Test(.timeLimit(.minutes(1))) func `A log whose reader is gone`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let pipe = try TestPipe()
            let gateway = try await start(env, log: pipe.path)
            defer { gateway.kill() }
            pipe.closeReader()
            try await requests(50, env)
            try await env.eventually { try await dropped(env) >= 50 ? true : nil }
            #expect(gateway.stop() == 0)
        }

        @Test(.timeLimit(.minutes(1))) func `A log whose reader stalls gets everything once it reads`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let pipe = try TestPipe()
            let gateway = try await start(env, log: pipe.path)
            defer { gateway.kill() }
            // A pipe holds 64 KiB: some 270 of these lines.
            try await requests(1_000, env)
            #expect(try await dropped(env) == 0)
            var text = ""
            try await env.eventually {
                text += pipe.read()
                return text.components(separatedBy: "\"/healthz\"").count > 1_000 ? true : nil
            }
            // And stalls again, to the end.
            try await requests(1_000, env)
            let started = ContinuousClock.now
            #expect(gateway.stop() == 0)
            #expect(ContinuousClock.now - started < .seconds(15))
        }

        @Test(.timeLimit(.minutes(1))) func `An event's name forges no line of the text log`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try Program(
                ["serve"], environment: env.variables.merging(["GATEWAY_LOG_FORMAT": "text"]) { $1 },
                folder: env.folder)
            defer { gateway.kill() }
            try await gateway.prints("listening")
            let body = Array(
                #"{"event":"calendar.test\nFORGED \u001b[31mred\u009b2J","data":{"calendar_id":"none"}}"#.utf8)
            let time = Int64(Date().timeIntervalSince1970)
            let key = try #require(WebhookSecret.decode(TestEnvironment.webhookSecret))
            let signature = Signature.sign(id: "msg_forged", timestamp: time, body: body, secret: key)
            _ = try await env.anonymous.send(
                .post, "/webhooks/meeting-baas", body: body,
                headers: [("svix-id", "msg_forged"), ("svix-timestamp", "\(time)"), ("svix-signature", signature)])
            try await gateway.prints("FORGED")
            #expect(gateway.stop() == 0)
            let lines = gateway.finalOutput.split(separator: "\n")
            #expect(!lines.contains { $0.hasPrefix("FORGED") }, "\(gateway.finalOutput)")
            let scalars = gateway.finalOutput.unicodeScalars
            #expect(!scalars.contains("\u{1B}") && !scalars.contains("\u{9B}"))
        }

        @Test func `Commands and a start that fails bear an output that nobody reads`() throws {
            for (command, code) in [("vault generate-key", 0), ("serve", 2), ("tenants list", 64)] {
                let script = "{ sleep 0.3; \"$0\" \(command) 2>&1; } | true; echo \"code ${PIPESTATUS[0]}\""
                let done = try Command("/bin/bash", ["-c", script, Program.path])
                #expect(done.output.contains("code \(code)"), "\(command): \(done.output)")
            }
        }
    }
}
