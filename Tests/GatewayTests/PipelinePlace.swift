import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import SQL
import Synchronization
import Testing

@testable import Gateway

/// A request pipeline with routes that record their steps, and no server before it.
final class PipelinePlace: Sendable {
    /// A sender whose checks are recorded. The step `failing` fails.
    private struct Sender: AuthenticatedRequest {
        let place: PipelinePlace
        let authentication: Authentication
        let failing: String?
        let owner: IdempotencyOwner?

        func authorize(_ request: Request) throws -> RequestHandler {
            try place.step("authorize", failing)
            return { _ in
                self.place.scopes.withLock { $0.append(TenantScope.current) }
                try self.place.step("handle", self.failing)
                return .text("done", type: "text/plain")
            }
        }
        func prepared(_ request: Request) throws -> Request {
            place.scopes.withLock { $0.append(TenantScope.current) }
            try place.step("body", failing)
            return request
        }
        var idempotencyOwner: IdempotencyOwner? {
            place.record("owner")
            return owner
        }
    }

    private let recorded = Mutex<[String]>([])
    /// The scopes in which bodies were taken and handlers ran.
    let scopes = Mutex<[TenantScope]>([])
    private let channel: NIOAsyncTestingChannel
    private let client = ClientConnection()
    private let routes: RouteTable
    let pipeline: RequestPipeline

    static let key = Credential.make(.key).text
    static let peer = "203.0.113.7"

    /// - Parameters:
    ///   - authentication: of every sender.
    ///   - failing: the step that fails: `authenticate`, `authorize`, `body`, `handle`.
    ///   - perSecond: requests without a valid credential, for each address.
    init(
        _ authentication: Authentication = .verified, failing: String? = nil, owner: IdempotencyOwner? = nil,
        perSecond: Int = 1000
    ) async throws {
        let place = try await TenantPlace()
        channel = NIOAsyncTestingChannel()
        channel.remoteAddress = try SocketAddress(ipAddress: Self.peer, port: 1)
        let surfaces = APISurfaces(
            [APISurface("/api/", allowsOrigins: true), APISurface("/mirror/", allowsTrailingSlash: true)],
            fallback: APISurface("/"))
        let cell = Weak()
        func route(_ method: HTTPRequest.Method, _ path: String) -> Route {
            Route(method: method, path: path, access: .anyone) { _, _, _ in
                let place = try #require(cell.place.withLock { $0 })
                try place.step("authenticate", failing)
                return Sender(place: place, authentication: authentication, failing: failing, owner: owner)
            }
        }
        routes = RouteTable([
            route(.get, "/api/v1/things"), route(.post, "/api/v1/things"), route(.get, "/mirror/{id}"),
            route(.get, "/mirror/**"),
        ])
        pipeline = RequestPipeline(
            logger: Logger(label: "test"), table: routes, surfaces: surfaces,
            cors: CORSPolicy(surfaces: surfaces) { $0 == "https://app.example" },
            limits: RequestLimits(
                clock: place.clock, addresses: ClientAddress(trusted: []), anonymousPerSecond: perSecond),
            idempotency: Idempotency(
                database: place.database, tenantKeys: place.tenantKeys,
                replica: .alone(place.database, logger: Logger(label: "test")), clock: place.clock,
                logger: Logger(label: "test")),
            metrics: RequestMetrics(PrometheusFactory()))
        cell.place.withLock { $0 = self }
    }

    /// Routes are made before the place is.
    private final class Weak: Sendable { let place = Mutex<PipelinePlace?>(nil) }

    private func record(_ name: String) { recorded.withLock { $0.append(name) } }

    private func step(_ name: String, _ failing: String?) throws {
        record(name)
        if name == failing { throw Problem(.conflict, "The step \(name) fails.") }
    }

    /// The steps since this was last asked.
    func takeSteps() -> [String] {
        recorded.withLock { recorded in
            defer { recorded = [] }
            return recorded
        }
    }

    /// True once a request of the connection was authenticated.
    var isKnownClient: Bool { client.isAuthenticated }

    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], token: String? = nil
    ) async -> Response {
        var head = HTTPRequest(method: method, scheme: "http", authority: "a", path: path, headerFields: headers)
        if let token { head.headerFields[.authorization] = "Bearer \(token)" }
        // The server's router passes over empty segments.
        let plain = "/" + path.split(separator: "/").joined(separator: "/")
        let route = routes.all.first { $0.path == plain && $0.methods.contains(method) }
        return await pipeline.respond(
            to: Request(head: head, body: .init(buffer: ByteBuffer(string: "{}"))),
            from: RequestSource(channel: channel, client: client),
            at: route)
    }
}
