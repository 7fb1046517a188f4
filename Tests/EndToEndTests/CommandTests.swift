import Foundation
import HTTPTypes
import JSONValue
import Sealing
import Support
import Testing

extension EndToEnd {
    /// The command line as an operator uses it.
    @Suite struct CommandTests {
        private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> (
            code: Int32, output: String
        ) {
            let program = try Program(arguments, environment: environment)
            let code = program.exitCode()
            return (code, program.finalOutput)
        }

        @Test func `Version, help and keys need no gateway`() throws {
            #expect(try run(["--version"]).output.contains("0.1.0"))
            let help = try run(["--help"]).output
            for word in [
                "serve", "sandbox", "vault", "tenants", "keys", "healthcheck", "doctor", "migrate", "database",
            ] {
                #expect(help.contains(word))
            }
            let key = try run(["vault", "generate-key"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(Base64.decode(key)?.count == 32)
            let lost = try run(["tenants", "list"], ["GATEWAY_ADMIN_TOKEN": "x", "GATEWAY_URL": "http://localhost:9"])
            #expect(lost.code == 1 && lost.output.contains("No gateway answers at http://localhost:9"))
            #expect(try run(["tenants", "list"]).output.contains("GATEWAY_ADMIN_TOKEN is not set"))
            // One rule for all: without GATEWAY_URL the gateway on this machine, at its port.
            for command in [["tenants", "list"], ["keys", "list", "acme"], ["healthcheck"]] {
                let here = try run(command, ["GATEWAY_ADMIN_TOKEN": "x\n", "GATEWAY_PORT": "9"])
                #expect(here.code == 1 && here.output.contains("http://localhost:9 "), "\(here.output)")
            }
            let unreadable = try run(["tenants", "list"], ["GATEWAY_ADMIN_TOKEN_FILE": "/nowhere"])
            #expect(unreadable.output.contains("GATEWAY_ADMIN_TOKEN_FILE cannot be read: /nowhere"))
        }

        @Test func `A start that cannot be is one line that says why`() throws {
            let missing = try run(["serve"])
            #expect(missing.code == 2 && missing.output.hasPrefix("GATEWAY_MASTER_KEY: is required"))
            let wrong = try run(
                ["serve"], ["GATEWAY_MASTER_KEY": Base64.encode(Digests.random(32)), "GATEWAY_PROT": "1"])
            #expect(wrong.code == 2 && wrong.output == "GATEWAY_PROT: is not a setting of this gateway\n")
        }

        @Test(.timeLimit(.minutes(2))) func `A start names the setting, what is wrong, and what to do`() throws {
            let folder = try Fixture.temporaryFolder()
            let port = try TestEnvironment.freePort()
            let listener = try SilentListener("127.0.0.1", port: port)
            defer { withExtendedLifetime(listener) {} }
            let file = folder.appendingPathComponent("text.db")
            try Data("no database, but a text of some length".utf8).write(to: file)
            let base = [
                "GATEWAY_MASTER_KEY": Base64.encode(Digests.random(32)), "GATEWAY_PORT": "0",
                "GATEWAY_DATABASE_URL": "sqlite:\(folder.path)/gateway.db", "GATEWAY_LOG_LEVEL": "error",
            ]
            for (more, parts) in [
                (["GATEWAY_PORT": "\(port)"], ["GATEWAY_PORT", "127.0.0.1:\(port)", "another process"]),
                // RFC 5737: for documents, no machine's.
                (["GATEWAY_HOST": "192.0.2.1"], ["GATEWAY_HOST: 192.0.2.1", "0.0.0.0"]),
                (["GATEWAY_HOST": "nowhere.invalid"], ["GATEWAY_HOST", "nowhere.invalid"]),
                (["GATEWAY_DATABASE_URL": "sqlite:/dev/null/x/gateway.db"], ["GATEWAY_DATABASE_URL", "/dev/null/x"]),
                (
                    ["GATEWAY_DATABASE_URL": "sqlite:\(file.path)"],
                    ["GATEWAY_DATABASE_URL: \(file.path)", "not a database"]
                ),
            ] {
                let refused = try run(["serve"], base.merging(more) { $1 })
                let lines = refused.output.split(separator: "\n")
                #expect(refused.code == 1 && lines.count == 1, "\(refused.output)")
                #expect(parts.allSatisfy { refused.output.contains($0) }, "\(refused.output)")
                #expect(!refused.output.contains("Domain") && !refused.output.contains("errno"), "\(refused.output)")
            }
        }

        @Test func `A mistyped command gets the nearest one, and the commands of its place`() throws {
            let root = try run(["tenats", "list"])
            #expect(
                root.code == 64 && root.output.contains("no command tenats. Did you mean tenants?"), "\(root.output)")
            let inner = try run(["tenants", "lst"])
            #expect(inner.output.contains("meeting-gateway tenants has no command lst. Did you mean list?"))
            let far = try run(["keys", "frobnicate"])
            #expect(!far.output.contains("Did you mean") && far.output.contains("create, delete, list, rotate"))
            #expect(try run(["help", "tenants"]).code == 0)
            for url in ["gateway.example.com", "localhost:8080", "ftp://localhost"] {
                for command in [["healthcheck"], ["tenants", "list"]] {
                    let refused = try run(command, ["GATEWAY_URL": url, "GATEWAY_ADMIN_TOKEN": "canary-token"])
                    #expect(refused.code == 64 && refused.output.contains("GATEWAY_URL is \(url)"), "\(refused.output)")
                    #expect(!refused.output.contains("canary-token"))
                }
            }
        }

        @Test func `The admin token goes over plain http to this machine only`() throws {
            func doctor(_ url: String, _ more: [String] = []) throws -> (code: Int32, output: String) {
                try run(["tenants", "list"] + more, ["GATEWAY_ADMIN_TOKEN": "canary-token", "GATEWAY_URL": url])
            }
            // 192.0.2.0/24 is reserved (RFC 5737); nothing is sent to any of these.
            for url in [
                "http://gateway.internal:8080", "http://192.0.2.1", "HTTP://192.0.2.1", "http://127.0.0.1.example.com",
                "http://localhost@192.0.2.1", "http://localhost.example.com", "http://127.1.example",
                "http://0.0.0.0:9",
            ] {
                let refused = try doctor(url)
                #expect(refused.code == 64 && refused.output.contains("--insecure"), "\(url): \(refused.output)")
                #expect(!refused.output.contains("canary-token"))
            }
            // These are tried, without an answer.
            for url in [
                "http://localhost:9", "http://127.0.0.1:9", "http://127.8.8.8:9", "http://[::1]:9",
                "https://localhost:9",
            ] {
                let tried = try doctor(url)
                #expect(tried.code == 1 && tried.output.contains("No gateway answers at \(url)"), "\(tried.output)")
            }
            let insecure = try doctor("http://0.0.0.0:9", ["--insecure"])
            #expect(insecure.code == 1 && insecure.output.contains("No gateway answers"), "\(insecure.output)")
            for command in [["tenants", "create"], ["keys", "delete"], ["tenants", "settings"]] {
                #expect(try run(command + ["--help"]).output.contains("--insecure"))
            }
        }

        @Test(.timeLimit(.minutes(1))) func `An admin's typo is named once, with the nearest name`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let client = ["GATEWAY_URL": env.gatewayURL, "GATEWAY_ADMIN_TOKEN": env.operatorToken]
            #expect(try run(["tenants", "create", "acme"], client).code == 0)
            let admin = env.operator
            for (path, parts) in [
                ("/admin/v1/tenants/acmee", ["tenant \"acmee\"", "Did you mean acme?"]),
                ("/admin/v1/tenants/acme/providers/gogle", ["provider \"gogle\"", "Did you mean google?"]),
                ("/admin/v1/tenants/acme/providers/google", ["tenant acme has no app of google"]),
            ] {
                let detail = try await admin.call(.get, path).expect(404)["detail"]?.stringValue ?? ""
                #expect(parts.allSatisfy { detail.contains($0) }, "\(detail)")
            }
            let key = try await admin.call(.delete, "/admin/v1/tenants/acme/keys/key_none").expect(404)
            #expect(key["detail"]?.stringValue?.contains("key \"key_none\"") == true, "\(key.text)")
            // The fault of a field stands once, with its place.
            let refused = try run(["tenants", "create", "Not A Slug"], client)
            #expect(refused.code == 1 && refused.output.split(separator: "\n").count == 2, "\(refused.output)")
            #expect(refused.output.components(separatedBy: "/slug").count == 2, "\(refused.output)")
        }

