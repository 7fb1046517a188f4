import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

/// Compares what was really sent and answered with the contracts, by Python's jsonschema.
enum Contracts {
    /// Every request that reached the Meeting BaaS fake, against the vendor's own OpenAPI files.
    static func checkUpstream(_ env: TestEnvironment) async throws {
        let recorded = try await env.meetingBaaS.call(.get, "/_sandbox/requests").expect(200)
        #expect(recorded.items.count > 20)
        try run("vendor_contract.py", recorded.json, env, against: "Tests/Fixtures/meeting-baas")
    }

    /// Every reply that this environment's gateway gave, against the gateway's own contract.
    static func checkReplies(_ env: TestEnvironment, atLeast count: Int = 5) throws {
        let exchanges = API.exchanges(with: env.gatewayURL).filter { !isMirror($0) }
        #expect(exchanges.count >= count)
        try run("gateway_contract.py", ["data": .array(exchanges)], env, against: "openapi/gateway.yaml")
    }

    /// Every reply that the mirror gave, against the vendor's own files.
    static func checkMirror(_ env: TestEnvironment, atLeast count: Int) throws {
        let exchanges = API.exchanges(with: env.gatewayURL).filter(isMirror)
        #expect(exchanges.count >= count)
        try run(
            "vendor_contract.py", ["data": .array(exchanges)], env, against: "Tests/Fixtures/meeting-baas",
            option: "--replies")
    }

    private static func isMirror(_ exchange: JSON) -> Bool {
        exchange["path"]?.stringValue?.hasPrefix("/meeting-baas/") ?? false
    }

    private static func run(
        _ script: String, _ data: JSON, _ env: TestEnvironment, against contract: String, option: String? = nil
    ) throws {
        let file = env.folder.appendingPathComponent(script + ".json")
        try Data(data.bytes).write(to: file)
        let check = try Command(
            "/usr/bin/python3",
            [
                Fixture.package.appendingPathComponent("Tests/EndToEndTests/\(script)").path, option, file.path,
                Fixture.package.appendingPathComponent(contract).path,
            ].compactMap { $0 })
        #expect(check.code == 0, "\(check.output)")
    }
}
