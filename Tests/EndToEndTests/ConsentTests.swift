import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// A ticket, a state and a session cannot be used by anybody else, twice, late or elsewhere.
    @Suite struct ConsentTests {
        /// A gateway with two tenants, for as long as `body` runs.
        private func env(
            _ body: @escaping @Sendable (TestEnvironment, TenantFixture, TenantFixture) async throws -> Void
        ) async throws {
            let env = try await TestEnvironment.run { env, receiver in
                let a = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let b = try await TenantFixture(env, slug: "tenant-b", receiver: receiver.url)
                try await body(env, a, b)
            }
            try Contracts.checkReplies(env)
        }

        private func complete(_ app: API, _ id: String, _ ticket: String) async throws -> API.Reply {
            try await app.call(.post, "/api/v1/connections/\(id)/complete", ["ticket": .string(ticket)])
        }

        @Test(.timeLimit(.minutes(3))) func `A thousand replays of one ticket have one winner`() async throws {
            try await env { env, a, _ in
                let ann = try await a.session("ann")
                let consent = try await a.consent(ann, "google", email: "ann@example.com")
                _ = try await env.google.call(.delete, "/_sandbox/requests")
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<1000 {
                        group.addTask { try await self.complete(ann, consent.connection, consent.ticket).status }
                    }
                    return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
                }
                #expect(Set(statuses.keys).isSubset(of: [200, 409]) && statuses[200] ?? 0 >= 1, "\(statuses)")
                let exchanges = try await env.google.call(.get, "/_sandbox/requests").items.filter {
                    $0["body"]?.stringValue?.contains("authorization_code") == true
                }
                #expect(exchanges.count == 1, "the code was exchanged once")
                // The same caller again, later: the connection as it is.
                #expect(
                    try await self.complete(ann, consent.connection, consent.ticket).expect(200)["status"] == "active")
                #expect(try await ann.call(.get, "/api/v1/connections").items.count == 1)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A thousand replays of one callback bring one ticket`() async throws {
            try await env { env, a, _ in
                let ann = try await a.session("ann")
                let started = try await ann.call(
                    .post, "/api/v1/connections",
                    ["provider": "google", "return_url": .string(TenantFixture.returnURL)]
                ).expect(201)
                let callback = try await env.anonymous.form(
                    try started.text("authorize_url"),
                    [("email", "ann@example.com"), ("calendar", "on"), ("decision", "allow")]
                ).location()
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<1000 { group.addTask { try await env.anonymous.call(.get, callback).status } }
                    return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
                }
                #expect(statuses == [303: 1, 400: 999])
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `Somebody else's ticket is worth nothing, and bringing it destroys the code`()
            async throws
        {
            try await env { env, a, b in
                let ann = try await a.session("ann")
                let mallory = try await a.session("mallory")
                // Mallory starts, the victim's browser consents and comes back with the ticket: cross-user session fixation.
                let consent = try await a.consent(mallory, "google", email: "victim@example.com")
                let stolen = try await self.complete(ann, consent.connection, consent.ticket)
                let unknown = try await self.complete(ann, "con_00000000000000000000000000", consent.ticket)
                #expect(stolen.status == 404 && Walk.withoutID(stolen.text) == Walk.withoutID(unknown.text))
                try await self.complete(mallory, consent.connection, consent.ticket).expect(422)
                // Another tenant's caller does not even find it.
                let other = try await a.consent(ann, "google", email: "ann@example.com")
                try await self.complete(try await b.session("ann"), other.connection, other.ticket).expect(404)
                try await self.complete(b.server.with("Gateway-User", "ann"), other.connection, other.ticket).expect(
                    404)
                // Elsewhere: another connection of the same user.
                let second = try await a.consent(ann, "google", email: "ann2@example.com")
                try await self.complete(ann, second.connection, other.ticket).expect(404)
                try await self.complete(ann, other.connection, other.ticket).expect(200)
                // A key has to say for whom, and may be right.
                try await self.complete(a.server, second.connection, second.ticket).expect(422)
                try await self.complete(a.server.with("Gateway-User", "ann"), second.connection, second.ticket).expect(
                    200)
                try await self.complete(ann, second.connection, "mgt_" + String(repeating: "0", count: 36)).expect(422)
                // Afterwards a stranger's try changes nothing for the owner.
                try await self.complete(mallory, other.connection, other.ticket).expect(404)
                try await self.complete(ann, other.connection, other.ticket).expect(200)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A callback counts once, in its own context, with Google's issuer`()
            async throws
        {
            try await env { env, a, b in
                let ann = try await a.session("ann")
                let consent = try await a.consent(ann, "google", email: "ann@example.com")
                try await env.anonymous.call(.get, consent.callback).expect(400)
                func callback(_ change: (String) -> String) async throws -> API.Reply {
                    let started = try await ann.call(
                        .post, "/api/v1/connections",
                        ["provider": "google", "return_url": .string(TenantFixture.returnURL)]
                    ).expect(201)
                    let allowed = try await env.anonymous.form(
                        try started.text("authorize_url"),
                        [("email", "ann@example.com"), ("calendar", "on"), ("decision", "allow")])
                    return try await env.anonymous.call(.get, change(try allowed.location()))
                }
                let iss = "iss=https%3A%2F%2Faccounts.google.com"
                let changes: [@Sendable (String) -> String] = [
                    { $0.replacing("/google/tenant-a", with: "/google/tenant-b") },
                    { $0.replacing("/google/tenant-a", with: "/microsoft/tenant-a") },
                    { $0.replacing("/google/tenant-a", with: "/google/nobody") },
                    { $0.replacing(iss, with: "iss=https%3A%2F%2Fevil.example") },
                    { $0.replacing("&" + iss, with: "") },
                    { $0.replacing("state=", with: "state=x") }, { $0 + "&state=again" }, { $0 + "&code=again" },
                    { $0 + "&error=access_denied" },
                ]
                for change in changes {
                    let reply = try await callback(change)
                    #expect(reply.status == 400 && reply.header("Location") == nil, "\(change("https://x/?\(iss)"))")
                    #expect(reply.header("Content-Type")?.hasPrefix("text/html") == true)
                }
                #expect(try await callback { $0 }.status == 303)
                try await env.anonymous.call(.get, "/oauth/callback/google/tenant-a").expect(400)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Refusing, unticking, choosing another account and consenting again`()
            async throws
        {
            try await env { env, a, _ in
                let ann = try await a.session("ann")
                let started = try await ann.call(
                    .post, "/api/v1/connections",
                    ["provider": "google", "return_url": .string(TenantFixture.returnURL)]
                ).expect(201)
                let refused = try await env.anonymous.form(
                    try started.text("authorize_url"), [("email", "ann@example.com"), ("decision", "cancel")])
                let back = try await env.anonymous.call(.get, try refused.location()).expect(303).location()
                #expect(back.hasPrefix(TenantFixture.returnURL + "&") && back.contains("error=access_denied"))
                #expect(!back.contains("ticket"))
                // Microsoft answers `access_denied` for both; its number says who has to act.
                for (email, decision, error) in [
                    ("ann@example.com", "cancel", "access_denied"),
                    ("needs-admin@example.com", "allow", "admin_consent_required"),
                ] {
                    let attempt = try await ann.call(
                        .post, "/api/v1/connections",
                        ["provider": "microsoft", "return_url": .string(TenantFixture.returnURL)]
                    ).expect(201)
                    let denied = try await env.anonymous.form(
                        try attempt.text("authorize_url"), [("email", email), ("decision", decision)])
                    let end = try await env.anonymous.call(.get, try denied.location()).expect(303).location()
                    #expect(end.hasSuffix("&error=\(error)"), "\(end)")
                }
                // The calendar box unticked.
                let partial = try await a.consent(ann, "google", email: "ann@example.com", calendarBox: false)
                let missing = try await self.complete(ann, partial.connection, partial.ticket).expect(200)
                #expect(missing["status"] == "missing_scope")
                #expect(missing["missing_scopes"] == ["https://www.googleapis.com/auth/calendar.readonly"])
                let id = try missing.text("id")
                let unusable = try await ann.call(.get, "/api/v1/connections/\(id)/raw-calendars").expect(409)
                #expect(unusable.code == "needs_reconnect" && unusable["action"] == "user")
                // A second consent renews: its own id is gone, the first one's is answered.
                let again = try await a.consent(ann, "google", email: "ann@example.com")
                let renewed = try await self.complete(ann, again.connection, again.ticket).expect(200)
                #expect(renewed["id"] == .string(id) && renewed["status"] == "active" && again.connection != id)
                try await ann.call(.get, "/api/v1/connections/\(again.connection)").expect(404)
                #expect(try await self.complete(ann, again.connection, again.ticket).expect(200)["id"] == .string(id))
                // Reconnecting with another account is refused, and leaves what was.
                let reconnect = try await ann.call(
                    .post, "/api/v1/connections/\(id)/reconnect", ["return_url": .string(TenantFixture.returnURL)]
                ).expect(200)
                let wrong = try await a.browse(try reconnect.text("authorize_url"), id: id, "other@example.com")
                #expect(try await self.complete(ann, id, wrong.ticket).expect(409).code == "account_mismatch")
                #expect(try await ann.call(.get, "/api/v1/connections/\(id)").expect(200)["status"] == "active")
                // Another user of the tenant gets a connection of its own for the same account.
                let bob = try await a.session("bob")
                #expect(try await a.connect(bob, "google", email: "ann@example.com")["id"] != .string(id))
                let other = try await bob.call(.get, "/api/v1/connections").items
                let created = try await ann.call(.post, "/api/v1/calendars", ["connection_id": .string(id)]).expect(201)
                let taken = try await bob.call(
                    .post, "/api/v1/calendars", ["connection_id": other[0]["id"] ?? .null]
                ).expect(409)
                let calendar = try created.text("id")
                #expect(taken.code == "calendar_already_connected" && !taken.text.contains(calendar))
                // Google's revocation is project-wide: not while another connection needs the grant.
                let kept = try await ann.call(.delete, "/api/v1/connections/\(id)").expect(202)
                #expect(kept["provider_revocation"] == "kept_other_grants")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A provider's fault is named as what it is and does not use the ticket up`()
            async throws
        {
            try await env { env, a, _ in
                let ann = try await a.session("ann")
                let consent = try await a.consent(ann, "google", email: "ann@example.com")
                for (status, body, code) in [
                    (503, "<html>down</html>", "provider_unavailable"), (429, "{}", "provider_unavailable"),
                    (401, #"{"error":"invalid_client"}"#, "not_configured"), (200, "{}", "provider_unavailable"),
                ] {
                    try await env.google.call(
                        .post, "/_sandbox/faults",
                        ["path_prefix": "/token", "times": 1, "status": .int(status), "body": .string(body)]
                    ).expect(201)
                    let reply = try await self.complete(ann, consent.connection, consent.ticket).expect(503)
                    #expect(reply.code == code && reply["action"] == (code == "not_configured" ? "operator" : "wait"))
                }
                try await self.complete(ann, consent.connection, consent.ticket).expect(200)
                // The user takes the app's access away: only then is there something for them to do.
                try await env.google.call(.post, "/_sandbox/revoke", ["email": "ann@example.com"]).expect(200)
                let dead = try await ann.call(.get, "/api/v1/connections/\(consent.connection)/raw-calendars").expect(
                    409)
                #expect(dead.code == "needs_reconnect" && dead["action"] == "user")
                let presented = try await ann.call(.get, "/api/v1/connections/\(consent.connection)").expect(200)
                #expect(presented["status"] == "needs_reconnect")
                // Meeting BaaS's fault is not the provider's.
                let fresh = try await a.connect(ann, "microsoft", email: "ann@example.com")
                try await env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    [
                        "path_prefix": "/v2/calendars", "times": 1, "status": 403,
                        "body": #"{"success":false,"error":"Forbidden","code":"FST_ERR_FORBIDDEN","statusCode":403}"#,
                    ]
                ).expect(201)
                let path = "/api/v1/connections/\(fresh["id"]?.stringValue ?? "")/raw-calendars"
                let operators = try await ann.call(.get, path).expect(503)
                #expect(operators.code == "not_configured" && operators["action"] == "operator")
                try await ann.call(.get, path).expect(200)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `Sessions end at once, have their scopes, and browsers may read only their own tenant's`() async throws {
            try await env { env, a, b in
                let made = try await a.server.call(.post, "/api/v1/sessions", ["user_id": "ann"]).expect(201)
                let ann = API(env.gatewayURL, token: try made.text("token"))
                try await ann.call(.get, "/api/v1/connections").expect(200)
                try await ann.call(.get, "/api/v1/messages").expect(403)
                try await ann.call(.post, "/api/v1/sessions", ["user_id": "bob"]).expect(403)
                try await ann.call(.get, "/admin/v1/tenants").expect(401)
                try await ann.call(.get, "/api/v1/connections?user_id=bob").expect(422)
                try await b.server.call(.delete, "/api/v1/sessions/\(try made.text("id"))").expect(404)
                try await a.server.call(.delete, "/api/v1/sessions/\(try made.text("id"))").expect(204)
                try await ann.call(.get, "/api/v1/connections").expect(401)
                let narrow = try await a.session("ann", scopes: ["calendars:read"])
                let refused = try await narrow.call(.get, "/api/v1/connections").expect(403)
                #expect(refused.code == "insufficient_scope")
                try await a.server.call(
                    .post, "/api/v1/sessions", ["user_id": "ann", "scopes": ["messages:read"]]
                ).expect(422)
                // CORS
                let origin = "https://tenant-a.example.com"
                let app = try await a.session("ann").with("Origin", origin)
                let readable = try await app.call(.get, "/api/v1/connections").expect(200)
                #expect(readable.header("Access-Control-Allow-Origin") == origin && readable.header("Vary") == "Origin")
                #expect(readable.header("Access-Control-Allow-Credentials") == nil)
                let foreign = try await b.session("ann").with("Origin", origin).call(.get, "/api/v1/connections")
                    .expect(
                        200)
                #expect(foreign.header("Access-Control-Allow-Origin") == nil)
                let preflight = env.anonymous.with("Origin", origin).with("Access-Control-Request-Method", "POST")
                #expect(
                    try await preflight.call(.options, "/api/v1/connections").header("Access-Control-Allow-Origin")
                        == origin)
                let unknown = env.anonymous.with("Origin", "https://evil.example").with(
                    "Access-Control-Request-Method", "POST")
                #expect(
                    try await unknown.call(.options, "/api/v1/connections").header("Access-Control-Allow-Origin") == nil
                )
                // An app whose session has ended can read the refusal; an origin that no tenant lists cannot.
                let ended = API(env.gatewayURL, token: "mgs_" + String(repeating: "0", count: 36))
                for (origin, presented) in [(origin, origin), ("https://evil.example", nil)] {
                    let refused = try await ended.with("Origin", origin).call(.get, "/api/v1/connections").expect(401)
                    #expect(refused.header("Access-Control-Allow-Origin") == presented)
                }
                // Suspending and deleting a key take effect with the next request.
                try await env.operator.call(.patch, "/admin/v1/tenants/tenant-a", ["status": "suspended"]).expect(200)
                #expect(try await a.server.call(.get, "/api/v1/connections").expect(403).code == "tenant_suspended")
                try await env.operator.call(.patch, "/admin/v1/tenants/tenant-a", ["status": "active"]).expect(200)
                let keys = try await env.operator.call(.get, "/admin/v1/tenants/tenant-a/keys").expect(200)
                #expect(!keys.text.contains("mgk_"))
                let key = keys.items[0]["id"]?.stringValue ?? ""
                let rotated = try await env.operator.call(
                    .post, "/admin/v1/tenants/tenant-a/keys/\(key)/rotate", ["overlap_seconds": 60]
                ).expect(200).text("key")
                let newServer = API(env.gatewayURL, token: rotated)
                try await newServer.call(.get, "/api/v1/connections").expect(200)
                try await a.server.call(.get, "/api/v1/connections").expect(200)
                try await env.operator.call(.delete, "/admin/v1/tenants/tenant-a/keys/\(key)").expect(204)
                for caller in [a.server, newServer, app] {
                    try await caller.call(.get, "/api/v1/connections").expect(401)
                }
            }
        }
    }
}
