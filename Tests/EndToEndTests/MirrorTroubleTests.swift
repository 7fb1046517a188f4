import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

extension EndToEnd {
    /// The mirror when Meeting BaaS is slow, full, silent or broken; and the account's budget among tenants.
    @Suite struct MirrorTroubleTests {
        private static let bots = "/meeting-baas/v2/bots"
        private static func bot() -> JSON { ["bot_name": "N", "meeting_url": MirrorPlace.meeting()] }

        @Test(.timeLimit(.minutes(2)))
        func `The three kinds of 429 are told apart, and the account's own faults are the operator's`()
            async throws
        {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann()[.v2])
                let server = place.a.server
                func reply(_ status: Int, _ code: String, _ headers: JSON = [:]) -> JSON {
                    [
                        "path_prefix": "/v2/bots", "status": .int(status), "headers": headers,
                        "body": [
                            "success": false, "error": "x", "code": .string(code), "statusCode": .int(status),
                            "message": "Bot 123e4567-e89b-12d3-a456-426614174999 of bob@example.com exists",
                            "details": .null,
                        ],
                    ]
                }
                // The daily cap and the tokens are not mended by waiting: at once, and without Retry-After.
                for (status, code) in [(429, "FST_ERR_DAILY_BOT_CAP_REACHED"), (402, "FST_ERR_INSUFFICIENT_TOKENS")] {
                    try await place.fault(reply(status, code))
                    let refused = try await server.call(.post, Self.bots, Self.bot()).expect(status)
                    #expect(refused["code"]?.stringValue == code && refused.header("Retry-After") == nil)
                    let text = refused.text
                    #expect(
                        !text.contains("123e4567") && !text.contains("bob@"), "others' things are not named: \(text)")
                }
                // The rate is waited for: the write is sent once more by itself.
                let limited = "FST_ERR_TOO_MANY_REQUESTS"
                try await place.fault(reply(429, limited, ["retry-after": "1"]))
                try await server.call(.post, Self.bots, Self.bot()).expect(201)
                // A long wait is reported instead.
                try await place.fault(reply(429, limited, ["retry-after": "30"]))
                let refused = try await server.call(.post, Self.bots, Self.bot()).expect(429)
                #expect(
                    refused["code"]?.stringValue == limited && refused["retryAfter"] == 30
                        && refused.header("Retry-After") == "30")
                // And nothing is sent meanwhile.
                let before = try await place.sent("POST", "/v2/bots").count
                let held = try await server.call(.post, Self.bots, Self.bot()).expect(429)
                #expect((Int(held.header("Retry-After") ?? "") ?? 0) > 20)
                #expect(try await place.sent("POST", "/v2/bots").count == before)
                // Reads are free of it.
                try await server.call(.get, "\(Self.bots)/\(things.bot)").expect(200)
                // The gateway's own key is the operator's affair.
                try await place.fault([
                    "path_prefix": "/v2/bots", "method": "GET", "status": 403,
                    "body": [
                        "success": false, "code": "FST_ERR_FORBIDDEN", "message": "Forbidden: invalid API key sandbox",
                    ],
                ])
                let forbidden = try await server.call(.get, "\(Self.bots)/\(things.bot)").expect(503)
                #expect(forbidden["code"] == "FST_ERR_NOT_CONFIGURED" && !forbidden.text.contains("invalid API key"))
                try await place.env.logs("Meeting BaaS refuses the account's API key")
            }
        }

        @Test(.timeLimit(.minutes(1))) func `A dead grant is told, and marks its connection`() async throws {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann()[.v2])
                try await place.env.google.call(
                    .post, "/_sandbox/revoke", ["email": "ann-tenant-a@example.com"]
                ).expect(200)
                let reply = try await place.a.server.call(
                    .post, "/meeting-baas/v2/calendars/\(things.calendar)/sync"
                ).expect(401)
                #expect(reply["code"] == "FST_ERR_OAUTH_TOKEN_REFRESH_FAILED")
                try await place.env.eventually {
                    let connection = try await place.a.server.call(.get, "/api/v1/connections/\(things.connection)")
                    return connection["status"] == "needs_reconnect" ? true : nil
                }
            }
        }

        @Test(.timeLimit(.minutes(1))) func `A bot whose creation's reply is lost is found, and not made twice`()
            async throws
        {
            try await MirrorPlace.run { place in
                for (path, status) in [(Self.bots, 201), ("/meeting-baas/bots", 200)] {
                    let upstream = path.replacing("/meeting-baas", with: "")
                    try await place.fault(["path_prefix": .string(upstream), "method": "POST", "drop_reply": true])
                    let body = Self.bot()
                    let made = try await place.a.server.call(.post, path, body).expect(status)
                    let id = try #require((made["data"]?["bot_id"] ?? made["bot_id"])?.stringValue)
                    let bots = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").items.filter {
                        $0["config"]?["meeting_url"] == body["meeting_url"]
                    }
                    #expect(bots.map { $0["bot_id"]?.stringValue } == [id])
                    // It is the caller's, as every other.
                    let read = path == Self.bots ? "\(path)/\(id)" : "\(path)/\(id)/screenshots"
                    try await place.a.server.call(.get, read).expect(200)
                    try await place.b.server.call(.get, read).expect(404)
                }
                // Neither the reply nor the search for it arrives: the caller gets an error, and the same request again
                // finds it.
                try await place.fault(["path_prefix": "/v2/bots", "method": "POST", "drop_reply": true])
                try await place.fault([
                    "path_prefix": "/v2/bots", "method": "GET", "status": 500, "times": 3, "body": ["code": "X"],
                ])
                let unsure = place.a.server.with("Idempotency-Key", "order-6")
                let lost = Self.bot()
                try await unsure.call(.post, Self.bots, lost).expect(502)
                let found = try await unsure.call(.post, Self.bots, lost).expect(201)
                let once = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").items.filter {
                    $0["config"]?["meeting_url"] == lost["meeting_url"]
                }
                #expect(once.map { $0["bot_id"] } == [found["data"]?["bot_id"]])
                // The same request under the same key is one bot.
                let server = place.a.server.with("Idempotency-Key", "order-7")
                let body = Self.bot()
                let first = try await server.call(.post, Self.bots, body).expect(201)
                let second = try await server.call(.post, Self.bots, body).expect(201)
                #expect(first.text == second.text && second.header("Idempotency-Replayed") == "true")
            }
        }

        @Test(.timeLimit(.minutes(1)))
        func `A read is tried once more; what stays broken is named, and then left alone`()
            async throws
        {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann()[.v2])
                let path = "\(Self.bots)/\(things.bot)"
                try await place.fault(["path_prefix": "/v2/bots", "method": "GET", "status": 503])
                try await place.a.server.call(.get, path).expect(200)
                // A write is not.
                try await place.fault(["path_prefix": "/v2/bots", "method": "POST", "status": 503, "body": "<html>"])
                let write = try await place.a.server.call(.post, "\(path)/leave").expect(502)
                #expect(write["code"] == "FST_ERR_BAD_GATEWAY" && write["success"] == false)
                try await place.fault(["path_prefix": "/v2/bots", "times": 200, "status": 503, "body": "<html>"])
                var codes: Set<String> = []
                for _ in 0..<12 {
                    let reply = try await place.a.server.call(.get, path)
                    codes.insert(reply["code"]?.stringValue ?? reply.text)
                }
                #expect(codes == ["FST_ERR_BAD_GATEWAY", "FST_ERR_UPSTREAM_UNAVAILABLE"], "\(codes)")
                let sent = try await place.sent("GET", "/v2/bots/\(things.bot)").count
                let shed = try await place.a.server.call(.get, path).expect(503)
                #expect(shed.header("Retry-After") != nil)
                #expect(try await place.sent("GET", "/v2/bots/\(things.bot)").count == sent, "nobody was asked")
                // Once it is well again, the next probe finds out.
                try await place.env.meetingBaaS.call(.delete, "/_sandbox/faults").expect(204)
                try await place.env.eventually {
                    try await place.a.server.call(.get, path).status == 200 ? true : nil
                }
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A tenant that writes without end leaves others their turn, and upstream its limit`()
            async throws
        {
            try await MirrorPlace.run { place in
                try await place.env.meetingBaaS.call(.put, "/_sandbox/limits", ["writes_per_second": 10]).expect(200)
                // The first write's reply gives the limit.
                try await place.a.server.call(.post, Self.bots, Self.bot()).expect(201)
                try await place.env.meetingBaaS.call(.delete, "/_sandbox/requests").expect(204)
                let (noisy, quiet) = try await withThrowingTaskGroup(of: (String, Int, Duration).self) { group in
                    for number in 0..<120 {
                        let isQuiet = number % 30 == 29
                        let tenant = isQuiet ? place.b : place.a
                        group.addTask {
                            let began = ContinuousClock.now
                            let reply = try await tenant.server.call(.post, Self.bots, Self.bot())
                            if reply.status == 429 {
                                #expect(Int(reply.header("Retry-After") ?? "").map { $0 >= 5 } == true)
                            }
                            return (tenant.slug, reply.status, began.duration(to: .now))
                        }
                    }
                    var (noisy, quiet): ([Int], [(Int, Duration)]) = ([], [])
                    for try await (slug, status, took) in group {
                        if slug == "tenant-a" { noisy.append(status) } else { quiet.append((status, took)) }
                    }
                    return (noisy, quiet)
                }
                #expect(quiet.count == 4 && quiet.allSatisfy { $0.0 == 201 }, "\(quiet)")
                #expect(noisy.contains(201) && noisy.contains(429) && Set(noisy) == [201, 429], "\(noisy)")
                print(
                    "writes: quiet \(quiet.map { $0.1 }), noisy \(noisy.filter { $0 == 201 }.count) of \(noisy.count)")
                // Upstream itself never had to refuse.
                let made = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").items.count
                #expect(try await place.sent("POST", "/v2/bots").count == made - 1)
            }
        }

        @Test(.timeLimit(.minutes(1))) func `Quotas are the tenant's own`() async throws {
            try await MirrorPlace.run { place in
                let settings = "/admin/v1/tenants/tenant-a/settings"
                try await place.env.operator.call(
                    .put, settings,
                    [
                        "return_urls": [.string(TenantFixture.returnURL)],
                        "limits": ["bots_per_day": 2, "calendars": 0, "requests_per_second": 100_000],
                    ]
                ).expect(200)
                // A call that upstream refuses is given back to the limit: two are left for the batch.
                try await place.fault([
                    "path_prefix": "/v2/bots", "method": "POST", "status": 409, "body": ["code": "X"],
                ])
                try await place.a.server.call(.post, Self.bots, Self.bot()).expect(409)
                let batch = try await place.a.server.call(
                    .post, "\(Self.bots)/batch", [Self.bot(), Self.bot(), Self.bot()]
                ).expect(201)
                #expect(
                    batch.items.count == 2 && batch["errors"]?.arrayValue?.first?["code"] == "DAILY_BOT_CAP_REACHED")
                let refused = try await place.a.server.call(.post, Self.bots, Self.bot()).expect(429)
                #expect(refused["code"] == "FST_ERR_DAILY_BOT_CAP_REACHED")
                // A refusal gives nothing back.
                try await place.a.server.call(.post, Self.bots, Self.bot()).expect(429)
                try await place.b.server.call(.post, Self.bots, Self.bot()).expect(201)
                let app = try await place.a.session("ann")
                let connection = try await place.a.connect(app, "google", email: "ann@example.com")
                let calendar = try await place.a.server.with("Gateway-User", "ann").call(
                    .post, "/meeting-baas/v2/calendars",
                    ["connection_id": connection["id"] ?? .null, "raw_calendar_id": "primary"])
                #expect(calendar.status == 429 && calendar["success"] == false, "\(calendar.text)")
            }
        }
    }
}
