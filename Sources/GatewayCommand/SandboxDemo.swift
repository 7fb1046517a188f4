import ArgumentParser
import Foundation
import HTTPTransport
import HTTPTypes
import JSONValue
import Sandbox

/// Onboards the tenant `demo` through the public API, connects one user's calendar as a browser would, hands the demo
/// product its key, and writes the walk with the ids that came of it.
struct SandboxDemo: Sendable {
    let gateway: String
    let adminToken: String
    let addresses: SandboxAddresses
    let product: DemoProduct

    private struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// - Returns: the banner and the walk.
    func prepare() async throws -> String {
        guard let page = addresses.demo else { throw Failed(description: "the demo product does not run") }
        let admin = AdminClient(gateway, token: adminToken)
        let demo = "/admin/v1/tenants/demo"
        _ = try await admin.call(.post, "/admin/v1/tenants", ["slug": "demo", "name": "Demo"])
        _ = try await admin.call(
            .put, "\(demo)/providers/google",
            ["client_id": "100000000001-demo.apps.googleusercontent.com", "client_secret": "sandbox-google-secret"])
        _ = try await admin.call(
            .put, "\(demo)/providers/microsoft",
            ["client_id": "00000000-0000-4000-8000-000000000001", "client_secret": "sandbox-microsoft-secret"])
        _ = try await admin.call(
            .put, "\(demo)/settings",
            [
                "return_urls": [.string("\(addresses.receiver)/connected"), .string("\(page)/connected")],
                "allowed_origins": [.string(addresses.receiver), .string(page)],
            ])
        let key = try text(try await admin.call(.post, "\(demo)/keys", ["name": "demo server"]), "key")
        let server = AdminClient(gateway, token: key)
        _ = try await server.call(
            .post, "/api/v1/webhook-endpoints", ["url": .string("\(addresses.receiver)/hooks/demo")])
        try await setUp(product, at: page, admin, server)
        let calendar = try await connect(server)
        let event = try await firstMeeting(server, calendar)
        return banner(page) + walk(key: key, calendar: calendar, event: event)
    }

    /// A key of its own that can do what its users may, and an endpoint of its own.
    private func setUp(
        _ product: DemoProduct, at page: String, _ admin: AdminClient, _ server: AdminClient
    ) async throws {
        let scopes: [JSON] = [
            "sessions:write", "connections:read", "connections:write", "calendars:read", "calendars:write",
            "recordings:write",
        ]
        let key = try await admin.call(
            .post, "/admin/v1/tenants/demo/keys", ["name": "Northwind Notes", "scopes": .array(scopes)])
        let endpoint = try await server.call(
            .post, "/api/v1/webhook-endpoints",
            ["url": .string("\(page)/hooks/gateway"), "description": "Northwind Notes"])
        product.configure(
            gateway: gateway, key: try text(key, "key"), webhookSecret: try text(endpoint, "secret"))
    }

    /// Connects a calendar as a product's app does, and plays the browser's part.
    private func connect(_ server: AdminClient) async throws -> String {
        let session = try text(try await server.call(.post, "/api/v1/sessions", ["user_id": "ann"]), "token")
        let app = AdminClient(gateway, token: session)
        let started = try await app.call(
            .post, "/api/v1/connections",
            ["provider": "google", "return_url": .string("\(addresses.receiver)/connected")])
        let callback = try await browser(
            .post, try text(started, "authorize_url"), form: "email=ann@example.com&calendar=on&decision=allow")
        let back = try await browser(.get, callback)
        let fields = Form.decode(String(back.split(separator: "?").last ?? "")) ?? []
        guard let ticket = fields.first(where: { $0.name == "ticket" })?.value else {
            throw Failed(description: "the consent brought no ticket")
        }
        let connection = try text(started, "id")
        _ = try await app.call(
            .post, "/api/v1/connections/\(connection)/complete", ["ticket": .string(ticket)])
        return try text(
            try await app.call(.post, "/api/v1/calendars", ["connection_id": .string(connection)]), "id")
    }

    private func firstMeeting(_ server: AdminClient, _ calendar: String) async throws -> String {
        let events = try await server.call(.get, "/api/v1/calendars/\(calendar)/events")
        let meeting = events["data"]?.arrayValue?.first { $0["meeting_url"]?.stringValue != nil }
        guard let meeting else { throw Failed(description: "the sandbox calendar has no meeting") }
        return try text(meeting, "id")
    }

