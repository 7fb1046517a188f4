import Foundation
import HTTPTransport
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing
import Webhooks

extension EndToEnd {
    /// A database of commit 50846fc opens, and everything in it is used: credentials, cursors, sealed values, held webhooks.
    /// `FormerJobTests` runs its jobs.
    @Suite struct FormerDatabaseTests {
        @Test(.timeLimit(.minutes(2))) func `Keys, sessions and idempotency keys are known`()
            async throws
        {
            try await FormerDatabasePlace.run { place in
                for key in ["key", "rotated_key", "rotated_key_former"] {
                    let caller = API(place.env.gatewayURL, token: try place.text("acme", key))
                    try await caller.call(.get, "/api/v1/webhook-endpoints").expect(200)
                }
                let session = API(place.env.gatewayURL, token: try place.text("ann", "session"))
                let calendars = try await session.call(.get, "/api/v1/calendars").expect(200).items
                #expect(
                    Set(calendars.compactMap { $0["id"]?.stringValue })
                        == [try place.text("ann", "calendar"), try place.text("ann", "outlook")])
                let paused = try await place.server("paused").call(.get, "/api/v1/webhook-endpoints").expect(403)
                #expect(paused.code == "tenant_suspended")
                try await place.admin.call(.get, "/admin/v1/tenants/acme").expect(200)

                // The stored replies, byte for byte: one of a tenant, one of the operator.
                let stored = place.known["idempotency"] ?? .null
                for (api, path, name) in [
                    (place.acme, "/api/v1/webhook-endpoints", ""), (place.admin, "/admin/v1/tenants", "admin_"),
                ] {
                    let reply = try await api.send(
                        .post, path, body: Array(try stored.text("\(name)body").utf8),
                        headers: [("Idempotency-Key", try stored.text("\(name)key"))]
                    ).expect(201)
                    #expect(reply.json == stored["\(name)reply"])
                    let other = try await api.send(
                        .post, path, body: Array(#"{"slug":"other","name":"other"}"#.utf8),
                        headers: [("Idempotency-Key", try stored.text("\(name)key"))])
                    #expect(other.code == "idempotency_mismatch")
                }
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A cursor goes on where it stood`() async throws {
            try await FormerDatabasePlace.run { place in
                for list in ["messages", "deliveries", "events", "mirrored_events", "mirrored_bots"] {
                    let cursor = place.known["cursors"]?[list] ?? .null
                    let page = try await place.acme.call(.get, try cursor.text("path"))
                    let id = try cursor.text("id")
                    #expect(page.status == 200, "\(list): \(page.text)")
                    #expect(page.items.map { $0[id] ?? .null } == cursor["ids"]?.arrayValue, "\(list): \(page.text)")
                    // A sealed cursor is of no use to another tenant, as before.
                    guard list != "messages", list != "deliveries" else { continue }
                    #expect(try await place.own.call(.get, try cursor.text("path")).status >= 400, "\(list)")
                }
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Endpoints sign with their secrets, and send what waited`() async throws {
            try await FormerDatabasePlace.run { place in
                let endpoints = place.known["endpoints"] ?? .null
                try await place.webhook(calendar: place.text("ann", "calendar"), mark: "new")
                let new = try await place.delivery("/hooks/acme", mark: "new")
                #expect(new.isSigned(with: try endpoints.text("secret")))
                #expect(new.isSigned(with: try endpoints.text("secret_former")), "its overlap has not ended")
                #expect(new.headers["x-canary"] == "sealed-header-value")
                // Refused once before: its answer is in the attempt log, and it is sent again.
                let attempts = try await place.acme.call(
                    .get, "/api/v1/attempts?endpoint_id=\(endpoints.text("refusing"))"
                ).expect(200)
                #expect(attempts.items.last?["response"] == "no room at the moment", "\(attempts.text)")
                let waiting = try await place.acme.call(
                    .get, "/api/v1/deliveries?limit=100&endpoint_id=\(endpoints.text("refusing"))"
                ).expect(200)
                let refused = try #require(waiting.items.last)
                if refused["status"] == "pending" {
                    try await place.acme.call(.post, "/api/v1/deliveries/\(refused.text("id"))/retry").expect(202)
                }
                let again = try await place.delivery("/hooks/refuse", mark: "ann")
                #expect(again.isSigned(with: try endpoints.text("refusing_secret")))
                // Deliveries held for a disabled endpoint and for a suspended tenant are sent when they are enabled.
                try await place.acme.call(
                    .patch, "/api/v1/webhook-endpoints/\(endpoints.text("disabled"))", ["status": "enabled"]
                ).expect(200)
                let held = try await place.delivery("/hooks/off", mark: "ann")
                #expect(held.isSigned(with: try endpoints.text("disabled_secret")))
                try await place.admin.call(.patch, "/admin/v1/tenants/paused", ["status": "active"]).expect(200)
                let released = try await place.delivery("/hooks/paused", mark: "suspended")
                #expect(released.isSigned(with: try place.text("paused", "secret")))
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A consent goes on from each of its two waits`() async throws {
            try await FormerDatabasePlace.run { place in
                let consents = place.known["consents"] ?? .null
                let zoe = place.acme.with("Gateway-User", "zoe")
                // The fake and the gateway have other ports than before.
                let url = try consents.text("authorize_url")
                    .replacing(/^http:\/\/[^\/]+/, with: place.env.google.base)
                    .replacing(
                        try #require(Form.encode([("", place.text("gateway"))]).split(separator: "=").first),
                        with: try #require(Form.encode([("", place.env.gatewayURL)]).split(separator: "=").first))
                let allowed = try await place.env.anonymous.form(
                    url, [("email", "zoe@example.com"), ("decision", "allow"), ("calendar", "on")])
                let returned = try await place.env.anonymous.call(.get, allowed.location()).expect(303).location()
                let query = try #require(Form.decode(String(returned.split(separator: "?").last ?? "")))
                let ticket = try #require(query.first { $0.name == "ticket" }?.value, "\(returned)")
                let started = try consents.text("started")
                let connection = try await zoe.call(
                    .post, "/api/v1/connections/\(started)/complete", ["ticket": .string(ticket)]
                ).expect(200)
                #expect(connection["status"] == "active", "the sealed verifier fits the challenge")

                var code = consents["code"]?.objectValue ?? [:]
                code["redirect_uri"] = .string("\(place.env.gatewayURL)/oauth/callback/microsoft/acme")
                try await place.env.microsoft.call(.post, "/_sandbox/codes", .object(code)).expect(201)
                let waiting = try await zoe.call(
                    .post, "/api/v1/connections/\(consents.text("waiting"))/complete",
                    ["ticket": .string(consents.text("ticket"))]
                ).expect(200)
                #expect(waiting["status"] == "active", "the sealed code and verifier are the ones of the consent")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Held webhooks are shown, and go to their owner once it is known`()
            async throws
        {
            try await FormerDatabasePlace.run { place in
                let bot = try place.text("held", "bot")
                let unclaimed = try place.text("held", "unclaimed_calendar")
                #expect(try await place.metric("gateway_webhooks_unbound") ?? 0 >= 3)
                // Meeting BaaS answers with the bot that the webhook was about. A job posts to /v2/bots/{id}/leave meanwhile.
                try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    [
                        "method": "POST", "path": "/v2/bots", "times": 1, "status": 201,
                        "body": ["success": true, "data": ["bot_id": .string(bot)]],
                    ]
                ).expect(201)
                try await place.acme.call(
                    .post, "/meeting-baas/v2/bots",
                    ["bot_name": "Late", "meeting_url": "https://meet.google.com/lat-elat-ela"]
                ).expect(201)
                let message = try await place.delivery("/hooks/acme", mark: "held")
                #expect(message.type == "bot.completed" && message.context["bot_id"]?.stringValue == bot)
                #expect(message.json["extra"] == ["held": "yes"])
                // A calendar that was made elsewhere is seen, and can be taken down.
                try await place.env.eventually {
                    try await place.admin.call(.get, "/admin/v1/unclaimed-calendars").expect(200).items.contains {
                        $0["calendar_id"]?.stringValue == unclaimed || $0["id"]?.stringValue == unclaimed
                    } ? true : nil
                }
                try await place.admin.call(
                    .post, "/admin/v1/unclaimed-calendars/\(unclaimed)/resolve", ["delete": true]
                ).expect(200)
            }
        }
    }
}