        @Test(.timeLimit(.minutes(1))) func `Webhook secrets come from standard input or a file, never as an argument`()
            async throws
        {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let client = ["GATEWAY_URL": env.gatewayURL, "GATEWAY_ADMIN_TOKEN": env.operatorToken]
            #expect(try run(["tenants", "create", "acme"], client).code == 0)
            let command = ["tenants", "meeting-baas", "acme"]
            let refused = try run(command + ["--webhook-secret", TestEnvironment.webhookSecret], client)
            #expect(refused.code == 64 && refused.output.contains("--webhook-secret-file"), "\(refused.output)")
            #expect(!refused.output.contains(TestEnvironment.webhookSecret))
            let help = try run(command + ["--help"]).output
            #expect(help.contains("--webhook-secret-file") && !help.contains("--webhook-secret "))
            let file = env.folder.appendingPathComponent("secrets")
            try Data("\(TestEnvironment.webhookSecret)\r\n\n".utf8).write(to: file)
            let shell = { (input: String, from: String) in
                try Command(
                    "bash",
                    ["-c", #"printf "$INPUT" | "$PROGRAM" tenants meeting-baas acme --webhook-secret-file "$FROM""#],
                    environment: client.merging(["INPUT": input, "PROGRAM": Program.path, "FROM": from]) { $1 })
            }
            for (input, from) in [
                ("acme-key\\n" + TestEnvironment.webhookSecret + "\\n", "-"), ("acme-key\\n", file.path),
            ] {
                _ = try await env.operator.call(.delete, "/admin/v1/tenants/acme/meeting-baas")
                let set = try shell(input, from)
                #expect(set.code == 0 && set.output.contains("/webhooks/meeting-baas/acme"), "\(set.output)")
                // With no secret a signed webhook would answer 503, with it a wrong signature answers 401.
                let signed = env.anonymous.with("svix-id", "msg_1").with("svix-timestamp", "1")
                    .with("svix-signature", "v1,AAAA")
                try await signed.call(.post, "/webhooks/meeting-baas/acme", ["event": "x"]).expect(401)
            }
            for from in ["/nowhere", "/dev/null"] {
                let failed = try shell("acme-key\\n", from)
                #expect(failed.code == 64 && failed.output.contains(from), "\(failed.output)")
            }
            #expect(try shell("acme-key\\n", "-").output.contains("Standard input holds no webhook secret"))
        }

        @Test(.timeLimit(.minutes(2)))
        func `A tenant is onboarded by the command line, and a wrong key stops the next start`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            let client = ["GATEWAY_URL": env.gatewayURL, "GATEWAY_ADMIN_TOKEN": env.operatorToken]
            #expect(try run(["healthcheck"], client).output == "alive\n")
            #expect(try run(["healthcheck", "--ready"], client).output == "ready\n")
            // The doctor looks beside the running gateway, and everything here is well.
            let healthy = try run(["doctor"], env.variables)
            #expect(healthy.code == 0 && !healthy.output.contains("FAIL"), "\(healthy.output)")
            for line in [
                "ok    database: sound", "ok    master key: opens all", "ok    Meeting BaaS: answers at",
                "ok    Google: ",
                "ok    Microsoft: ", "ok    clock: agrees", "/webhooks/meeting-baas",
            ] { #expect(healthy.output.contains(line), "\(line)") }
            // Failing checks are named with their remedy, and without secrets.
            let ill = try run(
                ["doctor"],
                env.variables.merging([
                    "GATEWAY_MEETING_BAAS_API_KEY": "wrong-key-for-the-doctor",
                    "GATEWAY_GOOGLE_TOKEN_URL": "http://localhost:9/token",
                    "GATEWAY_MASTER_KEY": Base64.encode(Digests.random(32)),
                ]) { $1 })
            #expect(ill.code == 1 && !ill.output.contains("wrong-key-for-the-doctor"))
            for line in [
                "FAIL  master key: GATEWAY_MASTER_KEY does not fit", "FAIL  Meeting BaaS: refuses",
                "FAIL  Google: cannot be reached",
            ] { #expect(ill.output.contains(line), "\(line) in \(ill.output)") }
            #expect(try run(["tenants", "create", "acme", "--name", "Acme"], client).output.contains("slug: acme"))
            let twice = try run(["tenants", "create", "acme"], client)
            #expect(twice.code == 1 && twice.output.contains("A tenant with the slug acme exists."))
            #expect(
                try run(["tenants", "create", "No Slug"], client).output.contains("/slug must be 2 to 40 characters"))
            #expect(try run(["tenants", "list"], client).output.contains("acme"))
            let settings = try run(
                ["tenants", "settings", "acme", "--return-url", "https://app.example.com/done", "--json"], client)
            #expect(settings.output.contains(#""return_urls":["https://app.example.com/done"]"#))
            let made = try run(["keys", "create", "acme", "--name", "web", "--json"], client)
            let key = try #require(try JSON.parse(made.output)["key"]?.stringValue)
            let id = try #require(try JSON.parse(made.output)["id"]?.stringValue)
            try await API(env.gatewayURL, token: key).call(.get, "/api/v1/connections").expect(200)
            #expect(!(try run(["keys", "list", "acme"], client).output.contains("mgk_")))
            #expect(try run(["keys", "delete", "acme", id], client).code == 0)
            try await API(env.gatewayURL, token: key).call(.get, "/api/v1/connections").expect(401)
            // Rotation leaves the former key in force for a while; use is noted to the minute.
            let other = try run(["keys", "create", "acme", "--name", "other", "--json"], client).output
            let former = try #require(try JSON.parse(other)["key"]?.stringValue)
            let otherID = try #require(try JSON.parse(other)["id"]?.stringValue)
            #expect(try JSON.parse(other)["last_used_at"] == .null)
            let rotated = try run(["keys", "rotate", "acme", otherID, "--overlap-seconds", "60", "--json"], client)
                .output
            let present = try #require(try JSON.parse(rotated)["key"]?.stringValue)
            for key in [former, present] {
                try await API(env.gatewayURL, token: key).call(.get, "/api/v1/connections").expect(200)
            }
            let listed = try JSON.parse(try run(["keys", "list", "acme", "--json"], client).output)
            let used = listed["data"]?.arrayValue?.first { $0["id"] == .string(otherID) }?["last_used_at"]?.stringValue
            #expect(used.flatMap { Timestamp(rfc3339: $0) } != nil)
            #expect(try run(["tenants", "delete", "acme"], client).output.contains("Add --yes"))
            #expect(try run(["tenants", "delete", "acme", "--yes"], client).output.contains("deleting"))
            #expect(gateway.stop() == 0 && gateway.finalOutput.contains("\"stopped\""))
            let wrong = Base64.encode(Digests.random(32))
            let refused = try run(["serve"], env.variables.merging(["GATEWAY_MASTER_KEY": wrong]) { $1 })
            #expect(refused.code == 1 && refused.output.contains("does not fit this database: it was sealed under key"))
            let right = try await env.startGateway()
            #expect(right.stop() == 0)
        }

        @Test(.timeLimit(.minutes(3))) func `The sandbox's walk works as pasted`() async throws {
            let folder = try Fixture.temporaryFolder()
            let port = try TestEnvironment.freePort()
            let program = try Program(
                ["serve", "--sandbox", "--sandbox-port", "0"], environment: ["GATEWAY_PORT": "\(port)"], folder: folder)
            defer { program.kill() }
            try await program.prints("Stop with Ctrl-C.")
            let lines = program.output.split(separator: "\n", omittingEmptySubsequences: false)
            let start = try #require(lines.firstIndex { $0.hasPrefix("KEY=") })
            let end = try #require(lines.firstIndex { $0.hasPrefix("Stop with") })
            let script = lines[start..<end].filter { !$0.hasPrefix("{") }.joined(separator: "\n")
            let shell = try Command("/bin/bash", ["-c", script])
            #expect(shell.code == 0)
            let output = shell.output
            let replies = output.split(separator: "\n").compactMap { try? JSON.parse(String($0)) }
            #expect(!output.contains("urn:meeting-gateway:problem"), "\(output)")
            #expect(replies.contains { $0["data"]?.arrayValue?.first?["meeting_url"]?.stringValue != nil }, "events")
            #expect(replies.contains { $0["recording"]?["state"] == "scheduled" }, "a recording")
            #expect(replies.contains { $0["provider"] == "microsoft" && $0["status"] == "active" }, "a connection")
            #expect(replies.contains { $0["provider_revocation"] == "not_supported" }, "its end")
            let received = try #require(replies.first { $0["data"]?.arrayValue?.first?["headers"] != nil })
            #expect(received.text.contains("connection.active"))
            // A folder that `serve` made is left alone.
            #expect(program.stop() == 0)
            try FileManager.default.removeItem(
                at: folder.appendingPathComponent("data/sandbox/.meeting-gateway-sandbox"))
            let refused = try Program(["serve", "--sandbox"], folder: folder)
            #expect(refused.exitCode() == 1 && refused.finalOutput.contains("is left alone"))
        }
    }
}
