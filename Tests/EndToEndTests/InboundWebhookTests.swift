import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing
import Webhooks

extension EndToEnd {
    /// Webhooks of the shared account take the fast path; its answers are those of other requests.
    @Suite struct InboundWebhookTests {
        @Test(.timeLimit(.minutes(2)))
        func `Requests of one connection are answered in their order, whatever way they go`()
            async throws
        {
            try await DeliveryPlace.run { place, gateway in
                let port = Int(place.env.gatewayURL.split(separator: ":").last ?? "") ?? 0
                let health = Array("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                let all = [
                    try Self.webhook(place, "a"), try Self.webhook(place, "b", chunks: 7), health,
                    try Self.webhook(place, "large", pad: 70_000), try Self.webhook(place, "c"), health, health,
                    try Self.webhook(place, "large-chunks", pad: 200_000, chunks: 40),
                    try Self.webhook(place, "last", more: "Connection: close\r\n"),
                ]
                let connection = try RawConnection(port: port)
                connection.send(all.flatMap(\.self))
                let received = await connection.receive(quietFor: 5)
                #expect(received.statuses == Array(repeating: 200, count: 9) && received.ended)
                let bodies = received.text.components(separatedBy: "\r\n\r\n").dropFirst().map {
                    $0.prefix { $0 != "}" }
                }
                let (webhook, ok) = (#"{"received":true"#, #"{"status":"ok""#)
                #expect(bodies == [webhook, webhook, ok, webhook, webhook, ok, ok, webhook, webhook].map { $0[...] })
                // One after the other as well, and many times.
                let kept = try RawConnection(port: port)
                for number in 0..<3 {
                    kept.send(try Self.webhook(place, "kept-\(number)"))
                    #expect(await kept.receive(quietFor: 0.3).statuses == [200])
                }
                // A client that half-closes its connection still gets the answer.
                let half = try RawConnection(port: port)
                half.send(try Self.webhook(place, "half"))
                half.finish()
                let last = await half.receive(quietFor: 5)
                #expect(last.statuses == [200] && last.ended)
                let messages = try await place.server.call(.get, "/api/v1/messages?type=calendar.test").expect(200)
                    .items
                #expect(
                    messages.compactMap { $0["data"]?["mark"]?.stringValue } == [
                        "a", "b", "large", "c", "large-chunks", "last", "kept-0", "kept-1", "kept-2",
                        "half",
                    ])
                // An idle connection does not delay the shutdown, which is forced after 25 seconds.
                let began = ContinuousClock.now
                #expect(gateway.stop() == 0)
                #expect(ContinuousClock.now - began < .seconds(20))
                #expect(await kept.receive(quietFor: 5).ended)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Both ways answer alike, byte for byte but for ids and dates`() async throws
        {
            try await DeliveryPlace.run { place, _ in
                let port = Int(place.env.gatewayURL.split(separator: ":").last ?? "") ?? 0
                func both(_ mark: String, _ more: String = "", body: String? = nil, key: String? = nil) async throws
                    -> [String]
                {
                    try await [false, true].asyncMap { isLong in
                        let request = try Self.webhook(
                            place, "\(mark)-\(isLong)", more: more, body: body, key: key,
                            // White space at the end of a JSON text says nothing.
                            spaces: isLong ? 70_000 : 0)
                        let received = try await RawConnection.ask(port, request, quietFor: 0.5)
                        return received.text.replacing(/req_[0-9a-v]{26}/, with: "req_").replacing(
                            /(?i)\r\ndate: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/, with: "\r\nDATE"
                        )
                    }
                }
                let stranger = WebhookSecret.make()
                let cases = [
                    (200, try await both("fine", "traceparent: 00-1-2-01\r\n")),
                    (401, try await both("forged", key: stranger)),
                    (400, try await both("broken", body: "{")), (400, try await both("no event", body: "[]")),
                ]
                for (status, replies) in cases {
                    #expect(replies[0].hasPrefix("HTTP/1.1 \(status) "), "\(replies[0])")
                    let lines = replies.map { Set($0.components(separatedBy: "\r\n").map { $0.lowercased() }) }
                    #expect(lines[0] == lines[1], "\(replies)")
                    #expect(replies[0].contains("\r\nDATE") && replies[0].contains("req_"))
                }
            }
        }

        /// - Parameter chunks: the body in so many; 0: with its length.
        private static func webhook(
            _ place: DeliveryPlace, _ mark: String, pad: Int = 0, chunks: Int = 0, more: String = "",
            body text: String? = nil, key: String? = nil, spaces: Int = 0
        ) throws -> [UInt8] {
            let padding = String(repeating: "x", count: pad)
            let given =
                text
                ?? #"{"event":"calendar.test","data":{"calendar_id":"\#(place.calendar)","mark":"\#(mark)","p":"\#(padding)"}}"#
            let body = Array(given.utf8) + Array(repeating: 0x20, count: spaces)
            let secret = try #require(WebhookSecret.decode(key ?? TestEnvironment.webhookSecret))
            let time = Int64(Date().timeIntervalSince1970)
            let id = "msg_\(mark.replacing(" ", with: "-"))"
            let signature = Signature.sign(id: id, timestamp: time, body: body, secret: secret)
            let framing = chunks == 0 ? "Content-Length: \(body.count)" : "Transfer-Encoding: chunked"
            let head =
                "POST /webhooks/meeting-baas HTTP/1.1\r\nHost: a\r\n\(framing)\r\nsvix-id: \(id)\r\n"
                + "svix-timestamp: \(time)\r\nsvix-signature: \(signature)\r\n\(more)\r\n"
            guard chunks > 0 else { return Array(head.utf8) + body }
            let size = body.count / chunks + 1
            let parts = stride(from: 0, to: body.count, by: size).flatMap { start in
                let part = body[start..<min(start + size, body.count)]
                return Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8)
            }
            return Array(head.utf8) + parts + Array("0\r\n\r\n".utf8)
        }
    }
}
