import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// A grant's status follows the provider's last answer, and each change is published once.
    @Suite struct GrantTests {
        @Test(.timeLimit(.minutes(2)), arguments: ["google", "microsoft"])
        func `A refresh answered with another account's identity leaves the grant as it was`(
            provider: String
        ) async throws {
            try await GrantPlace.run { place in
                let api = provider == "google" ? place.env.google : place.env.microsoft
                let ann = try await place.a.session("ann")
                let id = try #require(
                    try await place.a.connect(ann, provider, email: "ann@example.com")["id"]?.stringValue)
                try await place.raw(ann, id).expect(200)
                try await api.call(
                    .post, "/_sandbox/replies", ["email": "ann@example.com", "account": "mallory@example.com"]
                ).expect(201)
                try await place.distrustGrant()
                let refused = try await place.raw(ann, id).expect(409)
                #expect(refused.code == "account_mismatch" && refused["action"] == "operator")
                #expect(try await place.status(ann, id) == "active")
                try await place.raw(ann, id).expect(200)
                let tokens = try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items.compactMap {
                    try? JSON.parse($0["body"]?.stringValue ?? "")["oauth_refresh_token"]?.stringValue
                }
                #expect(tokens.count == 3 && Set(tokens).count == 1, "the foreign token was never used")
                try await place.env.logs("another account's identity")
                #expect(try await place.publishedTypes(place.a, id) == ["connection.active"])
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A consent without a refresh token asks whether the kept one lives`()
            async throws
        {
            try await GrantPlace.run { place in
                let google = place.env.google
                func withhold(_ email: String) async throws {
                    try await google.call(
                        .post, "/_sandbox/replies", ["email": .string(email), "refresh_token": false]
                    ).expect(201)
                }
                // Dead: nothing becomes active.
                let ann = try await place.a.session("ann")
                let dead = try #require(
                    try await place.a.connect(ann, "google", email: "ann@example.com")["id"]?.stringValue)
                try await google.call(.post, "/_sandbox/revoke", ["email": "ann@example.com"]).expect(200)
                try await place.raw(ann, dead).expect(409)
                try await withhold("ann@example.com")
                let ticket = try await place.reconsent(place.a, ann, dead, email: "ann@example.com")
                let refused = try await place.complete(ann, dead, ticket).expect(409)
                #expect(refused.code == "needs_reconnect" && refused["action"] == "user")
                #expect(try await place.status(ann, dead) == "needs_reconnect")
                #expect(
                    try await place.publishedTypes(place.a, dead) == [
                        "connection.active", "connection.needs_reconnect",
                    ])
                // With one it recovers, and that is published.
                let again = try await place.reconsent(place.a, ann, dead, email: "ann@example.com")
                #expect(try await place.complete(ann, dead, again).expect(200)["status"] == "active")
                try await place.raw(ann, dead).expect(200)
                #expect(try await place.publishedTypes(place.a, dead).last == "connection.recovered")
                // The kept one lives: it was refreshed once, and the connection is as it was.
                let bob = try await place.a.session("bob")
                let live = try #require(
                    try await place.a.connect(bob, "google", email: "bob@example.com")["id"]?.stringValue)
                try await withhold("bob@example.com")
                let refreshes = try await place.calls(google, "/token", containing: "grant_type=refresh_token")
                let renewed = try await place.a.consent(bob, "google", email: "bob@example.com")
                let presented = try await place.complete(bob, renewed.connection, renewed.ticket).expect(200)
                #expect(presented["id"] == .string(live) && presented["status"] == "active")
                #expect(
                    try await place.calls(google, "/token", containing: "grant_type=refresh_token") == refreshes + 1)
                #expect(try await place.publishedTypes(place.a, live) == ["connection.active"])
                // Its scopes count, not those of the access token that came alone.
                let cay = try await place.a.session("cay")
                let partial = try await place.a.consent(cay, "google", email: "cay@example.com", calendarBox: false)
                let narrow = try await place.complete(cay, partial.connection, partial.ticket).expect(200).text("id")
                try await withhold("cay@example.com")
                let full = try await place.reconsent(place.a, cay, narrow, email: "cay@example.com")
                #expect(try await place.complete(cay, narrow, full).expect(200)["status"] == "missing_scope")
                // An app's own consent without offline access is the same.
                try await withhold("dan@example.com")
                let dan = try await place.a.session("dan")
                let code = try await google.call(
                    .post, "/_sandbox/codes",
                    ["client_id": "100000000001-app.apps.googleusercontent.com", "email": "dan@example.com"]
                ).text("code")
                let exchange: JSON = ["provider": "google", "code": .string(code), "redirect_uri": ""]
                let none = try await dan.call(.post, "/api/v1/connections/exchange", exchange).expect(409)
                #expect(none.code == "needs_reconnect")
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: ["google", "microsoft"])
        func `An administrator's block ends when it is lifted`(provider: String) async throws {
            try await GrantPlace.run { place in
                let api = provider == "google" ? place.env.google : place.env.microsoft
                func block(_ blocked: Bool) async throws {
                    try await api.call(
                        .post, "/_sandbox/blocks", ["email": "ann@example.com", "blocked": .bool(blocked)]
                    ).expect(200)
                }
                let ann = try await place.a.session("ann")
                let id = try #require(
                    try await place.a.connect(ann, provider, email: "ann@example.com")["id"]?.stringValue)
                try await block(true)
                #expect(try await place.raw(ann, id).expect(409).code == "conflict")
                #expect(try await place.status(ann, id) == "blocked")
                try await place.raw(ann, id).expect(409)
                // The next call that succeeds ends it.
                try await block(false)
                try await place.raw(ann, id).expect(200)
                #expect(try await place.status(ann, id) == "active")
                let first = ["connection.active", "connection.blocked", "connection.recovered"]
                #expect(try await place.publishedTypes(place.a, id) == first, "each change once")
                // So does the gateway's own try, hours later.
                try await block(true)
                try await place.raw(ann, id).expect(409)
                try await block(false)
                try await place.restart {
                    try await place.change("UPDATE connections SET updated_at = updated_at - 22000000")
                }
                try await place.env.eventually { try await place.status(ann, id) == "active" ? true : nil }
                #expect(
                    try await place.publishedTypes(place.a, id) == first + [
                        "connection.blocked", "connection.recovered",
                    ])
                let delivered = try await place.receiver.first("the recovery") { $0.type == "connection.recovered" }
                #expect(delivered.data["status"] == "active" && delivered.data["id"] == .string(id))
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A calendar that works again asks whether the block has ended`()
            async throws
        {
            try await GrantPlace.run { place in
                func block(_ blocked: Bool) async throws {
                    try await place.env.google.call(
                        .post, "/_sandbox/blocks", ["email": "ann@example.com", "blocked": .bool(blocked)]
                    ).expect(200)
                }
                let ann = try await place.a.session("ann")
                let connection = try await place.a.connect(ann, "google", email: "ann@example.com")
                let id = try #require(connection["id"]?.stringValue)
                let calendar = try await ann.call(
                    .post, "/api/v1/calendars", ["connection_id": .string(id)]
                ).expect(201).text("id")
                func calendarBecomes(_ status: String) async throws {
                    try await place.env.meetingBaaS.call(
                        .post, "/_sandbox/calendars/\(calendar)/status", ["status": .string(status)]
                    ).expect(200)
                }
                try await block(true)
                try await calendarBecomes("revoked")
                try await place.env.eventually { try await place.status(ann, id) == "blocked" ? true : nil }
                try await block(false)
                try await calendarBecomes("active")
                try await place.env.eventually { try await place.status(ann, id) == "active" ? true : nil }
                #expect(
                    try await place.publishedTypes(place.a, id)
                        == ["connection.active", "connection.blocked", "connection.recovered"])
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A scope that a refresh finds missing is told`() async throws {
            try await GrantPlace.run { place in
                let ann = try await place.a.session("ann")
                let id = try #require(
                    try await place.a.connect(ann, "google", email: "ann@example.com")["id"]?.stringValue)
                try await place.env.google.call(
                    .post, "/_sandbox/faults",
                    [
                        "path_prefix": "/token", "times": 1,
                        "body": [
                            "access_token": "ya29.x", "expires_in": 3599, "token_type": "Bearer",
                            "scope": "openid email",
                        ],
                    ]
                ).expect(201)
                try await place.distrustGrant()
                #expect(try await place.raw(ann, id).expect(409).code == "needs_reconnect")
                #expect(try await place.status(ann, id) == "missing_scope")
                #expect(
                    try await place.publishedTypes(place.a, id) == ["connection.active", "connection.missing_scope"])
                let ticket = try await place.reconsent(place.a, ann, id, email: "ann@example.com")
                #expect(try await place.complete(ann, id, ticket).expect(200)["status"] == "active")
                // A second consent that changes nothing publishes nothing.
                let again = try await place.reconsent(place.a, ann, id, email: "ann@example.com")
                try await place.complete(ann, id, again).expect(200)
                #expect(
                    try await place.publishedTypes(place.a, id)
                        == ["connection.active", "connection.missing_scope", "connection.recovered"])
            }
        }
    }
}
