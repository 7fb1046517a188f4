import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// A tenant's limits, and idempotent requests.
    @Suite struct LimitTests {
        private func tenants(
            _ body: @escaping @Sendable (TestEnvironment, TenantFixture, TenantFixture) async throws -> Void
        ) async throws {
            let env = try await TestEnvironment.run { env, receiver in
                let a = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                try await body(env, a, try await TenantFixture(env, slug: "tenant-b", receiver: receiver.url))
            }
            try Contracts.checkReplies(env)
        }

        private func limit(_ env: TestEnvironment, _ tenant: TenantFixture, _ limits: JSON) async throws {
            try await env.operator.call(
                .put, "/admin/v1/tenants/\(tenant.slug)/settings",
                ["return_urls": [.string(TenantFixture.returnURL)], "limits": limits]
            ).expect(200)
        }

        @Test(.timeLimit(.minutes(2))) func `A tenant's requests are limited, told in headers, and nobody else's`()
            async throws
        {
            try await tenants { env, a, b in
                try await limit(env, a, ["requests_per_second": 1, "burst": 5])
                let ann = try await a.session("ann")
                let first = try await ann.call(.get, "/api/v1/connections").expect(200)
                #expect(first.header("RateLimit-Policy") == "\"tenant\";q=5;w=5")
                #expect(first.header("RateLimit")?.hasPrefix("\"tenant\";r=") == true)
                // At once, so that a slow machine asks as fast as a quick one.
                let replies = try await withThrowingTaskGroup(of: API.Reply.self) { group in
                    for _ in 0..<20 { group.addTask { try await a.server.call(.get, "/api/v1/calendars") } }
                    return try await group.reduce(into: [API.Reply]()) { $0.append($1) }
                }
                #expect(Set(replies.map(\.status)) == [200, 429])
                let reply = try #require(replies.first { $0.status == 429 })
                #expect(reply.code == "rate_limited" && reply["retry_after"] == 1 && reply["action"] == "wait")
                #expect(reply.header("Retry-After") == "1" && reply.header("RateLimit") == "\"tenant\";r=0;t=1")
                try await b.server.call(.get, "/api/v1/calendars").expect(200)
                _ = try await env.eventually {
                    try await a.server.call(.get, "/api/v1/calendars").status == 200 ? JSON.null : nil
                }
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `Calendars and bots a day are counted, and a bot that never was is given back`()
            async throws
        {
            try await tenants { env, a, _ in
                try await limit(env, a, ["requests_per_second": 1000, "calendars": 1, "bots_per_day": 2])
                let ann = try await a.session("ann")
                let connection = try await a.connect(ann, "google", email: "ann@example.com")["id"]?.stringValue ?? ""
                let calendar = try await ann.call(.post, "/api/v1/calendars", ["connection_id": .string(connection)])
                    .expect(201).text("id")
                let other = try await ann.call(.get, "/api/v1/connections/\(connection)/raw-calendars").expect(200)
                    .items.first { $0["is_primary"] == false }
                let second = try await ann.call(
                    .post, "/api/v1/calendars",
                    ["connection_id": .string(connection), "raw_calendar_id": other?["id"] ?? .null]
                ).expect(429)
                #expect(second.code == "quota_exceeded" && second["action"] == "operator")
                let meetings = try await ann.call(.get, "/api/v1/calendars/\(calendar)/events").expect(200).items
                    .filter { $0["meeting_url"]?.stringValue != nil && $0["series_id"] != nil }
                    .compactMap { $0["id"]?.stringValue }
                func record(_ index: Int) async throws -> API.Reply {
                    try await ann.call(.put, "/api/v1/events/\(meetings[index])/recording", ["bot_name": "Notes"])
                }
                try await record(0).expect(200)
                // Again is the same bot.
                try await record(0).expect(200)
                // Refused upstream: nothing was scheduled, nothing is used up.
                try await env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    [
                        "method": "POST", "path_prefix": .string("/v2/calendars/\(calendar)/bots"), "times": 1,
                        "status": 422,
                        "body": #"{"success":false,"code":"FST_ERR_VALIDATION","error":"no","statusCode":422}"#,
                    ]
                ).expect(201)
                try await record(1).expect(502)
                try await record(1).expect(200)
                let refused = try await record(2).expect(429)
                #expect(refused.code == "quota_exceeded")
                let wait = try #require(refused["retry_after"]?.intValue)
                #expect((1...86_401).contains(wait), "until UTC's midnight")
                // Cancelling does not give a day's bot back: it may have been cancelled in the last minute.
                try await ann.call(.delete, "/api/v1/events/\(meetings[1])/recording").expect(200)
                try await record(2).expect(429)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A request that is sent again under its key is done once`() async throws {
            try await tenants { env, a, b in
                let body: JSON = ["url": "https://hooks.example.com/x", "description": "one"]
                func create(_ api: API, _ key: String, _ body: JSON) async throws -> API.Reply {
                    try await api.with("Idempotency-Key", key).call(.post, "/api/v1/webhook-endpoints", body)
                }
                let first = try await create(a.server, "k-1", body).expect(201)
                #expect(first.header("Idempotency-Replayed") == nil)
                let again = try await create(a.server, "k-1", body).expect(201)
                #expect(again.text == first.text && again.header("Idempotency-Replayed") == "true")
                #expect(again.header("x-request-id") != first.header("x-request-id"))
                // The draft's quoted form is the same key.
                #expect(try await create(a.server, "\"k-1\"", body).expect(201).text == first.text)
                let mismatch = try await create(a.server, "k-1", ["url": "https://hooks.example.com/y"]).expect(422)
                #expect(mismatch.code == "idempotency_mismatch")
                // Another tenant's, and another route's, key is another.
                #expect(try await create(b.server, "k-1", body).expect(201).text != first.text)
                try await a.server.with("Idempotency-Key", "k-1").call(.post, "/api/v1/sessions", ["user_id": "ann"])
                    .expect(201)
                // A refusal is not kept: mended, the request goes through under the same key.
                try await create(a.server, "k-2", ["url": "nonsense"]).expect(422)
                try await create(a.server, "k-2", body).expect(201)
                for bad in ["", "with blank", String(repeating: "x", count: 256)] {
                    let reply = try await create(a.server, bad, body)
                    #expect(reply.status == 400 && reply.code == "malformed", "\(bad.prefix(20))")
                }
                // Twenty at once: one is made, the others must wait or get its response.
                let replies = try await withThrowingTaskGroup(of: API.Reply.self) { group in
                    for _ in 0..<20 { group.addTask { try await create(a.server, "k-3", body) } }
                    return try await group.reduce(into: [API.Reply]()) { $0.append($1) }
                }
                #expect(Set(replies.map(\.status)).isSubset(of: [201, 409]))
                let made = Set(replies.filter { $0.status == 201 }.compactMap { $0["id"]?.stringValue })
                #expect(made.count == 1)
                for busy in replies where busy.status == 409 { #expect(busy.header("Retry-After") == "1") }
                // A user's key is not another user's, nor the tenant's.
                let session = JSON.object(["provider": "google", "return_url": .string(TenantFixture.returnURL)])
                func start(_ api: API) async throws -> String {
                    try await api.with("Idempotency-Key", "same").call(.post, "/api/v1/connections", session).expect(
                        201
                    )
                    .text("id")
                }
                let ann = try await a.session("ann")
                #expect(try await start(ann) == start(ann))
                #expect(try await start(ann) != start(try await a.session("bob")))
                // Nor do two keys share any, though they speak for the same user: one may have scopes that the other lacks.
                let narrow = API(
                    env.gatewayURL,
                    token: try await env.operator.call(
                        .post, "/admin/v1/tenants/tenant-a/keys", ["name": "narrow", "scopes": ["sessions:write"]]
                    ).expect(201).text("key"))
                func mint(_ api: API) async throws -> API.Reply {
                    try await api.with("Gateway-User", "ann").with("Idempotency-Key", "mint").call(
                        .post, "/api/v1/sessions", ["user_id": "ann"]
                    ).expect(201)
                }
                let wide = try await mint(a.server)
                let small = try await mint(narrow)
                #expect(small["token"] != wide["token"] && small["scopes"] == [])
                // The operator's too.
                let tenant: JSON = ["slug": "third", "name": "Third"]
                for _ in 0..<2 {
                    try await env.operator.with("Idempotency-Key", "t").call(.post, "/admin/v1/tenants", tenant)
                        .expect(201)
                }
                // The answer is stored in the database, sealed.
                let key = try await env.operator.with("Idempotency-Key", "key").call(
                    .post, "/admin/v1/tenants/third/keys", ["name": "k"]
                ).expect(201)
                let repeated = try await env.operator.with("Idempotency-Key", "key").call(
                    .post, "/admin/v1/tenants/third/keys", ["name": "k"]
                ).expect(201)
                #expect(repeated.text == key.text)
                try env.expectNotStored([try key.text("key"), try first.text("secret")])
            }
        }
    }
}
