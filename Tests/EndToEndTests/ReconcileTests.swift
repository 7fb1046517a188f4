import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Webhooks that Meeting BaaS gave up, and links that expired meanwhile.
    @Suite struct ReconcileTests {
        private func bot(_ place: DeliveryPlace, _ version: String) async throws -> String {
            let made =
                version == "v1"
                ? try await place.server.call(
                    .post, "/meeting-baas/bots/",
                    [
                        "meeting_url": MirrorPlace.meeting(), "bot_name": "Notes",
                        "reserved": false, "extra": ["order": "7"],
                    ])
                : try await place.server.call(
                    .post, "/meeting-baas/v2/bots",
                    [
                        "meeting_url": MirrorPlace.meeting(), "bot_name": "Notes",
                        "extra": ["order": "7"],
                    ])
            #expect((200..<300).contains(made.status), "\(made.text)")
            return try #require(made["bot_id"]?.stringValue ?? made["data"]?["bot_id"]?.stringValue)
        }

        @Test(.timeLimit(.minutes(3)), arguments: ["v1", "v2"])
        func `What happened while nobody listened is found out and told, once`(version: String) async throws {
            try await DeliveryPlace.run(version) { place, gateway in
                let (completed, failed) = version == "v1" ? ("complete", "failed") : ("bot.completed", "bot.failed")
                try await place.endpoint("/all", ["event_types": [.string(completed), .string(failed), "calendar.*"]])
                let (good, bad) = (try await bot(place, version), try await bot(place, version))
                let (reported, quiet) = (try await bot(place, version), try await bot(place, version))
                // A bot whose final webhook arrives.
                try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(reported)/run", ["outcome": "completed"])
                    .expect(200)
                _ = try await place.receiver.first("the end that was heard") {
                    $0.type == completed && $0.context["bot_id"]?.stringValue == reported
                }
                _ = gateway.stop()
                // Sixteen seconds of trying, here; then the webhooks are dropped.
                try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(good)/run", ["outcome": "completed"])
                    .expect(200)
                try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(bad)/run", ["outcome": "failed"])
                    .expect(200)
                try await place.env.eventually(within: 60) {
                    let sent = try await place.env.meetingBaaS.call(.get, "/_sandbox/webhooks").items
                    let ends = sent.filter { [completed, failed].contains($0["event"]?.stringValue) }
                    let isOver = ends.allSatisfy { entry in
                        let attempts = entry["attempts"]?.arrayValue ?? []
                        return attempts.count == 7 || attempts.last?["status"]?.intValue == 200
                    }
                    return isOver ? true : nil
                }
                try await gateway.start()
                let found = try await place.receiver.first("the end that nobody heard") {
                    $0.type == completed && $0.context["bot_id"]?.stringValue == good
                }
                #expect(found.json["reconciled"] == true && found.json["extra"]?["order"] == "7", "\(found.json.text)")
                let link = found.data["video"] ?? found.data["mp4"]
                #expect(link?.stringValue?.hasPrefix("http") == true, "with its links: \(found.json.text)")
                let failure = try await place.receiver.first("the failure that nobody heard") {
                    $0.type == failed && $0.context["bot_id"]?.stringValue == bad
                }
                #expect(failure.json["reconciled"] == true)
                // Its webhook, when it comes after all, is the same message.
                if version == "v2" {
                    try await place.env.meetingBaaS.with("x-meeting-baas-api-key", TestEnvironment.apiKey).call(
                        .post, "/v2/bots/\(good)/resend-webhook", [:]
                    ).expect(200)
                    try await place.env.eventually {
                        let sent = try await place.env.meetingBaaS.call(.get, "/_sandbox/webhooks").items
                        return sent.last?["attempts"]?.arrayValue?.last?["status"] == 200 ? true : nil
                    }
                }
                await place.webhook("after")
                _ = try await place.receiver.first("what came behind it") { $0.data["mark"] == "after" }
                for id in [good, bad, reported] {
                    let ends = place.receiver.deliveries.filter {
                        [completed, failed].contains($0.type) && $0.context["bot_id"]?.stringValue == id
                    }
                    #expect(ends.count == 1, "\(id): \(ends.count)")
                }
                let list = try await place.server.call(.get, "/api/v1/messages?type=\(completed)").expect(200).items
                #expect(list.map { $0["reconciled"]?.boolValue } == [false, true])
                _ = quiet
                // A callback that is asked for afterwards is a message of its own.
                if version == "v2" {
                    try await place.server.call(
                        .post, "/meeting-baas/v2/bots/\(good)/retry-callback",
                        ["url": .string(place.receiver.url + "/asked-for"), "method": "POST"]
                    ).expect(200)
                    _ = try await place.receiver.first("the callback that was asked for", within: 10) {
                        $0.path == "/asked-for" && $0.json["event"]?.stringValue == completed
                    }
                }
            }
        }

        @Test(.timeLimit(.minutes(2))) func `After a run of refused signatures it is asked what was missed`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                let admin = place.env.operator
                let own = try await TenantFixture(place.env, slug: "tenant-b", receiver: place.receiver.url)
                // The webhooks of its account come by hand.
                try await place.env.meetingBaaS.call(.put, "/_sandbox/accounts", ["api_key": "key-of-tenant-b"])
                    .expect(200)
                func secrets(_ secret: String) async throws {
                    try await admin.call(
                        .put, "/admin/v1/tenants/tenant-b/meeting-baas",
                        [
                            "api_key": "key-of-tenant-b", "api_version": "v2",
                            "webhook_secrets": [.string(secret)],
                        ]
                    ).expect(200)
                }
                // The wrong secret was entered.
                try await secrets("whsec_d3Jvbmctc2VjcmV0LW9mLXRoZS1hY2NvdW50ISE=")
                let made = try await own.server.call(
                    .post, "/meeting-baas/v2/bots", ["meeting_url": MirrorPlace.meeting(), "bot_name": "Notes"])
                let bot = try #require(made["data"]?["bot_id"]?.stringValue)
                try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(bot)/run", ["outcome": "completed"])
                    .expect(200)
                for number in 0..<6 {
                    let status = await place.webhook("refused-\(number)", at: "/webhooks/meeting-baas/tenant-b")
                    #expect(status == 401)
                }
                #expect(!place.receiver.deliveries.contains { $0.context["bot_id"]?.stringValue == bot })
                // And mended it: the first that is taken shows it.
                try await secrets(TestEnvironment.webhookSecret)
                #expect(await place.webhook("taken", at: "/webhooks/meeting-baas/tenant-b") == 200)
                let message = try await place.receiver.first("what was missed") {
                    $0.context["bot_id"]?.stringValue == bot && $0.type == "bot.completed"
                }
                #expect(message.json["reconciled"] == true && message.path == "/hooks/tenant-b")
            }
        }

        @Test(.timeLimit(.minutes(3))) func `A calendar whose grant died while nobody listened is told of`()
            async throws
        {
            try await DeliveryPlace.run { place, gateway in
                try await place.endpoint("/calendars", ["event_types": ["calendar.connection_updated"]])
                try await gateway.edit(["UPDATE calendars SET status = 'error', created_at = created_at - 3600000"])
                let message = try await place.receiver.first("the state that Meeting BaaS has") {
                    $0.path == "/calendars"
                }
                #expect(message.data["status"] == "active" && message.json["reconciled"] == true)
                #expect(message.context["calendar_id"]?.stringValue == place.calendar)
                let presented = try await place.server.call(.get, "/api/v1/calendars/\(place.calendar)").expect(200)
                #expect(presented["status"] == "active")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A delivery that comes late bears links of now`() async throws {
            try await DeliveryPlace.run { place, gateway in
                try await place.endpoint("/links", ["event_types": ["bot.completed"]])
                let id = try await bot(place, "v2")
                try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(id)/run", ["outcome": "completed"])
                    .expect(200)
                let first = try await place.receiver.first("at once") { $0.path == "/links" }
                let before = first.data["video"]?.stringValue ?? ""
                #expect(before.hasPrefix("http"))
                // Two hours later it is sent again.
                try await gateway.edit([
                    "UPDATE messages SET received_at = received_at - 7200000",
                    "UPDATE deliveries SET status = 'pending', step = 0, next_attempt_at = 0",
                ])
                try await place.env.eventually {
                    place.receiver.deliveries.filter { $0.path == "/links" }.count == 2 ? true : nil
                }
                let second = try #require(place.receiver.deliveries.last { $0.path == "/links" })
                #expect(second.id == first.id)
                let after = second.data["video"]?.stringValue ?? ""
                #expect(after.hasPrefix("http") && after != before, "\(after)")
                let requests = try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items
                #expect(requests.contains { $0["path"]?.stringValue == "/v2/bots/\(id)" && $0["method"] == "GET" })
                // While Meeting BaaS is down it waits, and no attempt is counted.
                try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    ["method": "GET", "path_prefix": .string("/v2/bots/\(id)"), "status": 503, "times": 50]
                ).expect(201)
                try await gateway.edit(["UPDATE deliveries SET status = 'pending', step = 0, next_attempt_at = 0"])
                let waiting = try await place.env.eventually {
                    try await place.deliveries("type=bot.completed").first {
                        $0["next_attempt_at"]?.stringValue.map { $0 > "2000" } ?? false
                    }
                }
                #expect(waiting["attempts"] == 2 && waiting["status"] == "pending", "\(waiting.text)")
            }
        }
    }
}
