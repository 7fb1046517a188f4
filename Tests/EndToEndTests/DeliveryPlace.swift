import Foundation
import HTTPTypes
import JSONValue
import Sealing
import SQL
import Support
import Testing
import Webhooks

/// A gateway with a tenant whose calendar binds whatever webhook names it, for tests of deliveries.
struct DeliveryPlace: Sendable {
    let env: TestEnvironment
    let receiver: Receiver
    let tenant: TenantFixture
    let calendar: String
    var server: API { tenant.server }

    /// The tenant's first endpoint is taken away: each test registers its own.
    init(_ env: TestEnvironment, _ receiver: Receiver, slug: String = "tenant-a") async throws {
        self.env = env
        self.receiver = receiver
        tenant = try await TenantFixture(env, slug: slug, receiver: receiver.url)
        let ann = try await tenant.session("ann")
        let connection = try await tenant.connect(ann, "google", email: "\(slug)@example.com")
        calendar = try await ann.call(.post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null])
            .expect(201).text("id")
        let first = try await tenant.server.call(.get, "/api/v1/webhook-endpoints").items.first?["id"]?.stringValue
        try await tenant.server.call(.delete, "/api/v1/webhook-endpoints/\(first ?? "")").expect(204)
    }

    /// Runs `body` beside a gateway that may be stopped and started again.
    static func run(
        _ version: String = "v2", environment: [String: String] = [:],
        _ body: @escaping @Sendable (DeliveryPlace, Restartable) async throws -> Void
    ) async throws {
        let env = try await TestEnvironment(version: version, extra: environment)
        let gateway = Restartable(env)
        try await gateway.start()
        defer { gateway.kill() }
        let receiver = Receiver()
        try await receiver.run { try await body(try await DeliveryPlace(env, receiver), gateway) }
        try Contracts.checkReplies(env)
    }

    /// Sends webhooks of 32 kB to a gateway whose disk fills up, until five of them are refused with 503.
    /// - Returns: the marks of those that were stored, at least one, and of the five.
    func webhooksUntilRefused(atMost count: Int) async -> (stored: [String], refused: [String]) {
        var (stored, refused): ([String], [String]) = ([], [])
        for number in 0..<count where refused.count < 5 {
            switch await webhook("m\(number)", pad: 32_000) {
            case 200: stored.append("m\(number)")
            case let status:
                #expect(status == 503, "m\(number)")
                refused.append("m\(number)")
            }
        }
        #expect(refused.count == 5 && !stored.isEmpty)
        return (stored, refused)
    }

    /// A webhook as Meeting BaaS signs it, that the calendar binds.
    /// - Returns: its id, and the status of the answer; nil without an answer.
    @discardableResult
    func webhook(
        _ mark: String, event: String = "calendar.test", pad: Int = 0, at path: String = "/webhooks/meeting-baas"
    ) async -> Int? {
        let padding = pad > 0 ? #","pad":"\#(String(repeating: "x", count: pad))""# : ""
        let body = Array(
            #"{"event":"\#(event)","data":{"calendar_id":"\#(calendar)","mark":"\#(mark)"\#(padding)}}"#.utf8)
        let time = Int64(Date().timeIntervalSince1970)
        guard let key = WebhookSecret.decode(TestEnvironment.webhookSecret) else { return nil }
        let id = "msg_\(mark)"
        let signature = Signature.sign(id: id, timestamp: time, body: body, secret: key)
        let reply = try? await env.anonymous.send(
            .post, path, body: body,
            headers: [("svix-id", id), ("svix-timestamp", "\(time)"), ("svix-signature", signature)])
        return reply?.status
    }

    /// - Returns: the endpoint as it was answered.
    @discardableResult
    func endpoint(_ path: String, _ more: JSON.Members = [:], at base: String? = nil) async throws -> JSON {
        var body: JSON.Members = ["url": .string((base ?? receiver.url) + path), "event_types": ["calendar.test"]]
        for (name, value) in more { body[name] = value }
        return try await server.call(.post, "/api/v1/webhook-endpoints", .object(body)).expect(201).json
    }

    func marks(_ path: String) -> [String] {
        receiver.deliveries.filter { $0.path == path }.compactMap { $0.data["mark"]?.stringValue }
    }

    func attempts(_ query: String) async throws -> [JSON] {
        try await server.call(.get, "/api/v1/attempts?limit=100&\(query)").expect(200).items
    }

    func health(_ endpoint: JSON) async throws -> JSON {
        let id = endpoint["id"]?.stringValue ?? ""
        return try await server.call(.get, "/api/v1/webhook-endpoints/\(id)").expect(200)["health"] ?? .null
    }

    func deliveries(_ query: String) async throws -> [JSON] {
        try await server.call(.get, "/api/v1/deliveries?limit=100&\(query)").expect(200).items
    }
}

/// The gateway of an environment, which a test can restart.
final class Restartable: Sendable {
    private let env: TestEnvironment
    private let program = LockedValue<Program>()

    init(_ env: TestEnvironment) { self.env = env }

    var current: Program? { program.value }

    func start(_ more: [String: String] = [:]) async throws { program.set(try await env.startGateway(more)) }

    func kill() { program.value?.kill() }

    @discardableResult
    func stop() -> Int32 { program.value?.stop() ?? 0 }

    /// Changes what lies in the database while no gateway runs: what a test cannot wait five days for.
    func edit(_ queries: [Query]) async throws {
        _ = stop()
        let database = try await env.openDatabase()
        try await database.write { tx in
            for query in queries { try tx.run(query) }
        }
        await database.close()
        try await start()
    }
}

extension JSON {
    struct Missing: Error, CustomStringConvertible { let description: String }

    /// A member that must be there.
    func text(_ name: String) throws -> String {
        guard let text = self[name]?.stringValue else { throw Missing(description: "no \(name) in \(self.text)") }
        return text
    }
}
