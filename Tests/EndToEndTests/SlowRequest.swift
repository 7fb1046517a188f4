import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

/// A request whose head and first byte are sent, and the rest only when the test says so.
struct SlowRequest: Sendable {
    private let connection: RawConnection
    private let rest: [UInt8]

    /// - Parameter body: of at least one byte.
    init(
        _ method: HTTPRequest.Method, _ path: String, at gateway: String, token: String, user: String? = nil,
        _ body: JSON
    ) throws {
        let port = try #require(URL(string: gateway)?.port)
        connection = try RawConnection(port: port)
        let bytes = body.bytes
        var head = "\(method.rawValue) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        head += "Authorization: Bearer \(token)\r\nContent-Length: \(bytes.count)\r\nConnection: close\r\n"
        if let user { head += "Gateway-User: \(user)\r\n" }
        connection.send(head + "\r\n")
        connection.send([bytes[0]])
        rest = Array(bytes.dropFirst())
    }

    /// Long enough for heads to be admitted. It cannot be seen from outside; a head that comes later is refused as
    /// well.
    static func letHeadsIn() async throws { try await Task.sleep(for: .milliseconds(300)) }

    /// Sends the rest.
    /// - Returns: the reply.
    func finish() async -> RawConnection.Received {
        connection.send(rest)
        return await connection.receive(quietFor: 5)
    }
}

/// The ways in which what a request was admitted with can end while it is under way: a column of both matrices.
enum Revocation: String, CaseIterable, Sendable {
    case keyDeleted, sessionRevoked, userDeleted, tenantSuspended

    struct Credential: Sendable {
        let token: String
        /// Ends it.
        let end: @Sendable () async throws -> Void
    }

    /// The status that every route answers then, whatever it does.
    var status: Int { self == .tenantSuspended ? 403 : 401 }
    var isOfSession: Bool { self == .sessionRevoked || self == .userDeleted }

    func credential(_ env: TestEnvironment, _ tenant: TenantFixture, scopes: [String], user: String) async throws
        -> Credential
    {
        let admin = env.operator
        let base = "/admin/v1/tenants/\(tenant.slug)"
        let all = JSON.array(scopes.map { .string($0) })
        if isOfSession {
            let made = try await tenant.server.call(
                .post, "/api/v1/sessions", ["user_id": .string(user), "scopes": all]
            ).expect(201)
            let id = try made.text("id")
            return Credential(token: try made.text("token")) {
                if self == .userDeleted {
                    try await tenant.server.call(.delete, "/api/v1/users/\(user)").expect(202)
                } else {
                    try await tenant.server.call(.delete, "/api/v1/sessions/\(id)").expect(204)
                }
            }
        }
        let made = try await admin.call(.post, "\(base)/keys", ["name": "ending", "scopes": all]).expect(201)
        let id = try made.text("id")
        return Credential(token: try made.text("key")) {
            if self == .keyDeleted {
                try await admin.call(.delete, "\(base)/keys/\(id)").expect(204)
            } else {
                try await admin.call(.patch, base, ["status": "suspended"]).expect(200)
            }
        }
    }
}
