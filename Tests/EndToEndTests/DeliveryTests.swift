import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Synchronization
import Testing

extension EndToEnd {
    /// A tenant's settings for endpoints, its view of deliveries, and replays.
    @Suite struct DeliveryTests {
        @Test(.timeLimit(.minutes(2))) func `An endpoint is delivered to as its owner says`() async throws {
            try await DeliveryPlace.run { place, _ in
                let made = try await place.endpoint(
                    "/own", ["headers": ["X-Team": "blue", "Authorization": "Bearer own-secret"], "rate": 5])
                #expect(made["headers"] == ["X-Team": "[redacted]", "Authorization": "[redacted]"])
                #expect(made["rate"] == 5 && made["concurrency"] == 4 && made["timeout_seconds"] == 30)
                #expect(made["health"]?["state"] == "healthy" && made["health"]?["held"] == 0)
                let path = "/api/v1/webhook-endpoints/\(try made.text("id"))"
                for number in 0..<12 { await place.webhook("rate-\(number)") }
                let last = try await place.receiver.first("the last of twelve") { $0.data["mark"] == "rate-11" }
                #expect(last.headers["x-team"] == "blue" && last.headers["authorization"] == "Bearer own-secret")
                // By the gateway's own clock: sending them may have taken longer than a second already.
                let times = try await place.env.eventually {
                    let times = try await place.attempts("type=calendar.test").compactMap {
                        $0["at"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
                    }
                    return times.count == 12 ? times.sorted { $0 < $1 } : nil
                }
                #expect(times[11].seconds(since: times[0]) > 1, "five a second")
                // Absent leaves as it was, null takes the default, an object replaces.
                let changed = try await place.server.call(
                    .patch, path, ["rate": .null, "timeout_seconds": 3, "headers": ["x-team": "red"]]
                ).expect(200)
                #expect(changed["rate"] == .null && changed["timeout_seconds"] == 3 && changed["concurrency"] == 4)
                #expect(changed["headers"] == ["x-team": "[redacted]"])
                await place.webhook("red")
                let red = try await place.receiver.first("with the new header") { $0.data["mark"] == "red" }
                #expect(red.headers["x-team"] == "red" && red.headers["authorization"] == nil)
                // Headers that the gateway sets, and invalid names.
                for name in ["Host", "content-type", "Webhook-Id", "connection", "bad name", "x-mb-secret", ""] {
                    var headers = JSON.Members()
                    headers[name] = "x"
                    let refused = try await place.server.call(.patch, path, ["headers": .object(headers)])
                    #expect(refused.status == 422, "\(name)")
                }
                for value in ["", "[redacted]", "a\nb", " a", "\u{e9}"] {
                    let refused = try await place.server.call(.patch, path, ["headers": ["x-a": .string(value)]])
                    #expect(refused.status == 422, "\(value)")
                }
                let presented = try await place.server.call(.get, path).text
                #expect(!presented.contains("own-secret") && !presented.contains("red\""))
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Why something was not delivered stands in the log, and is searched for`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                let good = try await place.endpoint("/good")
                let bad = try await place.endpoint("/bad", ["headers": ["x-secret": "swordfish"]], at: try echo())
                await place.webhook("one")
                let goodID = try good.text("id")
                let badID = try bad.text("id")
                let found = try await place.env.eventually { () -> [JSON]? in
                    let all = try await place.attempts("type=calendar.test")
                    return Set(all.compactMap { $0["endpoint_id"]?.stringValue }).count == 2 ? all : nil
                }
                let failed = try #require(found.first { $0["endpoint_id"]?.stringValue == badID })
                #expect(failed["status_code"] == 500 && failed["number"] == 1 && failed["type"] == "calendar.test")
                let response = failed["response"]?.stringValue ?? ""
                #expect(response.contains("x-secret: [redacted]") && !response.contains("swordfish"), "\(response)")
                let timings = failed["timings"]
                #expect(timings?["connect_ms"]?.isNull == false && timings?["first_byte_ms"]?.isNull == false)
                #expect(timings?["dns_ms"] == .null && timings?["tls_ms"] == .null, "an address, over plain http")
                #expect(try await place.attempts("status=failed&endpoint_id=\(goodID)").isEmpty)
                #expect(try await place.attempts("status=delivered&endpoint_id=\(goodID)").count == 1)
                #expect(try await place.attempts("since=2030-01-01T00:00:00Z").isEmpty)
                #expect(try await place.attempts("until=2030-01-01T00:00:00Z&endpoint_id=\(goodID)").count == 1)
                let message = try #require(failed["message_id"]?.stringValue)
                #expect(try await place.attempts("message_id=\(message)").count >= 2)
                // Page by page, the newest first, none twice.
                var seen: [JSON] = []
                var cursor = ""
                repeat {
                    let page = try await place.server.call(.get, "/api/v1/attempts?limit=1\(cursor)").expect(200)
                    seen += page.items
                    cursor = page["next_cursor"]?.stringValue.map { "&cursor=\($0)" } ?? ""
                } while !cursor.isEmpty
                let times = seen.compactMap { $0["at"]?.stringValue }
                #expect(times == times.sorted(by: >) && seen.count >= 2)
                #expect(Set(seen.map(\.text)).count == seen.count)
                // The operator sees the same.
                let path = "/admin/v1/tenants/tenant-a/attempts?status=failed&endpoint_id=\(badID)"
                #expect(try await place.env.operator.call(.get, path).expect(200).items.contains(failed))
                let health = try await place.health(bad)
                #expect(health["state"] == "failing" && health["last_error"] == "answered 500")
            }
        }

        /// Answers 500 with whatever it was sent.
        private func echo() throws -> String {
            let server = try RawServer { peer in
                let head = peer.head
                peer.send("HTTP/1.1 500 No\r\nContent-Length: \(head.utf8.count)\r\nConnection: close\r\n\r\n\(head)")
            }
            return "http://127.0.0.1:\(server.port)"
        }

        @Test(.timeLimit(.minutes(2))) func `An endpoint that failed is healthy with the next that it takes`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                let made = try await place.endpoint("/once")
                let id = try made.text("id")
                await place.webhook("before")
                try await place.env.eventually {
                    try await place.attempts("endpoint_id=\(id)&status=delivered").count == 1 ? true : nil
                }
                place.receiver.refuse("/once", times: 1)
                await place.webhook("refused")
                try await place.env.eventually {
                    try await place.health(made)["failures"]?.intValue == 1 ? true : nil
                }
                await place.webhook("after")
                try await place.env.eventually {
                    try await place.attempts("endpoint_id=\(id)&status=delivered").count >= 2 ? true : nil
                }
                let health = try await place.health(made)
                #expect(health["state"] == "healthy" && health["failures"] == 0, "\(health.text)")
            }
        }

        @Test(.timeLimit(.minutes(3))) func `An endpoint that fails is left alone, probed, and caught up with`()
            async throws
        {
            try await DeliveryPlace.run { place, gateway in
                let made = try await place.endpoint("/flaky")
                let healthy = try await place.endpoint("/other", ["event_types": ["endpoint.*", "calendar.test"]])
                let id = try made.text("id")
                place.receiver.refuse("/flaky", times: 5)
                for number in 0..<30 { await place.webhook("m\(number)") }
                // Five failures in a row, and those that were under way: then nothing for ten seconds.
                let health = try await place.env.eventually { () -> JSON? in
                    let health = try await place.health(made)
                    return (health["failures"]?.intValue ?? 0) >= 5 ? health : nil
                }
                #expect(health["state"] == "failing" && health["last_error"] == "answered 503")
                _ = try await place.receiver.first("the others are not held up") {
                    $0.path == "/other" && $0.data["mark"] == "m29"
                }
                #expect(try await place.attempts("endpoint_id=\(id)").count < 15, "most were not tried")
                // A probe that is taken, and then everything, although their own times are not come.
                _ = try await place.receiver.first("everything, once it works again", within: 60) {
                    $0.path == "/flaky" && $0.data["mark"] == "m0"
                }
                try await place.env.eventually(within: 30) {
                    Set(place.marks("/flaky")).count == 30 ? true : nil
                }
                #expect(try await place.health(made)["state"] == "healthy")
                // Five days later.
                place.receiver.refuse("/flaky", times: 1000)
                await place.webhook("late")
                _ = try await place.env.eventually {
                    try await place.health(made)["failures"]?.intValue == 1 ? true : nil
                }
                try await gateway.edit([
                    """
                    UPDATE webhook_endpoints SET failures = 19, failing_since = failing_since - 432000000, opens_at = NULL
                    WHERE id = \(id)
                    """
                ])
                let message = try await place.receiver.first("the warning arrives at the other endpoint", within: 30) {
                    $0.path == "/other" && $0.type == "endpoint.disabled"
                }
                #expect(message.data["endpoint_id"]?.stringValue == id)
                #expect(message.data["reason"]?.stringValue?.contains("five days") == true)
                await place.webhook("held")
                _ = try await place.receiver.first("the other still gets all") { $0.data["mark"] == "held" }
                let off = try await place.health(made)
                #expect(off["state"] == "disabled" && (off["held"]?.intValue ?? 0) >= 2, "\(off.text)")
                // One call catches up.
                place.receiver.refuse("/flaky", times: 0)
                try await place.server.call(.patch, "/api/v1/webhook-endpoints/\(id)", ["status": "enabled"]).expect(
                    200)
                for mark in ["late", "held"] {
                    _ = try await place.receiver.first(mark) { $0.path == "/flaky" && $0.data["mark"] == .string(mark) }
                }
                #expect(try await place.health(made)["held"] == 0)
                _ = healthy
            }
        }

        @Test(.timeLimit(.minutes(2))) func `What is given up is kept with its reason, and sent again on demand`()
            async throws
        {
            try await DeliveryPlace.run { place, gateway in
                let made = try await place.endpoint("/dead")
                let id = try made.text("id")
                place.receiver.refuse("/dead", times: 2)
                await place.webhook("last")
                let delivery = try await place.env.eventually {
                    try await place.deliveries("endpoint_id=\(id)").first { $0["attempts"] == 1 }
                }
                #expect(delivery["status"] == "pending" && delivery["reason"] == .null)
                try await gateway.edit(["UPDATE deliveries SET step = 9, next_attempt_at = 0 WHERE endpoint_id = \(id)"]
                )
                let dead = try await place.env.eventually {
                    try await place.deliveries("status=dead&endpoint_id=\(id)").first
                }
                #expect(dead["reason"] == "attempts_exhausted" && dead["attempts"] == 2, "\(dead.text)")
                #expect(dead["last_attempt"]?["status_code"] == 503 && dead["type"] == "calendar.test")
                let retry = "/api/v1/deliveries/\(try dead.text("id"))/retry"
                #expect(try await place.server.call(.post, retry).expect(202)["status"] == "pending")
                let got = try await place.receiver.first("the retry") { $0.path == "/dead" }
                #expect(got.id == dead["message_id"]?.stringValue)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A test says what came back`() async throws {
            try await DeliveryPlace.run { place, _ in
                let made = try await place.endpoint("/test")
                let sent = try await place.server.call(
                    .post, "/api/v1/webhook-endpoints/\(try made.text("id"))/test"
                ).expect(202)
                let id = try sent.text("delivery_id")
                let back = try await place.env.eventually { try await place.attempts("delivery_id=\(id)").first }
                #expect(back["status_code"] == 200 && back["message_id"] == sent["message_id"])
            }
        }
    }
}
