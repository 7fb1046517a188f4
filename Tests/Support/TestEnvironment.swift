public import Foundation
import HTTPTransport
import HTTPTypes
public import JSONValue
import Sealing
import Synchronization

/// A gateway and its fakes, each in a process of its own, on ports and data of their own.
public final class TestEnvironment: Sendable {
    public let folder: URL
    public let gatewayURL: String
    public let version: String
    public let google: API
    public let microsoft: API
    public let meetingBaaS: API
    public let operatorToken: String
    public let variables: [String: String]
    private let sandbox: Program
    private let started = Mutex<Program?>(nil)

    /// The output so far of the gateway that was started last.
    public var gatewayOutput: String { started.withLock { $0?.output } ?? "" }

    public static let apiKey = "sandbox-meeting-baas-key"
    public static let webhookSecret = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1vbmx5ISE="

    /// - Parameter version: `v1` or `v2`: what the shared account speaks.
    public init(version: String, extra: [String: String] = [:]) async throws {
        self.version = version
        folder = try Fixture.temporaryFolder()
        let port = try Self.freePort()
        gatewayURL = "http://localhost:\(port)"
        sandbox = try Program([
            "sandbox", "--port", "0", "--webhook-url", "\(gatewayURL)/webhooks/meeting-baas", "--webhook-retry",
            "0,0.2,0.5,1,2,4,8",
        ])
        try await sandbox.prints("# receiver")
        var variables: [String: String] = [:]
        for line in sandbox.output.split(separator: "\n") where line.hasPrefix("export ") {
            let parts = line.dropFirst(7).split(separator: "=", maxSplits: 1)
            variables[String(parts[0])] = String(parts[1].dropFirst().dropLast())
        }
        google = API(String(variables["GATEWAY_GOOGLE_TOKEN_URL"]?.dropLast(6) ?? ""))
        microsoft = API(variables["GATEWAY_MICROSOFT_URL"] ?? "")
        meetingBaaS = API(variables["GATEWAY_MEETING_BAAS_URL"] ?? "")
        operatorToken = Base64.encodeURL(Digests.random(32))
        variables["GATEWAY_PORT"] = String(port)
        variables["GATEWAY_DATABASE_URL"] = try Self.newDatabase(in: folder)
        variables["GATEWAY_MASTER_KEY"] = Base64.encode(SecretKey.random().reveal())
        variables["GATEWAY_ADMIN_TOKEN"] = operatorToken
        variables["GATEWAY_MEETING_BAAS_API_VERSION"] = version
        // All of a test's callers share one address; limits have tests of their own.
        variables["GATEWAY_ANONYMOUS_REQUESTS_PER_SECOND"] = "100000"
        variables.merge(extra) { $1 }
        self.variables = variables
    }

    deinit { sandbox.kill() }

    /// The URL of an empty database: a file in the folder, or on the test server when `GATEWAY_TEST_ENGINE` is `postgres`.
    private static func newDatabase(in folder: URL) throws -> String {
        #if Postgres
            if ProcessInfo.processInfo.environment["GATEWAY_TEST_ENGINE"] == "postgres" {
                return try PostgresServer.newDatabase()
            }
        #endif
        return "sqlite:\(folder.path)/gateway.db"
    }

    /// Starts the gateway on this environment's data; it listens when this returns.
    public func startGateway(_ more: [String: String] = [:]) async throws -> Program {
        let program = try Program(["serve"], environment: variables.merging(more) { $1 }, folder: folder)
        try await program.prints("\"listening\"")
        started.withLock { $0 = program }
        return program
    }

    /// Runs `body` beside a gateway that listens, and a receiver. Both end with it.
    /// - Returns: the environment, for checks of what is left.
    @discardableResult
    public static func run(
        version: String = "v2", extra: [String: String] = [:],
        _ body: @escaping @Sendable (TestEnvironment, Receiver) async throws -> Void
    ) async throws -> TestEnvironment {
        let env = try await TestEnvironment(version: version, extra: extra)
        let gateway = try await env.startGateway()
        defer { gateway.kill() }
        let receiver = Receiver()
        try await receiver.run { try await body(env, receiver) }
        return env
    }

    public var anonymous: API { API(gatewayURL) }
    public var `operator`: API { API(gatewayURL, token: operatorToken) }

    /// Asks until there is an answer, for what another process does in its own time: thirty seconds at most, so that a busy
    /// machine changes nothing but how long it takes.
    @discardableResult
    public func eventually<T: Sendable>(within seconds: Int = 30, _ ask: () async throws -> T?) async throws -> T {
        for _ in 0..<(20 * seconds) {
            if let answer = try await ask() { return answer }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Program.Ended(description: "it did not happen within \(seconds) seconds")
    }

    /// Waits for a text in the gateway's log: it is written by a thread of its own, after the reply.
    public func logs(_ text: String) async throws {
        try await eventually { gatewayOutput.contains(text) ? true : nil }
    }

    /// A free port that no other test gets until this process ends. It is below those for outgoing connections (32768
    /// and up), so that none of them takes it before its listener does.
    public static func freePort() throws -> Int {
        let claims = FileManager.default.temporaryDirectory.appendingPathComponent("meeting-gateway-ports")
        try FileManager.default.createDirectory(at: claims, withIntermediateDirectories: true)
        for _ in 0..<100 {
            let port = Int.random(in: 15_000..<32_000)
            // The lock ends with this process, however it ends.
            let claim = open(claims.appendingPathComponent(String(port)).path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            guard claim >= 0, flock(claim, LOCK_EX | LOCK_NB) == 0 else {
                if claim >= 0 { close(claim) }
                continue
            }
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) == 0 }
            }
            if bound { return port }
        }
        throw Program.Ended(description: "no free port")
    }
}

