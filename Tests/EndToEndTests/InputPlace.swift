import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

/// A gateway with one tenant that has one of everything.
struct InputPlace: Sendable {
    let env: TestEnvironment
    let tenant: TenantFixture
    let things: Things
    /// A key with all scopes.
    let key: String
    let operations: [ContractOperation]

    private func headers(_ operation: ContractOperation) -> [(String, String)] {
        switch operation.caller {
        case "operator": [("Authorization", "Bearer \(env.operatorToken)")]
        case "caller": [("Authorization", "Bearer \(key)"), ("Gateway-User", things.user)]
        case "key": [("Authorization", "Bearer \(key)")]
        default: [("x-meeting-baas-api-key", TestEnvironment.apiKey)]
        }
    }

    /// A caller with permission.
    func caller(_ operation: ContractOperation) -> API {
        API(env.gatewayURL, headers: headers(operation))
    }

    /// The same on a connection of its own, for targets that no client sends.
    /// - Returns: the reply as it came.
    func raw(_ operation: ContractOperation, _ target: String) async throws -> String {
        var fields = headers(operation) + [("Host", "localhost"), ("Connection", "close")]
        let body = operation.schema == nil ? [] : operation.example.bytes
        if !body.isEmpty {
            fields += [("Content-Type", "application/json"), ("Content-Length", "\(body.count)")]
        }
        let head = fields.map { "\($0): \($1)\r\n" }.joined()
        let port = Int(env.gatewayURL.split(separator: ":").last ?? "") ?? 0
        return try await RawConnection.ask(
            port, Array("\(operation.method) \(target) HTTP/1.1\r\n\(head)\r\n".utf8) + body
        ).text
    }

    /// The path to what there is, or with another id.
    func path(_ operation: ContractOperation, id: String? = nil) -> String {
        let owners = [
            "connections": things.connection, "calendars": things.calendar, "events": things.event,
            "webhook-endpoints": things.endpoint, "messages": things.message, "deliveries": things.delivery,
            "sessions": things.session, "replays": things.replay, "tenants": things.slug, "keys": things.key,
            "users": things.user,
            "unclaimed-calendars": things.calendar,
            "meeting-baas": things.slug, "callback": "google", "google": things.slug, "providers": "microsoft",
        ]
        var out: [String] = []
        for part in operation.path.split(separator: "/").map(String.init) {
            out.append(part.hasPrefix("{") ? id ?? owners[out.last ?? ""] ?? "" : part)
        }
        return "/" + out.joined(separator: "/")
    }

    /// All that the requests here could change, as its owners see it.
    func state() async throws -> [String] {
        let admin = "/admin/v1/tenants/\(things.slug)"
        var out: [String] = []
        let paths = ["", "/settings", "/keys", "/providers/google", "/providers/microsoft", "/meeting-baas"]
        for path in ["/admin/v1/tenants"] + paths.map({ admin + $0 }) {
            out.append(try await env.operator.call(.get, path).expect(200).text)
        }
        for path in ["connections", "calendars", "webhook-endpoints", "events/\(things.event)"] {
            out.append(try await tenant.server.call(.get, "/api/v1/\(path)").expect(200).text)
        }
        let metrics = try await env.anonymous.call(.get, "/metrics").expect(200).text
        out += metrics.split(separator: "\n").filter { $0.hasPrefix("gateway_webhooks_unbound ") }.map(
            String.init)
        // Members that change without a request.
        let own = /"(synced_at|sync_status|updated_at|last_used_at|last_webhook_at)":("[^"]*"|null)/
        return out.map { $0.replacing(own, with: "") }
    }
}
