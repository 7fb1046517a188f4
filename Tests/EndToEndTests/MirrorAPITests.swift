import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

extension EndToEnd {
    /// The mirror as clients of Meeting BaaS meet it.
    @Suite struct MirrorAPITests {
        // MARK: The vendor's SDK (facts/meeting-baas.md 9.2)

        @Test(.timeLimit(.minutes(2))) func `What the vendor's SDK does is taken as Meeting BaaS takes it`()
            async throws
        {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann()[.v2])
                let sdk = API(place.env.gatewayURL, headers: [("x-meeting-baas-api-key", place.a.key)])
                let base = "/meeting-baas/v2"
                let empty = Array("{}".utf8)
                // `{}` with everything, GET and DELETE included, on one connection.
                for path in [
                    "/bots/\(things.bot)", "/calendars/\(things.calendar)/events?limit=50&show_cancelled=true",
                ] {
                    try await sdk.send(.get, base + path, body: empty).expect(200)
                    try await sdk.send(.get, base + path.replacing("?", with: "/?"), body: empty).expect(200)
                }
                // A read that passes unchanged takes the fast path once its owner is in memory.
                let taken = try await place.env.fastPathReads()
                for path in ["/calendars/\(things.calendar)/events/\(things.event)", "/bots/\(things.bot)/status"] {
                    for _ in 0..<3 { try await sdk.send(.get, base + path, body: empty).expect(200) }
                }
                #expect(try await place.env.fastPathReads() >= taken + 4)
                try await sdk.send(.post, "\(base)/bots/\(things.bot)/leave", body: empty).expect(200)
                // The SDK sends only the fields of its schema: a connection stands in place of the token.
                let named: JSON = [
                    "oauth_client_id": "x", "oauth_client_secret": "x", "calendar_platform": "google",
                    "oauth_refresh_token": .string(things.connection), "oauth_tenant_id": "common",
                ]
                let raw = try await sdk.call(.post, "\(base)/calendars/list-raw", named).expect(200)
                #expect(raw.items.count == 2 && raw["success"] == true)
                // Pages of events, forward and back; another caller's cursor is refused.
                let events = "\(base)/calendars/\(things.calendar)/events"
                let first = try await sdk.call(.get, "\(events)?limit=2&show_cancelled=true").expect(200)
                let cursor = try #require(first["cursor"]?.stringValue)
                let second = try await sdk.call(.get, "\(events)?limit=2&cursor=\(cursor)").expect(200)
                let back = try #require(second["prev_cursor"]?.stringValue)
                let again = try await sdk.call(.get, "\(events)?limit=2&cursor=\(back)").expect(200)
                #expect(again.items == first.items && second.items.count == 2 && second.items != first.items)
                #expect(try await sdk.call(.get, "\(events)?cursor=MjAyNg").expect(400)["code"] == "FST_ERR_VALIDATION")
                #expect(
                    try await sdk.call(.get, "\(base)/calendars/\(things.calendar)/series?limit=3").expect(200).items
                        .count == 3)
                // One event is cancelled with a series of zeros.
                var one: JSON.Members = [
                    "event_id": .string(things.event), "series_id": .string(things.series), "all_occurrences": false,
                    "bot_name": "N", "recording_mode": "speaker_view",
                ]
                let bots = "\(base)/calendars/\(things.calendar)/bots"
                #expect(try await sdk.call(.post, bots, .object(one)).expect(201).items.count == 1)
                one["bot_name"] = nil
                one["recording_mode"] = nil
                one["series_id"] = "00000000-0000-0000-0000-000000000000"
                #expect(try await sdk.call(.delete, bots, .object(one)).expect(200).items.count == 1)
                // Each call answers with a body, and with JSON of success.
                #expect(
                    try await sdk.send(.delete, "\(base)/calendars/\(things.calendar)", body: empty).expect(200)[
                        "success"] == true)
                let gone = try await sdk.call(.get, "\(base)/calendars/\(things.calendar)").expect(404)
                for name in ["success", "error", "code", "statusCode", "message", "details"] {
                    #expect(gone.json.objectValue?.names.contains(name) == true, "\(name): \(gone.text)")
                }
                try Contracts.checkMirror(place.env, atLeast: 10)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `v1's clients find their paths, escapes and bare objects`() async throws {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann([.v1])[.v1])
                let sdk = API(place.env.gatewayURL, headers: [("x-meeting-baas-api-key", place.a.key)])
                let base = "/meeting-baas"
                for path in ["/calendars", "/calendars/"] {
                    #expect(try await sdk.call(.get, base + path).expect(200).json.arrayValue?.count == 1)
                }
                let since = "2020-01-01T00%3A00%3A00%2B02%3A00"
                let events = try await sdk.call(
                    .get, "\(base)/calendar_events/?calendar_id=\(things.calendar)&updated_at_gte=\(since)&status=all")
                #expect(try events.expect(200).items.count > 3)
                #expect(
                    try await place.sent("GET", "/calendar_events/").last?["query"]?.stringValue?.contains("%2B02%3A00")
                        == true)
                let gone = try await sdk.call(.get, "\(base)/bots/meeting_data?bot_id=\(things.event)").expect(404)
                #expect(gone["success"] == false && gone["error"]?.stringValue?.isEmpty == false)
                #expect(
                    try await sdk.call(.get, "\(base)/bots/meeting_data").expect(400)["code"] == "FST_ERR_VALIDATION")
                #expect(
                    try await sdk.call(.get, "\(base)/calendar_events/?calendar_id=\(things.calendar)&calendar_id=x")
                        .status == 400)
                #expect(try await sdk.call(.get, "\(base)/bots/webhooks").json["success"] == false)
                // The account's sync runs at most once in five minutes, and returns the caller's own calendars.
                for _ in 0..<2 {
                    let synced = try await sdk.call(.post, "\(base)/calendars/resync_all?days=30").expect(200)
                    #expect(synced["synced_calendars"]?.arrayValue == [.string(things.calendar)])
                }
                #expect(try await place.sent("POST", "/calendars/resync_all").count == 1)
                try Contracts.checkMirror(place.env, atLeast: 8)
            }
        }

        // MARK: Whose it is

        @Test(.timeLimit(.minutes(2))) func `Another's object in a body is no more to be had than in a path`()
            async throws
        {
            try await MirrorPlace.run { place in
                let mine = try #require(try await place.ann()[.v2])
                let others = try #require(try await MirrorMatrixObjects.things(place.env, place.b, "ann", [.v2])[.v2])
                let base = "/meeting-baas/v2"
                let bots = "\(base)/calendars/\(mine.calendar)/bots"
                func bot(_ event: String, _ series: String) -> JSON {
                    [
                        "bot_name": "N", "event_id": .string(event), "series_id": .string(series),
                        "all_occurrences": false,
                    ]
                }
                var replies: [String: [API.Reply]] = [:]
                for (event, series) in [
                    (others.event, mine.series), (mine.event, others.series), (others.event, others.series),
                    (MirrorThings.unknown.event, MirrorThings.unknown.series),
                ] {
                    replies["schedule", default: []].append(
                        try await place.a.server.call(.post, bots, bot(event, series)))
                    replies["cancel", default: []].append(
                        try await place.a.server.call(.delete, bots, bot(event, series)))
                }
                for credential in [others.zoom, MirrorThings.unknown.zoom] {
                    let options: JSON = [
                        "bot_name": "N", "meeting_url": MirrorPlace.meeting(),
                        "zoom_config": ["credential_id": .string(credential)],
                    ]
                    replies["zoom", default: []].append(try await place.a.server.call(.post, "\(base)/bots", options))
                    replies["batch", default: []].append(
                        try await place.a.server.call(.post, "\(base)/bots/batch", [options]))
                }
                for (what, all) in replies {
                    #expect(all.allSatisfy { $0.status == 404 }, "\(what): \(all.map(\.text))")
                    #expect(Set(all.map(MatrixCaller.comparable)).count == 1, "\(what): \(all.map(\.text))")
                }
                #expect(try await place.sent("POST", "/v2/calendars/\(mine.calendar)/bots").isEmpty)
                #expect(try await place.sent("POST", "/v2/bots").count == 2, "those of the fixtures alone")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Lists are the caller's alone, page by page, whatever is filtered`()
            async throws
        {
            try await MirrorPlace.run { place in
                let base = "/meeting-baas/v2/bots"
                var mine: [String] = []
                for number in 0..<7 {
                    for tenant in [place.a, place.b] {
                        let reply = try await tenant.server.call(
                            .post, base,
                            [
                                "bot_name": .string("N\(number)"), "meeting_url": MirrorPlace.meeting(),
                                "extra": ["n": .string("\(number % 2)")],
                            ]
                        ).expect(201)
                        if tenant.slug == place.a.slug { mine.append(try MirrorMatrixObjects.bot(reply)) }
                    }
                }
                func ids(_ reply: API.Reply) -> [String] { reply.items.compactMap { $0["bot_id"]?.stringValue } }
                var (seen, cursor): ([String], String?) = ([], nil)
                var pages: [String?] = []
                repeat {
                    let page = try await place.a.server.call(
                        .get, "\(base)?limit=3" + (cursor.map { "&cursor=\($0)" } ?? "")
                    ).expect(200)
                    #expect(ids(page).count == (seen.count < 6 ? 3 : 1))
                    seen += ids(page)
                    cursor = page["cursor"]?.stringValue
                    pages.append(cursor)
                    if seen.count == 6 {
                        let back = try #require(page["prev_cursor"]?.stringValue)
                        let former = try await place.a.server.call(.get, "\(base)?limit=3&cursor=\(back)").expect(200)
                        #expect(ids(former) == Array(seen.prefix(3)))
                    }
                } while cursor != nil
                #expect(seen == mine.reversed())
                // A cursor reveals nothing, and no other caller can use it.
                let first = try #require(pages[0])
                for id in mine { #expect(!first.contains(id)) }
                for (api, path) in [
                    (place.b.server, base), (place.a.server.with("Gateway-User", "ann"), base),
                    (place.a.server, "\(base)/scheduled"),
                ] {
                    let reply = try await api.call(.get, "\(path)?cursor=\(first)")
                    #expect(reply.status == 400 && reply["code"] == "FST_ERR_VALIDATION", "\(reply.text)")
                }
                // Filters only narrow; what is ours cannot be named.
                #expect(Set(ids(try await place.a.server.call(.get, "\(base)?extra=n:0"))).count == 4)
                for filter in ["meeting_gateway:x", "n:0,meeting_gateway_tenant:x", "%20meeting_gateway_user:x"] {
                    #expect(try await place.a.server.call(.get, "\(base)?extra=\(filter)").status == 400)
                }
                #expect(try await place.a.server.with("Gateway-User", "ann").call(.get, base).expect(200).items.isEmpty)
                try Contracts.checkMirror(place.env, atLeast: 20)
            }
        }

        @Test(.timeLimit(.minutes(1)))
        func `A read of what is known asks the database nothing, and a revoked key ends at once`()
            async throws
        {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann()[.v2])
                let made = try await place.env.operator.call(
                    .post, "/admin/v1/tenants/tenant-a/keys", ["name": "short"]
                ).expect(201)
                let api = API(place.env.gatewayURL, token: try made.text("key"))
                let path = "/meeting-baas/v2/calendars/\(things.calendar)/events/\(things.event)"
                func reads() async throws -> Int {
                    let text = try await place.env.anonymous.call(.get, "/metrics").expect(200).text
                    return text.matches(of: /gateway_memory_reads_total\{[^}]*\} (\d+)/).reduce(0) {
                        $0 + (Int($1.1) ?? 0)
                    }
                }
                try await api.call(.get, path).expect(200)
                let before = try await reads()
                for _ in 0..<50 { try await api.call(.get, path).expect(200) }
                #expect(try await reads() - before <= 4, "at most what ten seconds forget")
                try await place.env.operator.call(.delete, "/admin/v1/tenants/tenant-a/keys/\(try made.text("id"))")
                    .expect(204)
                let gone = try await api.call(.get, path).expect(401)
                #expect(gone["code"] == "FST_ERR_UNAUTHORIZED")
                // A suspension too.
                try await place.a.server.call(.get, path).expect(200)
                try await place.env.operator.call(.patch, "/admin/v1/tenants/tenant-a", ["status": "suspended"])
                    .expect(200)
                #expect(try await place.a.server.call(.get, path).expect(403)["code"] == "FST_ERR_TENANT_SUSPENDED")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `extra is the tenant's to see, and the gateway's to mark`() async throws {
            try await MirrorPlace.run { place in
                let server = place.a.server
                let base = "/meeting-baas/v2/bots"
                for extra in [["meeting_gateway": "x"], ["meeting_gateway_tenant": "x"]] as [JSON] {
                    let body: JSON = ["bot_name": "N", "meeting_url": MirrorPlace.meeting(), "extra": extra]
                    #expect(try await server.call(.post, base, body).expect(400)["code"] == "FST_ERR_VALIDATION")
                }
                let made = try await server.call(
                    .post, base, ["bot_name": "N", "meeting_url": MirrorPlace.meeting(), "extra": ["a": 1]])
                let bot = try MirrorMatrixObjects.bot(made.expect(201))
                #expect(try await server.call(.get, "\(base)/\(bot)").expect(200)["data"]?["extra"] == ["a": 1])
                #expect(try await place.config(bot)["extra"]?["meeting_gateway"] != nil)
                // Merged, then cleared: the tags outlive both.
                for (change, presented) in [(["b": 2], ["a": 1, "b": 2]), (.null, .null)] as [(JSON, JSON)] {
                    try await server.call(.patch, "\(base)/\(bot)/update-config", ["extra": change]).expect(200)
                    #expect(try await server.call(.get, "\(base)/\(bot)").expect(200)["data"]?["extra"] == presented)
                    #expect(try await server.call(.get, base).expect(200).items.count == 1)
                    #expect(try await place.config(bot)["extra"]?["meeting_gateway"] != nil)
                }
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Two tenants in one meeting do not get into each other's way`() async throws
        {
            try await MirrorPlace.run { place in
                let meeting = MirrorPlace.meeting()
                let v1: JSON = ["bot_name": "N", "meeting_url": meeting]
                try await place.a.server.call(.post, "/meeting-baas/bots", v1).expect(200)
                try await place.b.server.call(.post, "/meeting-baas/bots", v1).expect(200)
                #expect(try await place.a.server.call(.post, "/meeting-baas/bots", v1).status == 409)
                try await place.a.server.call(
                    .post, "/meeting-baas/bots",
                    ["bot_name": "N", "meeting_url": meeting, "deduplication_key": "second"]
                ).expect(200)
                let v2: JSON = [
                    "bot_name": "N", "meeting_url": MirrorPlace.meeting("two"), "allow_multiple_bots": false,
                ]
                try await place.a.server.call(.post, "/meeting-baas/v2/bots", v2).expect(201)
                try await place.b.server.call(.post, "/meeting-baas/v2/bots", v2).expect(201)
                let again = try await place.a.server.call(.post, "/meeting-baas/v2/bots", v2).expect(409)
                #expect(again["code"] == "FST_ERR_BOT_ALREADY_EXISTS")
                let batch = try await place.a.server.call(
                    .post, "/meeting-baas/v2/bots/batch",
                    [v2, ["bot_name": "N", "meeting_url": MirrorPlace.meeting(), "extra": ["k": "v"]]]
                ).expect(201)
                #expect(batch["errors"]?.arrayValue?.map { $0["code"] } == ["BOT_ALREADY_EXISTS"])
                #expect(batch["errors"]?.arrayValue?.first?["index"] == 0 && batch.items.first?["index"] == 1)
                #expect(batch.items.first?["extra"] == ["k": "v"])
                try Contracts.checkMirror(place.env, atLeast: 8)
            }
        }
    }
}
