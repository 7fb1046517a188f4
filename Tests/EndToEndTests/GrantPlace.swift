import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Synchronization
import Testing

/// A gateway with two tenants of one Google project, a receiver of their messages, and a way to ask what happened to a
/// grant.
struct GrantPlace: Sendable {
    let env: TestEnvironment
    let a: TenantFixture
    let b: TenantFixture
    let receiver: Receiver
    private let gateway: Running

    /// The gateway that runs at the moment: some tests start another one on the same data.
    private final class Running: Sendable {
        private let program: Mutex<Program>
        init(_ program: Program) { self.program = Mutex(program) }
        var current: Program { program.withLock { $0 } }
        func replace(by program: Program) { self.program.withLock { $0 = program } }
    }

    static func run(
        _ version: String = "v2", _ body: @escaping @Sendable (GrantPlace) async throws -> Void
    ) async throws {
        let env = try await TestEnvironment(version: version)
        let running = Running(try await env.startGateway())
        defer { running.current.kill() }
        let receiver = Receiver()
        try await receiver.run {
            let a = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
            let b = try await TenantFixture(env, slug: "tenant-b", receiver: receiver.url)
            try await body(GrantPlace(env: env, a: a, b: b, receiver: receiver, gateway: running))
        }
        try Contracts.checkReplies(env)
    }

    /// Kills the gateway, does something to its data, and starts it again.
    func restart(_ meanwhile: () async throws -> Void = {}) async throws {
        gateway.current.kill()
        try await meanwhile()
        gateway.replace(by: try await env.startGateway())
    }

    /// Changes the data of a gateway that does not run.
    func change(_ query: Query) async throws {
        let database = try await env.openDatabase()
        _ = try await database.write { try $0.run(query) }
        await database.close()
    }

    func raw(_ app: API, _ connection: String) async throws -> API.Reply {
        try await app.call(.get, "/api/v1/connections/\(connection)/raw-calendars")
    }

    func status(_ app: API, _ connection: String) async throws -> String? {
        try await app.call(.get, "/api/v1/connections/\(connection)").expect(200)["status"]?.stringValue
    }

    /// The types of a tenant's messages about a connection, oldest first.
    func publishedTypes(_ tenant: TenantFixture, _ connection: String) async throws -> [String] {
        try await tenant.server.call(.get, "/api/v1/messages").expect(200).items.filter {
            $0["context"]?["connection_id"] == .string(connection)
                && $0["type"]?.stringValue?.hasPrefix("connection.") == true
        }.compactMap { $0["type"]?.stringValue }
    }

    /// The next use of a grant at Meeting BaaS fails as if the grant did not refresh: the gateway asks the provider itself.
    func distrustGrant() async throws {
        try await env.meetingBaaS.call(
            .post, "/_sandbox/faults",
            [
                "path_prefix": "/v2/calendars/list-raw", "times": 1, "status": 401,
                "body":
                    #"{"success":false,"error":"Unauthorized","code":"FST_ERR_OAUTH_TOKEN_REFRESH_FAILED","statusCode":401}"#,
            ]
        ).expect(201)
    }

    /// Consents to renew a connection, up to the ticket.
    func reconsent(_ tenant: TenantFixture, _ app: API, _ id: String, email: String) async throws -> String {
        let started = try await app.call(
            .post, "/api/v1/connections/\(id)/reconnect", ["return_url": .string(TenantFixture.returnURL)]
        ).expect(200)
        return try await tenant.browse(try started.text("authorize_url"), id: id, email).ticket
    }

    func complete(_ app: API, _ id: String, _ ticket: String) async throws -> API.Reply {
        try await app.call(.post, "/api/v1/connections/\(id)/complete", ["ticket": .string(ticket)])
    }

    /// The people whose grants live at Google, with one entry a grant.
    func liveAtGoogle() async throws -> [String] {
        try await env.google.call(.get, "/_sandbox/grants").expect(200).items.compactMap {
            $0["email"]?.stringValue
        }
    }

    /// The number of calls of a provider's endpoint.
    func calls(_ provider: API, _ path: String, containing text: String = "") async throws -> Int {
        try await provider.call(.get, "/_sandbox/requests").items.filter {
            $0["path"]?.stringValue?.hasSuffix(path) == true
                && (text.isEmpty || $0["body"]?.stringValue?.contains(text) == true)
        }.count
    }

    /// The fake does what it is asked next, and keeps the answer until `release`.
    func hold(_ api: API, _ path: String, method: String = "POST") async throws {
        try await api.call(
            .post, "/_sandbox/faults",
            ["path_prefix": .string(path), "method": .string(method), "times": 1, "hold": true]
        ).expect(201)
    }

    func release(_ api: API) async throws { try await api.call(.delete, "/_sandbox/faults").expect(204) }
}
