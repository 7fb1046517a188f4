import Foundation
import HTTPTransport
import HTTPTypes
import JSONValue
import Support

@testable import Gateway

/// A caller of both matrices.
struct MatrixCaller: Sendable {
    let name: String
    let api: API
    let kind: Kind
    /// The tenant whose objects it may touch, and within it the user.
    var tenant: String?
    var user: String?
    var scopes = Set(Scope.allCases)
    enum Kind { case anonymous, admin, key, session, suspended }

    static func all(_ env: TestEnvironment, _ a: TenantFixture, _ b: TenantFixture) async throws -> [MatrixCaller] {
        func key(_ tenant: String, _ body: JSON.Members) async throws -> (id: String, api: API) {
            var body = body
            body["name"] = "matrix"
            let made = try await env.operator.call(.post, "/admin/v1/tenants/\(tenant)/keys", .object(body))
                .expect(201)
            return (try made.text("id"), API(env.gatewayURL, token: try made.text("key")))
        }
        let all = JSON.array(Scope.allCases.map { .string($0.rawValue) })
        let soon = Timestamp(Date()).adding(seconds: 1)
        let expired = try await key("tenant-a", ["expires_at": .string("\(soon)")]).api
        let revoked = try await key("tenant-a", [:])
        try await env.operator.call(.delete, "/admin/v1/tenants/tenant-a/keys/\(revoked.id)").expect(204)
        let ended = try await a.server.call(.post, "/api/v1/sessions", ["user_id": "ann"]).expect(201)
        try await a.server.call(.delete, "/api/v1/sessions/\(try ended.text("id"))").expect(204)
        try await env.operator.call(.post, "/admin/v1/tenants", ["slug": "tenant-c", "name": "C"]).expect(201)
        let suspended = try await key("tenant-c", ["scopes": all]).api
        try await env.operator.call(.patch, "/admin/v1/tenants/tenant-c", ["status": "suspended"]).expect(200)
        let sessionScopes = Scope.sessionDefault
        let keyA = try await key("tenant-a", ["scopes": all]).api
        _ = try await env.eventually {
            try await expired.call(.get, "/api/v1/connections").status == 401 ? JSON.null : nil
        }
        return [
            MatrixCaller(name: "nobody", api: env.anonymous, kind: .anonymous),
            MatrixCaller(
                name: "a mistyped key",
                api: API(env.gatewayURL, token: "mgk_" + String(repeating: "0", count: 36)),
                kind: .anonymous),
            MatrixCaller(name: "an expired key", api: expired, kind: .anonymous),
            MatrixCaller(name: "a deleted key", api: revoked.api, kind: .anonymous),
            MatrixCaller(
                name: "an ended session", api: API(env.gatewayURL, token: try ended.text("token")), kind: .anonymous),
            MatrixCaller(name: "a suspended tenant's key", api: suspended, kind: .suspended),
            MatrixCaller(name: "the operator", api: env.operator, kind: .admin),
            MatrixCaller(name: "A's key", api: keyA, kind: .key, tenant: "tenant-a"),
            MatrixCaller(
                name: "A's key for bob", api: keyA.with("Gateway-User", "bob"), kind: .key, tenant: "tenant-a",
                user: "bob"),
            MatrixCaller(
                name: "B's key", api: try await key("tenant-b", ["scopes": all]).api, kind: .key, tenant: "tenant-b"
            ),
            MatrixCaller(
                name: "A's user ann", api: try await a.session("ann"), kind: .session, tenant: "tenant-a",
                user: "ann",
                scopes: sessionScopes),
            MatrixCaller(
                name: "A's user bob", api: try await a.session("bob"), kind: .session, tenant: "tenant-a",
                user: "bob",
                scopes: sessionScopes),
            MatrixCaller(
                name: "a key without scopes", api: try await key("tenant-a", ["scopes": ["tokens:read"]]).api,
                kind: .key, tenant: "tenant-a", scopes: [.tokensRead]),
            MatrixCaller(
                name: "a session without scopes", api: try await a.session("ann", scopes: ["mirror:read"]),
                kind: .session, tenant: "tenant-a", user: "ann", scopes: [.mirrorRead]),
        ]
    }

    /// All by which a caller could distinguish two answers, except the request's own id, the time and its limit.
    static func comparable(_ reply: API.Reply) -> String {
        let own = ["x-request-id", "date", "ratelimit", "ratelimit-policy"]
        let headers = reply.raw.headers.filter { !own.contains($0.name.canonicalName) }
            .map { "\($0.name.canonicalName): \($0.value)" }.sorted().joined(separator: "\n")
        return "\(reply.status)\n\(headers)\n\(Walk.withoutID(reply.text))"
    }
}
