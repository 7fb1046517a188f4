import Foundation
import HTTPTransport
import SQL
import Sealing
import Support
import Testing

@testable import Gateway

struct ConfigurationTests {
    static let key = Base64.encode(SecretKey.random().reveal())

    private func lines(_ environment: [String: String], file: String? = nil) async -> [String] {
        do {
            _ = try await GatewayConfiguration.read(environment: environment, file: file)
            return []
        } catch { return (error as? ConfigurationError)?.lines ?? ["\(error)"] }
    }

    @Test func `Defaults are the contract's`() async throws {
        let read = try await GatewayConfiguration.read(environment: ["GATEWAY_MASTER_KEY": Self.key])
        #expect(read.host == "127.0.0.1" && read.port == 8080 && read.publicURL == "http://localhost:8080")
        #expect(read.database.path == "./data/gateway.db" && read.adminToken == nil && read.sharedAccount == nil)
        #expect(read.meetingBaaSURL == "https://api.meetingbaas.com" && read.retentionDays == 30)
    }

    @Test func `Each mistake is one line that names the variable`() async {
        let errors = await lines([
            "GATEWAY_MASTER_KEY": "short", "GATEWAY_PROT": "80", "GATEWAY_PORT": "tcp://10.0.0.1:80",
            "GATEWAY_ADMIN_TOKEN": "too-short", "GATEWAY_MEETING_BAAS_URL": "http://api.example.com",
            "GATEWAY_EGRESS_ALLOW": "10.0.0.0/8,nonsense", "GATEWAY_LOG_LEVEL": "loud",
            "GATEWAY_DATABASE_URL": "mysql://x", "GATEWAY_PORT_80_TCP": "x", "GATEWAY_API_SERVICE_HOST": "x",
            "GATEWAY_URL": "http://x", "PATH": "/bin",
        ])
        let names = Set(errors.map { $0.split(separator: ":")[0] })
        #expect(
            names == [
                "GATEWAY_MASTER_KEY", "GATEWAY_PROT", "GATEWAY_PORT", "GATEWAY_ADMIN_TOKEN", "GATEWAY_MEETING_BAAS_URL",
                "GATEWAY_EGRESS_ALLOW", "GATEWAY_LOG_LEVEL", "GATEWAY_DATABASE_URL",
            ])
        #expect(errors.count == names.count && errors.contains { $0.contains("enableServiceLinks") })
        #expect(!errors.joined().contains("too-short"))
        #expect(await lines([:]).first?.contains("vault generate-key") == true)
    }

    @Test func `Secrets come from files, and YAML stands behind the environment`() async throws {
        let folder = try Fixture.temporaryFolder()
        let secret = folder.appendingPathComponent("key")
        try Data((Self.key + "\n").utf8).write(to: secret)
        let yaml = folder.appendingPathComponent("gateway.yaml")
        try Data("GATEWAY_PORT: 9000\nGATEWAY_HOST: 0.0.0.0\nGATEWAY_TRUSTED_PROXIES: [10.0.0.0/8, \"::1\"]\n".utf8)
            .write(to: yaml)
        let read = try await GatewayConfiguration.read(
            environment: ["GATEWAY_MASTER_KEY_FILE": secret.path, "GATEWAY_PORT": "9001"], file: yaml.path)
        #expect(read.port == 9001 && read.host == "0.0.0.0" && read.trustedProxies.count == 2)
        try Data("GATEWAY_PROT: 1\n".utf8).write(to: yaml)
        #expect(await lines(["GATEWAY_MASTER_KEY": Self.key], file: yaml.path).first?.contains("GATEWAY_PROT") == true)
        #expect(await lines(["GATEWAY_MASTER_KEY": Self.key], file: "/nowhere.yaml").count == 1)
        let twice = ["GATEWAY_MASTER_KEY": Self.key, "GATEWAY_MASTER_KEY_FILE": secret.path]
        #expect(await lines(twice).count == 1)
    }

    @Test(arguments: GatewayConfiguration.secretNames) func `Every secret may come from a file, and only once`(
        name: String
    )
        async throws
    {
        let folder = try Fixture.temporaryFolder()
        let values = [
            "GATEWAY_MASTER_KEY": Self.key, "GATEWAY_PREVIOUS_MASTER_KEYS": Base64.encode(SecretKey.random().reveal()),
            "GATEWAY_ADMIN_TOKEN": String(repeating: "a", count: 32), "GATEWAY_MEETING_BAAS_API_KEY": "key",
            "GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS": "whsec_ZnJvbS1hLWZpbGUtb25seS1mb3ItdGVzdHM=",
            "GATEWAY_METRICS_TOKEN": String(repeating: "m", count: 16),
            "GATEWAY_EGRESS_PROXY": "http://gateway:secret@proxy.example.com:3128",
            "GATEWAY_DATABASE_URL": "sqlite:/var/lib/gateway/gateway.db",
            "GATEWAY_DATABASE_LISTEN_URL": "postgres://gateway:secret@db.example.com/gateway",
        ]
        #if !Postgres
            if name == "GATEWAY_DATABASE_LISTEN_URL" { return }
        #endif
        let value = try #require(values[name])
        let file = folder.appendingPathComponent("secret")
        try Data((value + "\n").utf8).write(to: file)
        var environment = ["GATEWAY_MASTER_KEY": Self.key, "GATEWAY_MEETING_BAAS_API_KEY": "key"]
        if name == "GATEWAY_DATABASE_LISTEN_URL" {
            environment["GATEWAY_DATABASE_URL"] = "postgres://gateway@pooler.example.com/gateway"
        }
        environment[name] = nil
        environment[name + "_FILE"] = file.path
        #expect(await lines(environment) == [], "\(name)")
        let read = try await GatewayConfiguration.read(environment: environment)
        switch name {
        case "GATEWAY_MASTER_KEY": #expect(read.masterKey.id == (try SecretKey(Base64.decode(value) ?? [])).id)
        case "GATEWAY_PREVIOUS_MASTER_KEYS": #expect(read.previousMasterKeys.count == 1)
        case "GATEWAY_ADMIN_TOKEN": #expect(read.adminToken == SecretBytes(value))
        case "GATEWAY_EGRESS_PROXY":
            #expect(read.egressProxy?.host == "proxy.example.com" && read.egressProxy?.port == 3128)
        case "GATEWAY_METRICS_TOKEN": #expect(read.metricsToken == SecretBytes(value))
        case "GATEWAY_MEETING_BAAS_API_KEY": #expect(read.sharedAccount?.apiKey == SecretBytes(value))
        case "GATEWAY_DATABASE_URL": #expect(read.database.path == "/var/lib/gateway/gateway.db")
        case "GATEWAY_DATABASE_LISTEN_URL":
            guard case .postgres(_, _, _, let listening?) = read.database else {
                Issue.record("\(read.database)")
                return
            }
            #expect(listening.hosts == ["db.example.com"])
        default: #expect(read.sharedAccount?.webhookSecrets.count == 1)
        }
        environment[name] = value
        #expect(await lines(environment) == ["\(name): is given twice, also by \(name)_FILE"])
        environment[name] = nil
        try Data("\n".utf8).write(to: file)
        #expect(await lines(environment).first == "\(name)_FILE: is empty: \(file.path)")
        environment[name + "_FILE"] = folder.path + "/nowhere"
        #expect(await lines(environment).first?.hasPrefix("\(name)_FILE: cannot be read") == true)
    }

    @Test func `White space around a secret is no part of it, and none may hold a control character`() async throws {
        let file = try Fixture.temporaryFolder().appendingPathComponent("secret")
        let token = String(repeating: "a", count: 32)
        let secret = "whsec_ZnJvbS1hLWZpbGUtb25seS1mb3ItdGVzdHM="
        for (before, after) in [("", "\n"), ("", "\r\n"), (" ", " "), ("\t", "\n\n"), ("\u{A0}", "")] {
            let padded = before + token + after
            try Data(padded.utf8).write(to: file)
            for given in [["GATEWAY_ADMIN_TOKEN": padded], ["GATEWAY_ADMIN_TOKEN_FILE": file.path]] {
                let read = try await GatewayConfiguration.read(
                    environment: given.merging(["GATEWAY_MASTER_KEY": before + Self.key + after]) { $1 })
                #expect(read.adminToken == SecretBytes(token), "\(given)")
            }
        }
        // Each of a list stands for itself.
        for list in ["\(secret),\(secret)", "\(secret)\n\(secret)\r\n", " \(secret) , \r\n \(secret)\t"] {
            let read = try await GatewayConfiguration.read(environment: [
                "GATEWAY_MASTER_KEY": Self.key, "GATEWAY_MEETING_BAAS_API_KEY": " key\n",
                "GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS": list,
            ])
            #expect(read.sharedAccount?.webhookSecrets.count == 2, "\(list)")
            #expect(read.sharedAccount?.apiKey == SecretBytes("key"))
        }
        for inside in ["\n", "\r", "\t", "\u{1}", "\u{7F}"] {
            let broken = "canary\(inside)\(token)"
            try Data(broken.utf8).write(to: file)
            for name in ["GATEWAY_ADMIN_TOKEN", "GATEWAY_MEETING_BAAS_API_KEY"] {
                for given in [[name: broken], ["\(name)_FILE": file.path]] {
                    let found = await lines(given.merging(["GATEWAY_MASTER_KEY": Self.key]) { $1 })
                    #expect(found.count == 1 && found[0].hasPrefix("\(name)"), "\(found)")
                    #expect(found.joined().contains("control character") && !found.joined().contains("canary"))
                }
            }
        }
        #expect(
            await lines(["GATEWAY_MASTER_KEY": Self.key, "GATEWAY_ADMIN_TOKEN": " \n"]) == [
                "GATEWAY_ADMIN_TOKEN: is empty"
            ])
    }

    @Test func `A fault of YAML is named with its line, without the text around it`() async throws {
        let file = try Fixture.temporaryFolder().appendingPathComponent("gateway.yaml")
        for (yaml, part) in [
            ("GATEWAY_PORT: 1\nGATEWAY_ADMIN_TOKEN: \"canary\n", "line"), ("GATEWAY_PORT: [1\n", "line"),
            ("GATEWAY_PORT: 1\n  GATEWAY_HOST: canary\n", "line 2"), ("a: *canary\n", "line 1"),
            ("GATEWAY_PORT: 1\nGATEWAY_PORT: 2\n", "GATEWAY_PORT twice"),
        ] {
            try Data(yaml.utf8).write(to: file)
            let found = await lines(["GATEWAY_MASTER_KEY": Self.key], file: file.path)
            #expect(
                found.count == 1 && found[0].hasPrefix("--config \(file.path): ") && found[0].contains(part), "\(found)"
            )
            #expect(!found.joined().contains("canary"), "\(found)")
        }
    }

    @Test func `Each mistake in a YAML file is one line as well`() async throws {
        let file = try Fixture.temporaryFolder().appendingPathComponent("gateway.yaml")
        func errors(_ yaml: String) async throws -> [String] {
            try Data(yaml.utf8).write(to: file)
            return await lines(["GATEWAY_MASTER_KEY": Self.key], file: file.path)
        }
        let many = try await errors(
            """
            GATEWAY_PORT: eighty
            GATEWAY_PROT: 80
            GATEWAY_LOG_FORMAT: loud
            GATEWAY_RETENTION_DAYS: 0
            GATEWAY_MAX_CONNECTIONS: -1
            GATEWAY_TRUSTED_PROXIES: [10.0.0.0/8, nonsense]
            GATEWAY_METRICS_TOKEN: short
            """)
        #expect(many.count == 7 && Set(many.map { $0.split(separator: ":")[0] }).count == 7, "\(many)")
        #expect(many.contains { $0.hasPrefix("GATEWAY_PROT in") && $0.hasSuffix("is not a setting of this gateway") })
        #expect(try await errors("- a list").count == 1)
        #expect(
            try await errors("GATEWAY_HOST: {nested: 1}").first?.contains("GATEWAY_HOST must be a plain value") == true)
        #expect(try await errors("GATEWAY_HOST: [unclosed").count == 1)
        #expect(try await errors("") == [])
    }
}