/// A tenant with its apps, key and endpoint.
public struct TenantFixture: Sendable {
    public let env: TestEnvironment
    public let slug: String
    public let key: String
    public let hook: String
    public let secret: String
    public var server: API { API(env.gatewayURL, token: key) }

    public static let returnURL = "https://app.example.com/connected?tab=calendar"

    /// - Parameter receiver: the URL under which the tenant's endpoint is.
    public init(_ env: TestEnvironment, slug: String, receiver: String) async throws {
        self.env = env
        self.slug = slug
        let admin = env.operator
        let base = "/admin/v1/tenants/\(slug)"
        try await admin.call(.post, "/admin/v1/tenants", ["slug": .string(slug), "name": .string(slug)]).expect(201)
        // One Google project for all: what is revoked for one dies for the others.
        try await admin.call(
            .put, "\(base)/providers/google",
            ["client_id": "100000000001-app.apps.googleusercontent.com", "client_secret": "google-secret"]
        ).expect(200)
        try await admin.call(
            .put, "\(base)/providers/microsoft",
            ["client_id": "00000000-0000-4000-8000-000000000001", "client_secret": "microsoft-secret"]
        ).expect(200)
        try await admin.call(
            .put, "\(base)/settings",
            [
                "return_urls": [.string(Self.returnURL)], "allowed_origins": [.string("https://\(slug).example.com")],
                "limits": ["requests_per_second": 100_000],
            ]
        ).expect(200)
        key = try await admin.call(.post, "\(base)/keys", ["name": "server"]).expect(201).text("key")
        hook = "/hooks/\(slug)"
        secret = try await API(env.gatewayURL, token: key).call(
            .post, "/api/v1/webhook-endpoints", ["url": .string(receiver + hook)]
        ).expect(201).text("secret")
    }

    /// A session of a user, as an app holds it.
    public func session(_ user: String, scopes: [String]? = nil) async throws -> API {
        var body: JSON.Members = ["user_id": .string(user)]
        if let scopes { body["scopes"] = .array(scopes.map { .string($0) }) }
        let token = try await server.call(.post, "/api/v1/sessions", .object(body)).expect(201).text("token")
        return API(env.gatewayURL, token: token)
    }

    public struct Consent: Sendable {
        public let connection: String
        public let ticket: String
        public let callback: String
    }

    /// Starts a consent and plays the browser, up to the ticket.
    public func consent(
        _ app: API, _ provider: String, email: String, calendarBox: Bool = true
    ) async throws -> Consent {
        let started = try await app.call(
            .post, "/api/v1/connections", ["provider": .string(provider), "return_url": .string(Self.returnURL)]
        ).expect(201)
        return try await browse(try started.text("authorize_url"), id: started.text("id"), email, calendarBox)
    }

    public func browse(_ url: String, id: String, _ email: String, _ calendarBox: Bool = true) async throws -> Consent {
        var fields = [("email", email), ("decision", "allow")]
        if calendarBox { fields.append(("calendar", "on")) }
        let allowed = try await env.anonymous.form(url, fields)
        let callback = try allowed.location()
        let returned = try await env.anonymous.call(.get, callback).expect(303).location()
        guard returned.hasPrefix(Self.returnURL + "&"),
            let query = Form.decode(String(returned.split(separator: "?").last ?? "")),
            let ticket = query.first(where: { $0.name == "ticket" })?.value
        else { throw Program.Ended(description: "no ticket in \(returned)") }
        return Consent(connection: id, ticket: ticket, callback: callback)
    }

    /// A whole consent.
    /// - Returns: the connection.
    public func connect(_ app: API, _ provider: String, email: String) async throws -> JSON {
        let consent = try await consent(app, provider, email: email)
        return try await app.call(
            .post, "/api/v1/connections/\(consent.connection)/complete", ["ticket": .string(consent.ticket)]
        ).expect(200).json
    }
}

extension API.Reply {
    public struct Unexpected: Error, CustomStringConvertible {
        public let description: String
    }

    /// The reply, if it has this status.
    @discardableResult
    public func expect(_ wanted: Int) throws -> API.Reply {
        guard status == wanted else { throw Unexpected(description: "status \(status), not \(wanted): \(self.text)") }
        return self
    }

    public func text(_ name: String) throws -> String {
        guard let text = json[name]?.stringValue else { throw Unexpected(description: "no \(name) in \(self.text)") }
        return text
    }

    public func location() throws -> String {
        guard let url = header("Location") else { throw Unexpected(description: "status \(status): \(self.text)") }
        return url
    }

    public var items: [JSON] { json["data"]?.arrayValue ?? [] }
}
