import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing
import Webhooks

extension EndToEnd {
    /// Secrets that are replaced again, sessions and consents without end, and messages that have too much space.
    @Suite struct QuotaEndTests {
        @Test(.timeLimit(.minutes(2))) func `A secret that was replaced twice lives until its own end`() async throws {
            try await DeliveryPlace.run { place, _ in
                let admin = place.env.operator
                let base = "/admin/v1/tenants/tenant-a/keys"
                let made = try await admin.call(.post, base, ["name": "rotated"]).expect(201)
                let id = try made.text("id")
                var keys = [try made.text("key")]
                func rotate(_ overlap: Int) async throws -> API.Reply {
                    try await admin.call(.post, "\(base)/\(id)/rotate", ["overlap_seconds": .int(overlap)])
                }
                func statuses() async throws -> [Int] {
                    var out: [Int] = []
                    for key in keys {
                        out.append(
                            try await API(place.env.gatewayURL, token: key).call(.get, "/api/v1/connections").status)
                    }
                    return out
                }
                for _ in 0..<2 { keys.append(try await rotate(86_400).expect(200).text("key")) }
                #expect(try await statuses() == [200, 200, 200])
                for _ in 0..<3 { keys.append(try await rotate(86_400).expect(200).text("key")) }
                let refused = try await rotate(86_400).expect(409)
                #expect(refused.code == "conflict" && (86_000...86_400).contains(refused["retry_after"]?.intValue ?? 0))
                keys.append(try await rotate(0).expect(200).text("key"))
                #expect(try await statuses() == [200, 200, 200, 200, 200, 401, 200])

                let endpoint = try await place.endpoint("/hooks/rotated", ["event_types": ["endpoint.test"]])
                let path = "/api/v1/webhook-endpoints/\(try endpoint.text("id"))"
                var secrets = [try endpoint.text("secret")]
                for _ in 0..<2 {
                    secrets.append(
                        try await place.server.call(.post, "\(path)/rotate-secret", ["overlap_seconds": 86_400])
                            .expect(200).text("secret"))
                }
                try await place.server.call(.post, "\(path)/test").expect(202)
                let delivery = try await place.receiver.first("a test") { $0.path == "/hooks/rotated" }
                for secret in secrets { #expect(delivery.isSigned(with: secret)) }
                #expect(delivery.signature.split(separator: " ").count == 3)
                for _ in 0..<3 {
                    try await place.server.call(.post, "\(path)/rotate-secret", ["overlap_seconds": 60]).expect(200)
                }
                let full = try await place.server.call(.post, "\(path)/rotate-secret", ["overlap_seconds": 60])
                    .expect(409)
                #expect(full.code == "conflict")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A user's oldest session and oldest consent end with one too many`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                let tenant = place.tenant
                let (first, other) = (try await tenant.session("eve"), try await tenant.session("bob"))
                try await first.call(.get, "/api/v1/connections").expect(200)
                for _ in 0..<99 { _ = try await tenant.session("eve") }
                try await first.call(.get, "/api/v1/connections").expect(200)
                let last = try await tenant.session("eve")
                try await first.call(.get, "/api/v1/connections").expect(401)
                try await other.call(.get, "/api/v1/connections").expect(200)

                func begin() async throws -> API.Reply {
                    try await last.call(
                        .post, "/api/v1/connections",
                        ["provider": "google", "return_url": .string(TenantFixture.returnURL)]
                    ).expect(201)
                }
                let oldest = try await begin()
                var newest = oldest
                for _ in 0..<20 { newest = try await begin() }
                try await last.call(.get, "/api/v1/connections/\(try oldest.text("id"))").expect(404)
                let allowed = try await place.env.anonymous.form(
                    try oldest.text("authorize_url"),
                    [("email", "eve@example.com"), ("decision", "allow"), ("calendar", "on")])
                let callback = try await place.env.anonymous.call(.get, try allowed.location())
                #expect(callback.status == 400, "\(callback.text)")
                let consent = try await tenant.browse(
                    try newest.text("authorize_url"), id: newest.text("id"), "eve@example.com")
                try await last.call(
                    .post, "/api/v1/connections/\(consent.connection)/complete", ["ticket": .string(consent.ticket)]
                ).expect(200)
            }
        }

        private func limit(_ place: DeliveryPlace, _ slug: String, _ bytes: JSON) async throws {
            try await place.env.operator.call(
                .patch, "/admin/v1/tenants/\(slug)/settings", ["limits": ["message_bytes": bytes]]
            ).expect(200)
        }

        private func gauge(_ place: DeliveryPlace, _ name: String) async throws -> String? {
            try await place.env.anonymous.call(.get, "/metrics").text.split(separator: "\n")
                .first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
        }

        @Test(.timeLimit(.minutes(2)))
        func `Webhooks of a tenant's own account are answered 503 when its messages have their space`() async throws {
            try await DeliveryPlace.run { place, _ in
                let env = place.env
                let own = try await TenantFixture(env, slug: "tenant-o", receiver: place.receiver.url)
                let secret = WebhookSecret.make()
                try await env.operator.call(
                    .put, "/admin/v1/tenants/tenant-o/meeting-baas",
                    ["api_key": "a-key-of-its-own", "api_version": "v2", "webhook_secrets": [.string(secret)]]
                ).expect(200)
                try await limit(place, "tenant-o", 100_000)
                func send(_ number: Int) async throws -> API.Reply {
                    let padding = String(repeating: "x", count: 30_000)
                    let body = Array(
                        #"{"event":"bot.completed","data":{"bot_id":"bot-\#(number)","pad":"\#(padding)"}}"#.utf8)
                    let (id, time) = ("msg_\(number)", Int64(Date().timeIntervalSince1970))
                    let signature = Signature.sign(
                        id: id, timestamp: time, body: body, secret: try #require(WebhookSecret.decode(secret)))
                    return try await env.anonymous.send(
                        .post, "/webhooks/meeting-baas/tenant-o", body: body,
                        headers: [("svix-id", id), ("svix-timestamp", "\(time)"), ("svix-signature", signature)])
                }
                for number in 1...3 { try await send(number).expect(200) }
                for _ in 0..<2 {
                    let refused = try await send(4).expect(503)
                    #expect(refused.code == "storage_unavailable" && refused.header("Retry-After") == "300")
                }
                // Messages taken earlier are still recognised.
                try await send(2).expect(200)
                let message = try await place.receiver.first("the warning") {
                    $0.path == own.hook && $0.type == "tenant.storage_low"
                }
                #expect(message.data["limit_bytes"] == 100_000)
                #expect(try await gauge(place, "gateway_tenants_storage_low") == "1")
                #expect(try await gauge(place, "gateway_tenants_storage_exceeded") == "0")
                let doctor = try Command(Program.path, ["doctor"], environment: env.variables)
                #expect(doctor.output.contains("warn  tenant tenant-o: its messages have "), "\(doctor.output)")
                #expect(doctor.output.contains("tenants settings tenant-o --message-bytes"))
                // More space, and it is taken.
                try await limit(place, "tenant-o", .null)
                try await send(4).expect(200)
                // The other tenants go on meanwhile.
                #expect(await place.webhook("still") == 200)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `On the shared account webhooks are stored, and old data make way for them`() async throws {
            try await DeliveryPlace.run { place, gateway in
                let endpoint = try await place.endpoint("/hooks/full", ["event_types": ["calendar.test", "tenant.*"]])
                for mark in ["one", "two", "three"] { #expect(await place.webhook(mark, pad: 10_000) == 200) }
                _ = try await place.env.eventually {
                    place.marks("/hooks/full").count == 3 ? true : nil
                }
                let delivered = try await place.env.eventually { () -> [JSON]? in
                    let found = try await place.deliveries("status=delivered&type=calendar.test")
                    return found.count == 3 ? found : nil
                }
                try await limit(place, "tenant-a", 20_000)
                #expect(await place.webhook("four", pad: 10_000) == 200)
                _ = try await place.receiver.first("the warning") { $0.type == "tenant.storage_low" }
                // The first two are older than a day when the gateway starts again.
                let old = Array(delivered.compactMap { $0["message_id"]?.stringValue }.prefix(2))
                try await gateway.edit(
                    old.map { "UPDATE messages SET received_at = received_at - 90000000 WHERE id = \($0)" })
                let dropped = try await place.env.eventually { () -> JSON? in
                    let message = try await place.server.call(.get, "/api/v1/messages/\(old[1])").expect(200)
                    return message["dropped_at"]?.stringValue == nil ? nil : message.json
                }
                #expect(dropped["data"] == .null && dropped["extra"] == .null && dropped["type"] == "calendar.test")
                let list = try await place.server.call(.get, "/api/v1/messages?type=calendar.test").expect(200).items
                #expect(list.count == 4 && list.filter { $0["data"]?.isNull == true }.count == 2)
                let delivery = try #require(delivered.first { $0["message_id"] == .string(old[0]) })
                let retry = try await place.server.call(
                    .post, "/api/v1/deliveries/\(try delivery.text("id"))/retry"
                ).expect(409)
                #expect(retry.code == "conflict")
                let replay = try await place.server.call(
                    .post, "/api/v1/webhook-endpoints/\(try endpoint.text("id"))/replay",
                    ["since": "2020-01-01T00:00:00Z", "types": ["calendar.test"]]
                ).expect(202)
                let over = try await place.env.eventually { () -> JSON? in
                    let now = try await place.server.call(.get, "/api/v1/replays/\(try replay.text("id"))").expect(200)
                    return now["state"] == "completed" ? now.json : nil
                }
                #expect(over["total"] == 4 && over["skipped"] == 2 && over["done"] == 2)
                #expect(place.marks("/hooks/full").allSatisfy { !$0.isEmpty })
                #expect(place.receiver.deliveries.allSatisfy { !$0.data.isNull })
            }
        }
    }
}
