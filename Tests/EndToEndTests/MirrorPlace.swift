import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

/// An environment with two tenants behind the mirror, for the tests of it.
struct MirrorPlace: Sendable {
    let env: TestEnvironment
    let receiver: Receiver
    let a: TenantFixture
    let b: TenantFixture

    static func run(
        extra: [String: String] = [:], _ body: @escaping @Sendable (MirrorPlace) async throws -> Void
    ) async throws {
        let env = try await TestEnvironment.run(version: "v2", extra: extra) { env, receiver in
            let place = MirrorPlace(
                env: env, receiver: receiver,
                a: try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url),
                b: try await TenantFixture(env, slug: "tenant-b", receiver: receiver.url))
            try await body(place)
        }
        #expect(!env.gatewayOutput.contains("unexpected error"), "\(env.gatewayOutput.suffix(2000))")
    }

    /// Runs `body` beside a gateway whose Meeting BaaS is a raw socket.
    static func run(
        upstream script: @escaping RawServer.Script,
        _ body: @escaping @Sendable (TestEnvironment, TenantFixture, RawServer, Program) async throws -> Void
    ) async throws {
        let upstream = try RawServer(script)
        defer { upstream.stop() }
        let env = try await TestEnvironment(version: "v2", extra: ["GATEWAY_MEETING_BAAS_URL": upstream.url])
        let gateway = try await env.startGateway()
        defer { gateway.kill() }
        let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: "http://127.0.0.1:9")
        try await body(env, tenant, upstream, gateway)
    }

    func ann(_ versions: [APIVersion] = [.v2]) async throws -> [APIVersion: MirrorThings] {
        try await MirrorMatrixObjects.things(env, a, "ann", versions)
    }

    static func meeting(_ name: String = "\(UInt64.random(in: 0...UInt64.max))") -> JSON {
        .string("https://meet.google.com/\(name)")
    }

    /// Secrets are in no log line, and in the database in no clear form.
    func expectNowhere(_ secrets: [String]) throws {
        for secret in secrets { #expect(!env.gatewayOutput.contains(secret), "\(secret) in the log") }
        try env.expectNotStored(secrets)
    }

    /// The requests that reached Meeting BaaS, of one path.
    func sent(_ method: String, _ path: String) async throws -> [JSON] {
        try await env.meetingBaaS.call(.get, "/_sandbox/requests").expect(200).items.filter {
            $0["method"]?.stringValue == method && $0["path"]?.stringValue == path
        }
    }

    func fault(_ order: JSON) async throws {
        try await env.meetingBaaS.call(.post, "/_sandbox/faults", order).expect(201)
    }

    /// A bot's options, as they reached Meeting BaaS.
    func config(_ bot: String) async throws -> JSON {
        let bots = try await env.meetingBaaS.call(.get, "/_sandbox/bots").expect(200).items
        return try #require(bots.first { $0["bot_id"]?.stringValue == bot }?["config"])
    }
}

extension TestEnvironment {
    /// The mirrored reads that the fast path has taken.
    func fastPathReads() async throws -> Double {
        let families = try Exposition(try await anonymous.call(.get, "/metrics").expect(200).text)
        let samples = families["gateway_http_fast_path_requests_total"]?.samples ?? []
        return samples.first { $0.labels["path"] == "mirror" }?.value ?? 0
    }
}
