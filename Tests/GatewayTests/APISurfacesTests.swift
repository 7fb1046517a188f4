import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import NIOCore
import Testing

@testable import Gateway

@Suite struct APISurfacesTests {
    private let surfaces = APISurfaces(metricsNeedToken: true)
    private static let key = Credential.make(.key).text
    private static let session = Credential.make(.session).text

    private func request(
        _ path: String, _ method: HTTPRequest.Method = .get, _ headers: [(String, String)] = []
    ) throws -> Request {
        var head = HTTPRequest(method: method, scheme: "http", authority: "a", path: path)
        for (name, value) in headers {
            head.headerFields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        return Request(head: head, body: .init(buffer: ByteBuffer()))
    }

    private func isWellFormed(
        _ path: String, _ headers: [(String, String)] = [], in surfaces: APISurfaces? = nil
    ) throws -> Bool {
        let request = try request(path, headers: headers)
        let surface = (surfaces ?? self.surfaces)[path]
        return surface.isWorthLookUp(
            surface.credential(in: request.headers), request.headers, query: request.uri.query)
    }

    private func request(_ path: String, headers: [(String, String)]) throws -> Request {
        try request(path, .get, headers)
    }

    @Test(arguments: [
        ("/api/v1/calendars", "/api/"), ("/api/", "/api/"), ("/admin/v1/tenants", "/admin/"),
        ("/meeting-baas/v2/bots", "/meeting-baas/"), ("/meeting-baas/", "/meeting-baas/"),
        ("/meeting-baas/?x=1", "/meeting-baas/"), ("/webhooks/meeting-baas", "/webhooks/"),
        ("/webhooks/meeting-baas/acme", "/webhooks/"), ("/callbacks/meeting-baas/x", "/callbacks/"),
        ("/oauth/callback/google/acme?state=x", "/oauth/callback/"), ("/metrics", "/metrics"),
        ("/metrics?x=1", "/metrics"), ("/healthz", "/healthz"), ("/readyz", "/readyz"),
    ])
    func `A path has the surface that contains it`(path: String, surface: String) {
        #expect(surfaces[path].path == surface)
    }

    @Test(arguments: [
        "/", "", "*", "/api", "/apis/v1", "/admin", "/meeting-baas", "/meeting-baasx/v2", "/oauth/callback",
        "/metrics/",
        "/metrics/x", "/healthz/", "/healthz2", "/docs", "/openapi.json", "/xapi/", "x/api/", "//api/", "/API/v1",
    ])
    func `Every other path has the default`(path: String) throws {
        let surface = surfaces[path]
        #expect(surface === surfaces.fallback)
        #expect(surface.errorFormat is ProblemDocuments && surface.bodyLimit == 1 << 20)
        #expect(surface.countsAnonymousRequests && !surface.allowsOrigins && !surface.allowsTrailingSlash)
        #expect(surface.credentialHeader == nil)
        let request = try request("/docs", headers: [("Authorization", "Bearer \(Self.key)")])
        #expect(
            surface.isWorthLookUp(
                surface.credential(in: request.headers), request.headers, query: request.uri.query))
    }

    @Test func `The longest path wins, in whatever order the features come`() {
        let parts = ["/a/", "/a/b/c/", "/a/b", "/a/b/"].map { APISurface($0) }
        for list in [parts, parts.reversed()] {
            let surfaces = APISurfaces(list, fallback: APISurface("/"))
            let found = ["/a/x", "/a/b", "/a/b/", "/a/b/x", "/a/b/c/d", "/a/bc", "/b"].map { surfaces[$0].path }
            #expect(found == ["/a/", "/a/b", "/a/b/", "/a/b/", "/a/b/c/", "/a/", "/"])
        }
    }

    @Test(arguments: [
        "/api/v1/x", "/admin/v1/x", "/webhooks/x", "/callbacks/x", "/oauth/callback/x/y", "/metrics", "/healthz", "/x",
    ])
    func `Errors are problem documents`(path: String) {
        let format = surfaces[path].errorFormat
        let reply = format.response(to: .notFound, requestID: "req_1")
        #expect(reply.head.headerFields[.contentType] == "application/problem+json")
        #expect(String(buffer: reply.body).contains("urn:meeting-gateway:request:req_1"))
        #expect(format.ownResponse(to: MirrorError.invalid("body", "x")) == nil)
    }

    @Test func `On the mirror errors are Meeting BaaS's envelope, whoever refused`() throws {
        let format = surfaces["/meeting-baas/v2/bots"].errorFormat
        let own = try #require(format.ownResponse(to: MirrorError(409, "FST_ERR_CONFLICT", "Busy.")))
        #expect(own.head.status == .conflict)
        #expect(format.ownResponse(to: Problem.notFound) == nil)
        let reply = format.response(to: Problem(.rateLimited, "Slower.", retryAfter: 3), requestID: "req_1")
        let body = try JSON.parse(Array(reply.body.readableBytesView))
        #expect(body["code"]?.stringValue == "FST_ERR_TOO_MANY_REQUESTS" && body["retryAfter"]?.intValue == 3)
        #expect(body["success"]?.boolValue == false && reply.head.headerFields[.retryAfter] == "3")
    }

