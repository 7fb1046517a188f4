import Foundation
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
        #expect(read.databasePath == "./data/gateway.db" && read.adminToken == nil && read.sharedAccount == nil)
        #expect(read.meetingBaaSURL == "https://api.meetingbaas.com" && read.retentionDays == 30)
    }

    @Test func `Each mistake is one line that names the variable`() async {
        let told = await lines([
            "GATEWAY_MASTER_KEY": "short", "GATEWAY_PROT": "80", "GATEWAY_PORT": "tcp://10.0.0.1:80",
            "GATEWAY_ADMIN_TOKEN": "too-short", "GATEWAY_MEETING_BAAS_URL": "http://api.example.com",
            "GATEWAY_EGRESS_ALLOW": "10.0.0.0/8,nonsense", "GATEWAY_LOG_LEVEL": "loud",
            "GATEWAY_DATABASE_URL": "mysql://x", "GATEWAY_PORT_80_TCP": "x", "GATEWAY_API_SERVICE_HOST": "x",
            "GATEWAY_URL": "http://x", "PATH": "/bin",
        ])
        let names = Set(told.map { $0.split(separator: ":")[0] })
        #expect(
            names == [
                "GATEWAY_MASTER_KEY", "GATEWAY_PROT", "GATEWAY_PORT", "GATEWAY_ADMIN_TOKEN", "GATEWAY_MEETING_BAAS_URL",
                "GATEWAY_EGRESS_ALLOW", "GATEWAY_LOG_LEVEL", "GATEWAY_DATABASE_URL",
            ])
        #expect(told.count == names.count && told.contains { $0.contains("enableServiceLinks") })
        #expect(!told.joined().contains("too-short"))
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
}
