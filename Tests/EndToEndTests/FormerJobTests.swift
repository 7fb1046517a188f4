import Foundation
import HTTPTransport
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Each job that a database of commit 50846fc holds is run to its end.
    @Suite struct FormerJobTests {
        @Test(.timeLimit(.minutes(2))) func `A connection, a calendar, a user and a tenant that were being deleted go`()
            async throws
        {
            try await FormerDatabasePlace.run { place in
                for kind in ["deleteConnection", "deleteCalendar", "deleteUserBots", "deleteTenant"] {
                    try await place.ended(kind)
                }
                let dora = try place.person("dora", "connection")
                #expect(try await place.acme.call(.get, "/api/v1/connections/\(dora)").status == 404)
                let cal = try place.person("cal", "calendar")
                #expect(try await place.acme.call(.get, "/api/v1/calendars/\(cal)").status == 404)
                try await place.env.eventually {
                    try await place.admin.call(.get, "/admin/v1/tenants/leaving").status == 404 ? true : nil
                }
                let leaving = try place.text("leaving", "id")
                #expect(try await place.count("SELECT COUNT(*) AS n FROM vault_keys WHERE name = \(leaving)") == 0)
                // At Meeting BaaS nothing of them is left.
                let gone =
                    try ["dora", "cal", "uma"].map { try place.person($0, "calendar") } + [
                        place.text("leaving", "calendar")
                    ]
                let left = try await place.env.meetingBaaS.call(.get, "/_sandbox/calendars").expect(200).items
                #expect(!left.contains { gone.contains($0["calendar_id"]?.stringValue ?? "") })
                let bot = try place.person("uma", "bot")
                let bots = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").expect(200).items
                #expect(!bots.contains { $0["bot_id"]?.stringValue == bot && $0["status"] == "scheduled" })
                // Google was told to revoke the sealed tokens.
                let revoked = try await place.requests(place.env.google, "POST", "/revoke").compactMap {
                    $0["body"]?.stringValue
                }
                for id in [dora, try place.person("uma", "connection"), try place.text("leaving", "connection")] {
                    let token = Form.encode([("token", try place.text("refresh_tokens", id))])
                    #expect(revoked.contains { $0.contains(token) }, "\(id): \(revoked)")
                }
                // A deleted user stays deleted.
                let gus = try await place.acme.call(.get, "/api/v1/connections/\(place.person("gus", "connection"))")
                #expect(gus.status == 404)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `Credentials are renewed, and bots that version 1 forgets are asked for again`()
            async throws
        {
            try await FormerDatabasePlace.run { place in
                try await place.ended("renewCalendars")
                let upstream = place.env.meetingBaaS
                let calendar = try place.text("gina", "calendar")
                let renewals = try await place.requests(upstream, "PATCH", "/calendars/\(calendar)")
                let renewal = try JSON.parse(Array((renewals.first ?? .null).text("body").utf8))
                #expect(renewal["oauth_client_secret"] == "google-secret")
                #expect(
                    renewal["oauth_refresh_token"]?.stringValue
                        == (try place.text("refresh_tokens", place.text("gina", "connection"))))
                for (event, key) in [
                    ("recorded_event", "sealed-own-transcription-key"), ("mirrored_event", "sealed-order-key"),
                ] {
                    let path = "/calendar_events/\(try place.text("gina", event))/bot"
                    let orders = try await place.requests(upstream, "POST", path)
                    #expect(orders.last?["body"]?.stringValue?.contains(key) == true, "\(path): \(orders.count)")
                }
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A creation is recovered, a calendar filled, a connection checked, a replay sent`()
            async throws
        {
            try await FormerDatabasePlace.run { place in
                // The calendar is adopted, and what was held of it is its user's.
                try await place.ended("recoverCalendar")
                let rita = place.acme.with("Gateway-User", "rita")
                let made = try place.person("rita", "calendar")
                let calendars = try await place.env.eventually {
                    let items = try await rita.call(.get, "/api/v1/calendars").expect(200).items
                    return items.contains { $0["status"] == "active" } ? items : nil
                }
                #expect(calendars.map { $0["id"]?.stringValue } == [made])
                _ = try await place.receiver.first("what was held of the calendar") {
                    $0.path == "/hooks/acme" && $0.context["calendar_id"]?.stringValue == made
                        && $0.context["user_id"] == "rita" && $0.type == "calendar.connection_created"
                }

                try await place.ended("fillCalendar")
                let fay = try place.person("fay", "calendar")
                #expect(
                    !(try await place.requests(place.env.meetingBaaS, "GET", "/v2/calendars/\(fay)/events")).isEmpty)

                // The provider is asked with the sealed token, and it still accepts it.
                try await place.ended("checkConnection")
                let vera = try place.person("vera", "connection")
                let token = Form.encode([("refresh_token", try place.text("refresh_tokens", vera))])
                let exchanges = try await place.requests(place.env.google, "POST", "/token")
                #expect(exchanges.contains { $0["body"]?.stringValue?.contains(token) == true })
                let connection = try await place.acme.call(.get, "/api/v1/connections/\(vera)").expect(200)
                #expect(connection["status"] == "active")

                try await place.ended("replay")
                let replay = try await place.env.eventually {
                    let now = try await place.acme.call(.get, "/api/v1/replays/\(place.text("replay", "id"))")
                        .expect(200)
                    return now["state"] == "completed" ? now : nil
                }
                #expect(replay["total"] == place.known["replay"]?["total"] && replay["done"] == replay["total"])
                let former = try await place.read { tx in
                    Set(
                        try tx.run("SELECT message_id FROM deliveries WHERE replay_id IS NOT NULL").map {
                            try $0.text("message_id")
                        })
                }
                #expect(!former.isEmpty)
                try await place.env.eventually {
                    let sent = Set(place.receiver.deliveries.filter { $0.path == "/hooks/acme" }.map(\.id))
                    return former.isSubset(of: sent) ? true : nil
                }
            }
        }
    }
}