    @Test func `The largest body of all is the limit before a route is known`() {
        #expect(surfaces.bodyLimit == 16 << 20)
        #expect(surfaces["/webhooks/x"].bodyLimit == 16 << 20 && surfaces["/callbacks/x"].bodyLimit == 16 << 20)
        for path in ["/api/v1/x", "/admin/v1/x", "/meeting-baas/x"] { #expect(surfaces[path].bodyLimit == 1 << 20) }
    }

    @Test(arguments: ["/api/v1/calendars", "/meeting-baas/v2/bots", "/docs", "/healthz", "/metrics"])
    func `Keys and sessions are recognised by their checksum`(path: String) throws {
        let open = APISurfaces(metricsNeedToken: false)
        for token in [Self.key, Self.session] {
            #expect(try isWellFormed(path, [("Authorization", "Bearer \(token)")], in: open))
            #expect(try !isWellFormed(path, [("Authorization", "Bearer \(token.dropLast())")], in: open))
        }
        #expect(try !isWellFormed(path, in: open))
        #expect(try !isWellFormed(path, [("Authorization", "Bearer \(Credential.make(.ticket).text)")], in: open))
    }

    @Test func `Any token is well-formed where it costs no look-up`() throws {
        let token = [("Authorization", "Bearer anything")]
        #expect(try isWellFormed("/admin/v1/tenants", token) && !isWellFormed("/admin/v1/tenants"))
        #expect(try isWellFormed("/metrics", token) && !isWellFormed("/metrics"))
        #expect(try !isWellFormed("/metrics", token, in: APISurfaces(metricsNeedToken: false)))
        #expect(try !isWellFormed("/api/v1/x", token) && !isWellFormed("/metrics/x", token))
    }

    @Test func `Meeting BaaS's header carries a credential on the mirror alone`() throws {
        let header = [("x-meeting-baas-api-key", Self.session)]
        #expect(try isWellFormed("/meeting-baas/v2/bots", header) && !isWellFormed("/api/v1/x", header))
        #expect(try !isWellFormed("/meeting-baas/v2/bots", header + [("Authorization", "Bearer x")]))
        #expect(try !isWellFormed("/meeting-baas/v2/bots", [("x-meeting-baas-api-key", "x")]))
        #expect(surfaces["/meeting-baas/x"].credentialHeader == .meetingBaaSKey)
        #expect(surfaces.credentialHeaders == [.meetingBaaSKey])
    }

    @Test func `Webhooks, callbacks and a provider's answer show what proves them`() throws {
        for name in ["svix-id", "webhook-id", "x-meeting-baas-api-key"] {
            #expect(try isWellFormed("/webhooks/meeting-baas", [(name, "x")]))
        }
        for name in ["x-mb-secret", "x-meeting-baas-api-key"] {
            #expect(try isWellFormed("/callbacks/meeting-baas/x", [(name, "x")]))
        }
        let bearer = [("Authorization", "Bearer \(Self.key)")]
        #expect(try !isWellFormed("/webhooks/meeting-baas", bearer + [("x-mb-secret", "x")]))
        #expect(try !isWellFormed("/callbacks/meeting-baas/x", bearer + [("svix-id", "x")]))
        #expect(try isWellFormed("/oauth/callback/google/acme?code=1&state=x"))
        #expect(try !isWellFormed("/oauth/callback/google/acme?code=1", bearer))
        #expect(try !isWellFormed("/oauth/callback/google/acme", bearer))
    }

    @Test func `Probes are not counted, and browsers may call the API and the mirror`() {
        let paths = [
            "/api/v1/x", "/admin/v1/x", "/meeting-baas/x", "/webhooks/x", "/callbacks/x", "/oauth/callback/x",
            "/metrics",
            "/healthz", "/readyz", "/docs",
        ]
        #expect(paths.filter { !surfaces[$0].countsAnonymousRequests } == ["/healthz", "/readyz"])
        #expect(paths.filter { surfaces[$0].allowsOrigins } == ["/api/v1/x", "/meeting-baas/x"])
    }

    @Test func `A path has one spelling, but for the mirror's trailing slash`() throws {
        func refusal(_ path: String) -> Problem? {
            do {
                try surfaces[path].checkSpelling(path)
                return nil
            } catch {
                return error as? Problem
            }
        }
        for path in ["/", "/api/v1/x", "/meeting-baas/v2/bots/", "/meeting-baas/", "/docs"] {
            #expect(refusal(path) == nil, "\(path)")
        }
        for path in ["/api/v1/x/", "/docs/", "/metrics/", "/api//v1", "//api/v1", "/meeting-baas//v2/bots"] {
            #expect(refusal(path)?.code == .notFound, "\(path)")
        }
        #expect(refusal("/api//v1")?.detail == Problem.notFound.detail)
        #expect(refusal("/meeting-baas//v2/bots")?.detail.contains("a slash too many") == true)
    }

    @Test func `A preflight names the credential headers`() async throws {
        let policy = CORSPolicy(surfaces: surfaces) { $0 == "https://app.example" }
        let headers = [("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST")]
        let reply = try await policy.preflight(
            try request("/api/v1/x", .options, headers), surfaces["/api/v1/x"])
        #expect(
            reply?.headers[.accessControlAllowHeaders]
                == "authorization, content-type, idempotency-key, x-meeting-baas-api-key, traceparent, tracestate, baggage, "
                + "sentry-trace")
        #expect(
            try await policy.preflight(try request("/admin/v1/x", .options, headers), surfaces["/admin/v1/x"]) == nil)
    }
}
