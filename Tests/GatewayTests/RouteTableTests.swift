import Foundation
import HTTPTypes
import Logging
import MeetingBaaS
import Sealing
import Support
import Testing

@testable import Gateway

/// The routes of the gateway, with those of the mirror.
@Suite struct RouteTableTests {
    private func table() async throws -> RouteTable {
        let folder = try Fixture.temporaryFolder()
        let gateway = try await Gateway.build(
            try await GatewayConfiguration.read(environment: [
                "GATEWAY_MASTER_KEY": Base64.encode(SecretKey.random().reveal()),
                "GATEWAY_DATABASE_URL": "sqlite:\(folder.path)/gateway.db",
            ]), logger: Logger(label: "test"))
        await gateway.close()
        return gateway.routes
    }

    private func route(_ method: HTTPRequest.Method, _ path: String) -> Route {
        Route(method: method, path: path, access: .anyone) { _, _, _ in OpenRequest.verified { _ in .noContent } }
    }

    @Test func `Each call of the vendor's catalogue is a route, with its scope and its name for stored replies`()
        async throws
    {
        let table = try await table()
        let mirrored = table.all.filter { !$0.isOwn }
        #expect(mirrored.count == Catalogue.all.count)
        for operation in Catalogue.all {
            let route = try #require(
                mirrored.first { $0.method == operation.method && $0.path == "/meeting-baas" + operation.path })
            #expect(route.access == .caller(scope: operation.method == .get ? "mirror:read" : "mirror:write"))
            // Digests of stored keys are made of it.
            #expect(route.idempotencyName == "/meeting-baas \(operation.name)")
            #expect(route.resumes == !MirrorAPI.unrepeatable.contains(operation))
        }
        #expect(table.routes.allSatisfy { !$0.path.hasPrefix("/meeting-baas") && $0.resumes })
        #expect(table.routes.allSatisfy { $0.idempotencyName == "\($0.method) \($0.path)" })
    }

    @Test func `Methods are those of the path, with and without a slash at its end`() async throws {
        let table = try await table()
        let id = "123e4567-e89b-12d3-a456-426614174000"
        func methods(_ path: String) -> String { table.methods(at: path).map(\.rawValue).joined(separator: " ") }
        #expect(methods("/meeting-baas/v2/bots") == "POST GET HEAD")
        #expect(methods("/meeting-baas/v2/bots/") == "POST GET HEAD")
        #expect(methods("/meeting-baas/bots") == "POST" && methods("/meeting-baas/bots/") == "POST")
        #expect(methods("/meeting-baas/v2/bots/\(id)/leave") == "POST")
        #expect(methods("/meeting-baas/v2/bots/scheduled/\(id)") == "GET HEAD PATCH DELETE")
        #expect(methods("/meeting-baas/bots/\(id)") == "DELETE")
        #expect(methods("/meeting-baas/bots/meeting_data") == "GET HEAD")
        #expect(methods("/api/v1/connections/import") == "POST")
        for path in [
            "/meeting-baas", "/meeting-baas/", "/meeting-baas/v2", "/meeting-baas/v3/bots", "/", "", "/api/v1",
            "/meeting-baas/accounts/webhook_url", "/meeting-baas/v2/bots/\(id)/status/x", "/meeting-baas/bots//",
        ] {
            #expect(methods(path) == "", "\(path)")
        }
    }

    @Test func `Unknown paths below a fallback have it, and no others`() {
        let table = RouteTable([route(.get, "/a"), route(.get, "/b/**"), route(.post, "/b/{id}")])
        #expect(table.all.map(\.path) == ["/a", "/b/{id}"])
        for path in ["/b/x", "/b/x/y", "/b/x/"] { #expect(table.fallback(at: path)?.path == "/b/**") }
        for path in ["/b", "/b/", "/a", "/bx/y", "/"] { #expect(table.fallback(at: path) == nil, "\(path)") }
    }

    @Test func `A refusal is a 405 with Allow where the path is known, else a 404`() {
        let table = RouteTable([route(.get, "/a/{id}"), route(.post, "/a/new"), route(.delete, "/a/{id}")])
        let known = table.refusal(.put, "/a/7")
        #expect(known.code == .methodNotAllowed && known.headers[.allow] == "GET, HEAD, DELETE")
        #expect(table.refusal(.get, "/a/new").headers[.allow] == "POST", "a fixed segment is no placeholder")
        #expect(table.refusal(.get, "/a").code == .notFound && table.refusal(.get, "/a/7/b").code == .notFound)
    }

    @Test func `Placeholders have one name for each object`() {
        for operation in Catalogue.all {
            #expect(operation.placeholders.count == operation.subjects.count, "\(operation.name)")
            #expect(Set(operation.placeholders).count == operation.placeholders.count)
        }
    }
}
