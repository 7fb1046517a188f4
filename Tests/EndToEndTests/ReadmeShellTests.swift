import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// README.md's lines for a shell, pasted as they stand there.
    @Suite struct ReadmeShellTests {
        @Test func `Every block of the README is run by a test, or says why not`() throws {
            let blocks = try Readme().blocks
            let clients = ["python", "node", "web", "ios", "android", "android manifest"].map { "client: \($0)" }
            for mark in clients { #expect(try Readme().block(mark).text.count > 100) }
            for block in blocks where !block.language.isEmpty && !block.isNotRun {
                if block.language == "sh" {
                    #expect(block.mark == nil || block.mark == "run: until it listens", "line \(block.line)")
                } else {
                    #expect(clients.contains(block.mark ?? ""), "line \(block.line) has no mark")
                }
            }
            #expect(blocks.filter(\.isNotRun).count == 4)
        }

        private static let strict = ["-euo", "pipefail", "-c"]

        @Test(.timeLimit(.minutes(1))) func `The operator's first lines start a gateway`() async throws {
            let block = try Readme().block("run: until it listens")
            let port = try TestEnvironment.freePort()
            // In place of the shell, so that the signal reaches it.
            let serve = #"meeting-gateway() { exec "$PROGRAM" "$@"; }"# + "\n"
            let gateway = try Program(
                Self.strict + [serve + block.text],
                environment: ["PROGRAM": Program.path, "GATEWAY_PORT": String(port)],
                folder: Fixture.temporaryFolder(), executable: "/bin/bash")
            defer { gateway.kill() }
            try await gateway.prints("\"listening\"")
            try await API("http://localhost:\(port)").call(.get, "/readyz").expect(200)
            try await API("http://localhost:\(port)").call(.get, "/admin/v1/tenants").expect(401)
            #expect(gateway.stop() == 0)
        }

        @Test(.timeLimit(.minutes(2))) func `The operator's and the tenant's lines work as pasted`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let here = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
            var variables = [
                "PATH": here + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"),
                "GATEWAY_URL": env.gatewayURL, "GATEWAY_ADMIN_TOKEN": env.operatorToken,
                "GATEWAY": env.gatewayURL, "GOOGLE_CLIENT_SECRET": "google-secret",
                "MEETING_BAAS_API_KEY": "acme-key", "MEETING_BAAS_WEBHOOK_SECRET": TestEnvironment.webhookSecret,
            ]
            var outputs: [String] = []
            for block in try Readme().blocks where block.language == "sh" && block.mark == nil {
                if block.text.contains("$CODE") { variables["CODE"] = try await Self.code(env) }
                let shell = try Command(
                    "bash", Self.strict + [block.text], environment: variables, folder: env.folder)
                let output = shell.output
                #expect(shell.code == 0 && !output.isEmpty, "line \(block.line): \(output)")
                #expect(!output.contains("urn:meeting-gateway:problem"), "line \(block.line): \(output)")
                outputs.append(output)
                // Values that a reader copies from one answer into the next line.
                if let key = output.firstMatch(of: /key: (mgk_\w+)/) { variables["KEY"] = String(key.1) }
                if let token = output.firstMatch(of: /"token":"(mgs_\w+)"/) { variables["SESSION"] = String(token.1) }
                if let endpoint = output.firstMatch(of: /"id":"(ep_\w+)"/), variables["ENDPOINT"] == nil {
                    try await Self.divert(String(endpoint.1), env, &variables)
                }
            }
            let all = outputs.joined(separator: "\n")
            #expect(
                all.contains("alive\n") && all.contains("redirect_uri: \(env.gatewayURL)/oauth/callback/google/acme"))
            #expect(all.contains("com.acme.app:/connected") && all.contains("/webhooks/meeting-baas/acme"))
            #expect(all.contains(#""secret":"whsec_"#) && all.contains(#""type":"endpoint.test""#))
            #expect(all.contains(#""provider":"google""#) && all.contains(#""status":"active""#))
            #expect(outputs.count >= 11, "\(outputs.count) blocks")
        }

        /// The endpoint is on this machine, at a port without a listener: there is a delivery to retry.
        private static func divert(
            _ endpoint: String, _ env: TestEnvironment, _ variables: inout [String: String]
        ) async throws {
            let server = API(env.gatewayURL, token: variables["KEY"])
            let path = "/api/v1/webhook-endpoints/\(endpoint)"
            try await server.call(.patch, path, ["url": "http://127.0.0.1:1/webhooks"]).expect(200)
            let first = try await server.call(.post, "\(path)/test").expect(202).text("message_id")
            try await server.call(.post, "\(path)/test").expect(202)
            let delivery = try await env.eventually {
                try await server.call(.get, "/api/v1/deliveries?status=pending").expect(200).items
                    .first { $0["attempts"] == 1 }?["id"]?.stringValue
            }
            variables.merge(["ENDPOINT": endpoint, "LAST_MESSAGE_ID": first, "DELIVERY": delivery]) { $1 }
        }

        /// The code that Google's SDK gives an app, for the client that the operator's lines entered.
        private static func code(_ env: TestEnvironment) async throws -> String {
            try await env.google.call(
                .post, "/_sandbox/codes",
                [
                    "client_id": "123-abc.apps.googleusercontent.com", "email": "ann@example.com", "redirect_uri": "",
                ]
            ).text("code")
        }
    }
}
