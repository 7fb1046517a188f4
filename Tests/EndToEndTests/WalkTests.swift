import Foundation
import HTTPTransport
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// The main job as its users see it: the built program, the fakes in another process, two tenants at once, both
    /// providers, both versions of Meeting BaaS.
    @Suite struct WalkTests {
        @Test(.timeLimit(.minutes(5)), arguments: ["v1", "v2"])
        func `A calendar is connected, a meeting recorded, the webhooks come to the right tenant`(version: String)
            async throws
        {
            let env = try await TestEnvironment(version: version)
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let receiver = Receiver()
            try await receiver.run {
                let a = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let b = try await TenantFixture(env, slug: "tenant-b", receiver: receiver.url)
                // At once, so that what crosses over would show.
                let walks = try await withThrowingTaskGroup(of: Walk.Outcome.self) { group in
                    for (tenant, other) in [(a, b), (b, a)] {
                        for provider in ["google", "microsoft"] {
                            let walk = Walk(
                                env: env, tenant: tenant, other: other, provider: provider, receiver: receiver)
                            group.addTask { try await walk.run() }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(walks.count == 4)
                for walk in walks {
                    let strangers = receiver.deliveries.filter { delivery in
                        delivery.path != walk.hook
                            && walk.ids.contains { String(decoding: delivery.body, as: UTF8.self).contains($0) }
                    }
                    #expect(strangers.isEmpty, "another tenant saw \(strangers.map(\.type))")
                }
                let bodies = receiver.deliveries.map { String(decoding: $0.body, as: UTF8.self) }
                #expect(!bodies.contains { $0.contains("meeting_gateway") }, "the marker is nobody's business")
            }
            try await Contracts.checkUpstream(env)
            try Contracts.checkReplies(env)
            let tokens = try await env.meetingBaaS.call(.get, "/_sandbox/requests").items.compactMap { request in
                (try? JSON.parse(request["body"]?.stringValue ?? ""))?["oauth_refresh_token"]?.stringValue
            }
            #expect(!tokens.isEmpty)
            let canaries = Set(
                tokens + [
                    TestEnvironment.apiKey, "google-secret", "microsoft-secret", "canary-transcription-key", "whsec_",
                ])
            try env.expectNotStored(canaries)
            #expect(gateway.stop() == 0, "\(gateway.output.suffix(2000))")
            for secret in [TestEnvironment.apiKey, "google-secret", "microsoft-secret", "mgk_", "mgs_", "mgt_", "1//"] {
                #expect(!gateway.output.contains(secret), "\(secret) in the log")
            }
        }
    }
}

/// One user of one tenant at one provider.
struct Walk: Sendable {
    let env: TestEnvironment
    let tenant: TenantFixture
    let other: TenantFixture
    let provider: String
    let receiver: Receiver

    struct Outcome: Sendable {
        let hook: String
        let ids: [String]
    }

    func run() async throws -> Outcome {
        let user = "user-\(provider)"
        let email = "\(tenant.slug)-\(provider)@example.com"
        let app = try await tenant.session(user)
        let connection = try await tenant.connect(app, provider, email: email)
        let connectionID = try #require(connection["id"]?.stringValue)
        #expect(connection["status"] == "active" && connection["user_id"] == .string(user))
        #expect(connection["account"]?["email"] == .string(email) && connection["missing_scopes"] == [])

        let raw = try await app.call(.get, "/api/v1/connections/\(connectionID)/raw-calendars").expect(200).items
        #expect(raw.count == 2 && raw.filter { $0["is_primary"] == true }.count == 1)
        let calendar = try await createCalendars(app, connectionID, raw)
        try await readEvents(app, calendar)
        try await followChanges(app, calendar)
        let event = try await record(app, calendar, connectionID, user)
        try await hidden(connectionID, calendar, event)
        try await takeDown(app, calendar, connectionID)
        return Outcome(hook: tenant.hook, ids: [calendar, event, connectionID])
    }

    private func createCalendars(_ app: API, _ connection: String, _ raw: [JSON]) async throws -> String {
        let body: JSON = ["connection_id": .string(connection)]
        let made = try await app.call(.post, "/api/v1/calendars", body).expect(201)
        let id = try made.text("id")
        #expect(made["raw_calendar_id"] == raw.first { $0["is_primary"] == true }?["id"])
        #expect(
            made["status"] == (env.version == "v2" ? "active" : "unknown") && made["provider"] == .string(provider))
        // Again is the same; the other one is another.
        #expect(try await app.call(.post, "/api/v1/calendars", body).expect(200).text("id") == id)
        let second = raw.first { $0["is_primary"] != true }?["id"] ?? .null
        let other = try await app.call(
            .post, "/api/v1/calendars", ["connection_id": .string(connection), "raw_calendar_id": second]
        ).expect(201).text("id")
        #expect(other != id)
        let listed = try await app.call(.get, "/api/v1/calendars?limit=1").expect(200)
        let rest = try await app.call(
            .get, "/api/v1/calendars?limit=5&cursor=\(listed.json["next_cursor"]?.stringValue ?? "")")
        #expect(Set((listed.items + rest.items).compactMap { $0["id"]?.stringValue }) == [id, other])
        try await app.call(
            .post, "/api/v1/calendars", ["connection_id": .string(connection), "raw_calendar_id": "nobody@example.com"]
        ).expect(422)
        try await app.call(.post, "/api/v1/calendars/\(id)/sync").expect(202)
        #expect(try await app.call(.get, "/api/v1/calendars/\(id)").expect(200).text("id") == id)
        return id
    }

    private func readEvents(_ app: API, _ calendar: String) async throws {
        let base = "/api/v1/calendars/\(calendar)/events"
        let all = try await pages(app, "\(base)?status=all")
        let upcoming = try await pages(app, base)
        let past = try await pages(app, "\(base)?status=past")
        #expect(all.count > upcoming.count && !past.isEmpty)
        #expect(Set(all.map(\.id)).count == all.count, "no event twice")
        #expect(Set(upcoming.map(\.id)).union(past.map(\.id)).isSubset(of: Set(all.map(\.id))))
        #expect(Set(upcoming.map(\.id)).isDisjoint(with: past.map(\.id)))
        #expect(all.contains { $0.json["status"] == "cancelled" } && all.contains { $0.json["is_recurring"] == true })
        #expect(all.contains { $0.json["is_organizer"] == true } && all.contains { $0.json["is_organizer"] == false })
        // Page by page is the same as at once.
        let paged = try await pages(app, "\(base)?status=all&limit=3")
        #expect(Set(paged.map(\.id)) == Set(all.map(\.id)) && paged.count == all.count)
        let meeting = try #require(upcoming.first { $0.json["attendees"]?.arrayValue?.isEmpty == false })
        let guest = try #require(meeting.json["attendees"]?.arrayValue?.last?["email"]?.stringValue)
        let withGuest = try await pages(app, "\(base)?attendee_email=\(Form.percentEncode(guest))")
        #expect(withGuest.contains { $0.id == meeting.id })
        #expect(
            withGuest.allSatisfy { event in
                event.json["attendees"]?.arrayValue?.contains { $0["email"] == .string(guest) } == true
            })
        // Bounds are inclusive.
        let start = try #require(meeting.json["start_time"]?.stringValue)
        let exact = try await pages(app, "\(base)?status=all&start_date_gte=\(start)&start_date_lte=\(start)")
        #expect(exact.contains { $0.id == meeting.id } && exact.allSatisfy { $0.json["start_time"] == .string(start) })
        let one = try await app.call(.get, "/api/v1/events/\(meeting.id)").expect(200)
        #expect(one.json["title"] == meeting.json["title"] && one.json["calendar_id"] == .string(calendar))
        try await app.call(.get, "\(base)?limit=51").expect(422)
        try await app.call(.get, "\(base)?cursor=nonsense").expect(422)
        try await app.call(.get, "\(base)?colour=red").expect(422)
    }

    /// The vendor guide's loop: time of change → events with `updated_at_gte` → decide. The same on both versions.
    private func followChanges(_ app: API, _ calendar: String) async throws {
        let base = "/api/v1/calendars/\(calendar)/events"
        let target = try #require(
            try await pages(app, base).first {
                $0.json["meeting_url"]?.stringValue != nil && $0.json["is_recurring"] == false
            })
        let title = "Renamed \(provider) \(tenant.slug)"
        try await env.meetingBaaS.call(
            .patch, "/_sandbox/events/\(target.id)", ["title": .string(title)]
        ).expect(200)
        let sync = try await receiver.first("calendar.sync_events of \(target.id)") { delivery in
            delivery.type == "calendar.sync_events" && delivery.path == tenant.hook
                && delivery.data["affected_event_uuids"] == [.string(target.id)]
        }
        #expect(sync.isSigned(with: tenant.secret) && !sync.isSigned(with: other.secret))
        #expect(sync.context["calendar_id"] == .string(calendar))
        let time = try #require(sync.data["last_updated_at"]?.stringValue)
        #expect(sync.data["last_updated_ts"] == .string(time), "both spellings")
        let changed = try await pages(app, "\(base)?updated_at_gte=\(time)")
        #expect(changed.contains { $0.id == target.id && $0.json["title"] == .string(title) })
        if env.version == "v2" { #expect(changed.map(\.id) == [target.id]) }
        let later = try #require(Timestamp(rfc3339: time)).adding(seconds: 3600)
        #expect(try await pages(app, "\(base)?updated_at_gte=\(later)").isEmpty)
    }

    private func record(_ app: API, _ calendar: String, _ connection: String, _ user: String) async throws -> String {
        let meetings = try await pages(app, "/api/v1/calendars/\(calendar)/events").filter {
            $0.json["meeting_url"]?.stringValue != nil && $0.json["is_recurring"] == false
                && $0.json["status"] == "confirmed"
        }
        let event = try #require(meetings.first?.id)
        let path = "/api/v1/events/\(event)/recording"
        try await app.call(.get, path).expect(404)
        try await app.call(.patch, path, ["bot_name": "x"]).expect(404)
        try await app.call(.put, path, [:]).expect(422)
        // Everything the contract has; secrets and URLs are for keys.
        let full: JSON = [
            "bot_name": "Notes", "recording_mode": "audio_only", "entry_message": "Hello",
            "bot_image": "https://app.example.com/bot.jpg",
            "transcription": [
                "provider": "gladia", "api_key": "canary-transcription-key", "custom_parameters": ["language": "de"],
            ], "extra": ["deal": "42", "nested": ["a": 1]],
            "timeouts": ["waiting_room": 300, "noone_joined": 400, "silence": 500],
        ]
        try await app.call(.put, path, full).expect(422)
        let server = tenant.server
        for _ in 0..<2 {
            let put = try await server.call(.put, path, full).expect(200)
            #expect(put.json["recording"]?["state"] == "scheduled" && put.json["id"] == .string(event))
            #expect(!put.text.contains("canary"))
        }
        let patched =
            try await app.call(.patch, path, ["bot_name": "Better notes", "timeouts": ["silence": 600]])
            .expect(200).json["recording"] ?? .null
        #expect(patched["bot_name"] == "Better notes" && patched["recording_mode"] == "audio_only")
        #expect(patched["timeouts"] == ["waiting_room": 300, "noone_joined": 400, "silence": 600])
        #expect(patched["extra"] == ["deal": "42", "nested": ["a": 1]])
        try await wholeSeries(app, calendar)
        // One that is cancelled again, twice.
        let cancelled = try #require(meetings.last?.id)
        if cancelled != event {
            try await app.call(.put, "/api/v1/events/\(cancelled)/recording", ["bot_name": "Off"]).expect(200)
            for _ in 0..<2 {
                let gone = try await app.call(.delete, "/api/v1/events/\(cancelled)/recording").expect(200)
                #expect(gone.json["recording"] == .null)
            }
        }
        try await env.meetingBaaS.call(.post, "/_sandbox/events/\(event)/run-bot", [:]).expect(200)
        let name = env.version == "v2" ? "bot.completed" : "complete"
        let done = try await receiver.first("\(name) of \(event)") {
            $0.type == name && $0.path == tenant.hook && $0.context["event_id"] == .string(event)
        }
        #expect(done.isSigned(with: tenant.secret))
        #expect(done.json["extra"] == ["deal": "42", "nested": ["a": 1]], "the tenant's own, on both versions")
        #expect(done.context["user_id"] == .string(user) && done.context["connection_id"] == .string(connection))
        #expect(done.context["calendar_id"] == .string(calendar))
        let presented = try await app.call(.get, path).expect(200)
        #expect(presented["state"] == "completed" && presented["bot_id"] == done.context["bot_id"])
        #expect(presented["artifacts"]?["audio"]?.stringValue?.hasPrefix("http") == true)
        return event
    }

    private func wholeSeries(_ app: API, _ calendar: String) async throws {
        let base = "/api/v1/calendars/\(calendar)/events"
        func occurrences() async throws -> [Event] {
            try await pages(app, base).filter { $0.json["is_recurring"] == true && $0.json["status"] == "confirmed" }
        }
        let series = try await occurrences()
        try #require(series.count > 1)
        try await app.call(
            .put, "/api/v1/events/\(series[0].id)/recording?all_occurrences=true", ["bot_name": "Series"]
        ).expect(200)
        #expect(
            try await occurrences().allSatisfy {
                $0.json["recording"]?["bot_name"] == "Series" && $0.json["recording"]?["all_occurrences"] == true
            })
        // One of them otherwise, then as before: the others stay as they are.
        try await app.call(.put, "/api/v1/events/\(series[1].id)/recording", ["bot_name": "One"]).expect(200)
        try await app.call(.patch, "/api/v1/events/\(series[0].id)/recording", ["bot_name": "First"]).expect(200)
        let mixed = try await occurrences().map { $0.json["recording"]?["bot_name"]?.stringValue }
        #expect(mixed.prefix(2) == ["First", "One"])
        #expect(mixed.dropFirst(2).allSatisfy { $0 == "Series" })
        try await app.call(.delete, "/api/v1/events/\(series[1].id)/recording?all_occurrences=true").expect(200)
        #expect(try await occurrences().allSatisfy { $0.json["recording"] == .null })
    }

    /// The other tenant and another user get the answer for unknown objects, byte for byte but for the request id.
    private func hidden(_ connection: String, _ calendar: String, _ event: String) async throws {
        let stranger = try await tenant.session("somebody-else")
        let unknown = "00000000-0000-4000-8000-000000000000"
        let paths: [(String, String)] = [
            ("/api/v1/connections/", connection), ("/api/v1/calendars/", calendar), ("/api/v1/events/", event),
        ]
        for caller in [stranger, other.server, try await other.session("user-\(provider)")] {
            for (path, id) in paths {
                let foreign = try await caller.call(.get, path + id)
                let none = try await caller.call(.get, path + unknown)
                #expect(foreign.status == 404 && Self.withoutID(foreign.text) == Self.withoutID(none.text))
                try await caller.call(.delete, path == "/api/v1/events/" ? path + id + "/recording" : path + id).expect(
                    404)
            }
            try await caller.call(.get, "/api/v1/calendars/\(calendar)/events").expect(404)
            try await caller.call(.put, "/api/v1/events/\(event)/recording", ["bot_name": "x"]).expect(404)
            try await caller.call(.post, "/api/v1/calendars", ["connection_id": .string(connection)]).expect(404)
        }
        let mine = try await tenant.server.call(.get, "/api/v1/messages").expect(200).items
        let messageID = try #require(mine.first?["id"]?.stringValue)
        try await other.server.call(.get, "/api/v1/messages/\(messageID)").expect(404)
        try await other.server.call(.get, "/api/v1/messages?after=\(messageID)").expect(422)
    }

    private func takeDown(_ app: API, _ calendar: String, _ connection: String) async throws {
        try await app.call(.delete, "/api/v1/calendars/\(calendar)").expect(204)
        try await app.call(.get, "/api/v1/calendars/\(calendar)").expect(404)
        let deleted = try await app.call(.delete, "/api/v1/connections/\(connection)").expect(202)
        #expect(deleted["provider_revocation"] == (provider == "google" ? "pending" : "not_supported"))
        #expect((deleted["user_action_url"] != nil) == (provider == "microsoft"))
        let gone = try await receiver.first("connection.deleted of \(connection)") {
            $0.type == "connection.deleted" && $0.data["id"] == .string(connection)
        }
        #expect(gone.path == tenant.hook && gone.data["remained"] == [])
        try await app.call(.get, "/api/v1/connections/\(connection)").expect(404)
        #expect(try await app.call(.get, "/api/v1/calendars").expect(200).items.isEmpty)
    }

    struct Event: Sendable {
        let id: String
        let json: JSON
    }

    /// Every page of a list of events.
    private func pages(_ app: API, _ path: String) async throws -> [Event] {
        var events: [Event] = []
        var cursor: String?
        repeat {
            let more = cursor.map { (path.contains("?") ? "&" : "?") + "cursor=\($0)" } ?? ""
            let reply = try await app.call(.get, path + more).expect(200)
            events += reply.items.compactMap { item in item["id"]?.stringValue.map { Event(id: $0, json: item) } }
            cursor = reply.json["next_cursor"]?.stringValue
        } while cursor != nil
        return events
    }

    static func withoutID(_ text: String) -> String {
        text.replacing(/urn:meeting-gateway:request:req_[0-9a-v]+/, with: "")
    }
}