    /// Follows one step of a browser; answers where it is sent.
    private func browser(_ method: HTTPRequest.Method, _ url: String, form: String? = nil) async throws -> String {
        let reply = try await HTTPExchange(client: AdminClient.http).send(
            method, url, headers: form == nil ? [] : [("Content-Type", "application/x-www-form-urlencoded")],
            body: form.map { Array($0.utf8) }, limit: .seconds(10), maximum: 1 << 20)
        guard let next = reply.header("Location") else {
            throw Failed(description: "a browser's step was answered with status \(reply.status)")
        }
        return next
    }

    private func text(_ json: JSON, _ name: String) throws -> String {
        guard let text = json[name]?.stringValue else { throw Failed(description: "a reply has no \(name)") }
        return text
    }

    private func banner(_ page: String) -> String {
        """
        ──────────────────────────────────────────────────────────────────────────────
          Meeting Gateway SANDBOX. Everything outside it is a stand-in on this machine:
          no real calendar, no real bot. Data is in ./data/sandbox, made anew each time.
        ──────────────────────────────────────────────────────────────────────────────
          Open this in a browser: \(page)/
          It is "Northwind Notes", a product that uses this gateway: connect a calendar, record a meeting.

          gateway     \(gateway)          contract  \(gateway)/docs
          webhooks    \(addresses.receiver)/   (every one; it refreshes itself)
          admin token \(adminToken)


        """
    }

    private func walk(key: String, calendar: String, event: String) -> String {
        """
        Paste these into another terminal, one after the other.

        # The tenant "demo" has a key, and its user "ann" has connected her calendar already.
        KEY=\(key)

        # 1. Ann's next meetings
        curl -s -H "Authorization: Bearer $KEY" "\(gateway)/api/v1/calendars/\(calendar)/events?limit=3"; echo

        # 2. Record one of them
        curl -s -X PUT -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" "\(gateway)/api/v1/events/\(event)/recording" -d '{"bot_name":"Notes","extra":{"deal":"42"}}'; echo

        # 3. Let the stand-in's bot join and leave, then see the webhooks that reached the tenant
        curl -s -X POST -H "Content-Type: application/json" "\(addresses.meetingBaaS)/_sandbox/events/\(event)/run-bot" -d '{}'; echo
        curl -s "\(addresses.receiver)/received?name=demo"; echo
        curl -s -H "Authorization: Bearer $KEY" "\(gateway)/api/v1/events/\(event)/recording"; echo

        # 4. Connect another user, step by step. The server mints a session; the app starts the consent
        SESSION=$(curl -s -X POST -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \(gateway)/api/v1/sessions -d '{"user_id":"ben"}' | grep -o 'mgs_[0-9A-Za-z]*')
        STARTED=$(curl -s -X POST -H "Authorization: Bearer $SESSION" -H "Content-Type: application/json" \(gateway)/api/v1/connections -d '{"provider":"microsoft","return_url":"\(addresses.receiver)/connected"}'); echo "$STARTED"
        CONNECTION=$(echo "$STARTED" | grep -o 'con_[0-9a-v]*' | head -n 1); CONSENT=$(echo "$STARTED" | grep -o 'http://[^"]*oauth2/v2.0/authorize[^"]*')

        #    The browser's part: consent, callback, back to the app with a ticket (or open $CONSENT in a browser)
        CALLBACK=$(curl -s -o /dev/null -w '%{redirect_url}' -X POST "$CONSENT" -d 'email=ben@example.com&decision=allow')
        RETURNED=$(curl -s -o /dev/null -w '%{redirect_url}' "$CALLBACK"); echo "$RETURNED"

        #    The app completes it with its own session, then connects the primary calendar
        TICKET=$(echo "$RETURNED" | grep -o 'mgt_[0-9A-Za-z]*')
        curl -s -X POST -H "Authorization: Bearer $SESSION" -H "Content-Type: application/json" \(gateway)/api/v1/connections/$CONNECTION/complete -d "{\\"ticket\\":\\"$TICKET\\"}"; echo
        curl -s -X POST -H "Authorization: Bearer $SESSION" -H "Content-Type: application/json" \(gateway)/api/v1/calendars -d "{\\"connection_id\\":\\"$CONNECTION\\"}"; echo

        # 5. Disconnect: calendars at Meeting BaaS, the grant, the token
        curl -s -X DELETE -H "Authorization: Bearer $SESSION" \(gateway)/api/v1/connections/$CONNECTION; echo

        Stop with Ctrl-C.
        """
    }
}
