import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Changing some settings leaves the others as they are, also with concurrent changes.
    @Suite struct TenantSettingsTests {
        private static let path = "/admin/v1/tenants/acme/settings"
        private static let full: JSON = [
            "return_urls": ["https://app.example.com/done", "com.example.app:/done"],
            "allowed_origins": ["https://app.example.com"],
            "limits": [
                "requests_per_second": 20, "burst": 40, "calendars": 5, "bots_per_day": 7, "message_bytes": 1_000_000,
            ],
            "revoke_on_disconnect": false,
        ]

        private func env(_ body: (TestEnvironment) async throws -> Void) async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            try await env.operator.call(.post, "/admin/v1/tenants", ["slug": "acme", "name": "Acme"]).expect(201)
            try await body(env)
            try Contracts.checkReplies(env, atLeast: 2)
        }

        @Test(.timeLimit(.minutes(1))) func `A patch changes what it names, and null is the default`() async throws {
            try await env { env in
                let admin = env.operator
                func patch(_ body: JSON) async throws -> API.Reply { try await admin.call(.patch, Self.path, body) }
                #expect(try await admin.call(.put, Self.path, Self.full).expect(200).json == Self.full)
                var expected = Self.full.objectValue ?? [:]
                expected["allowed_origins"] = ["https://other.example.com"]
                #expect(
                    try await patch(["allowed_origins": ["https://other.example.com"]]).expect(200).json
                        == .object(expected))
                #expect(try await patch([:]).expect(200).json == .object(expected))
                let limits = try await patch(["limits": ["burst": .null, "calendars": 6]]).expect(200)["limits"]
                #expect(
                    limits == [
                        "requests_per_second": 20, "burst": .null, "calendars": 6, "bots_per_day": 7,
                        "message_bytes": 1_000_000,
                    ])
                let merged = try await admin.send(
                    .patch, Self.path, body: Array(#"{"limits":null,"return_urls":null}"#.utf8),
                    type: "application/merge-patch+json"
                ).expect(200)
                #expect(merged["return_urls"] == [] && merged["revoke_on_disconnect"] == false)
                #expect(merged["limits"]?.objectValue?.allSatisfy { $0.value.isNull } == true)
                #expect(merged["allowed_origins"] == ["https://other.example.com"])
                #expect(try await admin.call(.get, Self.path).expect(200).json == merged.json)
                // Unknown members are refused, also null ones, and then nothing is changed.
                for (body, pointer) in [
                    (["nonsense": .null], "/nonsense"), (["limits": ["nonsense": .null]], "/limits/nonsense"),
                    (["limits": ["burst": 0]], "/limits/burst"), (["limits": [1]], "/limits"),
                    (["allowed_origins": ["nonsense"]], "/allowed_origins/0"),
                    (["allowed_origins": "x"], "/allowed_origins"),
                    (["revoke_on_disconnect": "yes"], "/revoke_on_disconnect"),
                ] as [(JSON, String)] {
                    let reply = try await patch(body).expect(422)
                    #expect(reply["errors"]?.arrayValue?.first?["pointer"] == .string(pointer), "\(reply.text)")
                }
                for (type, body) in [
                    ("application/xml", "{}"), ("application/merge-patch+json", "["), ("application/json", "[]"),
                ] {
                    #expect(try await admin.send(.patch, Self.path, body: Array(body.utf8), type: type).status == 400)
                }
                // A PUT takes no merge patch.
                #expect(
                    try await admin.send(
                        .put, Self.path, body: Array("{}".utf8), type: "application/merge-patch+json"
                    ).status == 400)
                #expect(try await admin.call(.get, Self.path).expect(200).json == merged.json)
                try await admin.call(.patch, "/admin/v1/tenants/nobody/settings", [:]).expect(404)
            }
        }

        @Test(.timeLimit(.minutes(1))) func `A change of what was changed meanwhile is refused`() async throws {
            try await env { env in
                let admin = env.operator
                let first = try #require(try await admin.call(.get, Self.path).expect(200).header("ETag"))
                #expect(first.hasPrefix("\"") && first.hasSuffix("\""), "a strong tag")
                let changed = try await admin.with("If-Match", first).call(.put, Self.path, Self.full).expect(200)
                let second = try #require(changed.header("ETag"))
                #expect(second != first)
                for stale in [first, "W/\(second)", "\"\"", "nonsense", "\(first), \"other\""] {
                    for method in [HTTPRequest.Method.put, .patch] {
                        let refused = try await admin.with("If-Match", stale).call(
                            method, Self.path, ["allowed_origins": ["https://late.example.com"]]
                        ).expect(412)
                        #expect(refused.code == "precondition_failed", "\(stale)")
                    }
                }
                #expect(try await admin.call(.get, Self.path).expect(200).json == Self.full)
                for fresh in [second, "*", "\(first) , \(second)"] {
                    let reply = try await admin.with("If-Match", fresh).call(.patch, Self.path, [:]).expect(200)
                    #expect(reply.header("ETag") == second, "the same settings have the same tag")
                }
            }
        }

        private func run(_ env: TestEnvironment, _ arguments: [String]) throws -> Program {
            try Program(
                ["tenants", "settings", "acme"] + arguments,
                environment: ["GATEWAY_URL": env.gatewayURL, "GATEWAY_ADMIN_TOKEN": env.operatorToken])
        }

        @Test(.timeLimit(.minutes(2))) func `The command changes what is named alone, and prints the difference`()
            async throws
        {
            try await env { env in
                let admin = env.operator
                try await admin.call(.put, Self.path, Self.full).expect(200)
                func command(_ arguments: String...) throws -> String {
                    let program = try run(env, arguments)
                    #expect(program.exitCode() == 0, "\(arguments): \(program.finalOutput)")
                    return program.finalOutput
                }
                var expected = Self.full.objectValue ?? [:]
                // The issue's own example: one origin, and all the rest was gone.
                #expect(
                    try command("--allowed-origin", "https://new.example.com")
                        == "- allowed_origins: https://app.example.com\n+ allowed_origins: https://new.example.com\n")
                expected["allowed_origins"] = ["https://new.example.com"]
                #expect(try await admin.call(.get, Self.path).json == .object(expected))
                #expect(
                    try command(
                        "--add-allowed-origin", "https://two.example.com", "--burst", "default", "--calendars", "9")
                        == "+ allowed_origins: https://two.example.com\nlimits.burst: 40 -> default\n"
                        + "limits.calendars: 5 -> 9\n")
                #expect(
                    try command("--remove-return-url", "com.example.app:/done", "--revoke-on-disconnect", "true")
                        == "- return_urls: com.example.app:/done\nrevoke_on_disconnect: false -> true\n")
                let same = try command(
                    "--remove-return-url", "https://gone.example.com/", "--add-allowed-origin",
                    "https://new.example.com")
                #expect(same.contains("is not among the return_urls") && same.hasSuffix("Nothing was changed.\n"))
                _ = try command("--message-bytes", "5000000", "--requests-per-second", "33", "--bots-per-day", "0")
                let settings: JSON = [
                    "return_urls": ["https://app.example.com/done"],
                    "allowed_origins": ["https://new.example.com", "https://two.example.com"],
                    "limits": [
                        "requests_per_second": 33, "burst": .null, "calendars": 9, "bots_per_day": 0,
                        "message_bytes": 5_000_000,
                    ],
                    "revoke_on_disconnect": true,
                ]
                #expect(try await admin.call(.get, Self.path).json == settings)
                #expect(try JSON.parse(command("--json")) == settings)
                for wrong in [["--burst", "many"], ["--keep-grants", "--revoke-on-disconnect", "true"]] {
                    let program = try run(env, wrong)
                    #expect(program.exitCode() != 0)
                }
                #expect(try await admin.call(.get, Self.path).json == settings)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Four commands at once change each its own`() async throws {
            try await env { env in
                // Each change that goes ahead of one makes it try again; three are ahead of the last one.
                let origins = (1...4).map { "https://app\($0).example.com" }
                let programs = try origins.map { try run(env, ["--add-allowed-origin", $0]) }
                for program in programs { #expect(program.exitCode() == 0, "\(program.finalOutput)") }
                let listed = try await env.operator.call(.get, Self.path).expect(200)["allowed_origins"]
                #expect(Set(listed?.arrayValue?.compactMap(\.stringValue) ?? []) == Set(origins))
            }
        }

        @Test(.timeLimit(.minutes(1))) func `A new key of Meeting BaaS's keeps version and webhook secrets`()
            async throws
        {
            try await env { env in
                let path = "/admin/v1/tenants/acme/meeting-baas"
                try await env.operator.call(
                    .put, path,
                    [
                        "api_key": "one", "api_version": "v1",
                        "webhook_secrets": [.string(TestEnvironment.webhookSecret)],
                    ]
                ).expect(200)
                func command(_ options: String) throws -> Command {
                    try Command(
                        "sh", ["-c", "echo two | \(Program.path) tenants meeting-baas acme \(options)"],
                        environment: ["GATEWAY_URL": env.gatewayURL, "GATEWAY_ADMIN_TOKEN": env.operatorToken])
                }
                let refused = try command("")
                #expect(refused.code != 0 && refused.output.contains("acme has 1 webhook secrets"), "\(refused.output)")
                #expect(try await env.operator.call(.get, path).expect(200)["webhook_secret_count"] == 1)
                #expect(try command("--no-webhook-secrets").code == 0)
                let account = try await env.operator.call(.get, path).expect(200)
                #expect(account["webhook_secret_count"] == 0 && account["api_version"] == "v1")
                #expect(try command("--api-version v2").code == 0)
                #expect(try await env.operator.call(.get, path).expect(200)["api_version"] == "v2")
            }
        }

        @Test(.timeLimit(.minutes(1))) func `A new secret of Microsoft's keeps the directory that is set`() async throws
        {
            try await env { env in
                let path = "/admin/v1/tenants/acme/providers/microsoft"
                try await env.operator.call(
                    .put, path, ["client_id": "app", "client_secret": "one", "directory": "contoso.example"]
                ).expect(200)
                let script = "echo two | \(Program.path) tenants provider acme microsoft --client-id app"
                let command = try Command(
                    "sh", ["-c", script],
                    environment: ["GATEWAY_URL": env.gatewayURL, "GATEWAY_ADMIN_TOKEN": env.operatorToken])
                #expect(command.code == 0, "\(command.output)")
                #expect(try await env.operator.call(.get, path).expect(200)["directory"] == "contoso.example")
                try await env.operator.call(.delete, path).expect(204)
                let again = try Command(
                    "sh", ["-c", script],
                    environment: ["GATEWAY_URL": env.gatewayURL, "GATEWAY_ADMIN_TOKEN": env.operatorToken])
                #expect(again.code == 0, "\(again.output)")
                #expect(try await env.operator.call(.get, path).expect(200)["directory"] == "common")
                try await env.operator.call(.get, Self.path).expect(200)
            }
        }
    }
}
