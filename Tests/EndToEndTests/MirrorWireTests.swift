import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Requests to Meeting BaaS, byte by byte, and replies that are streamed.
    @Suite struct MirrorWireTests {
        /// A reply that can be read as a list and as a creation.
        private static let list =
            #"{"success":true,"data":{"bot_id":"123e4567-e89b-12d3-a456-426614174000"},"cursor":null,"prev_cursor":null}"#
        private static let answer =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(list.utf8.count)\r\n"
            + "Set-Cookie: upstream=1\r\nX-RateLimit-Limit: 1000\r\nServer: upstream\r\nConnection: close\r\n\r\n\(list)"

        @Test(.timeLimit(.minutes(2))) func `Whatever a caller sends, upstream gets one framing, our Host and our key`()
            async throws
        {
            try await MirrorPlace.run(upstream: { $0.send(Self.answer) }) { env, tenant, upstream, _ in
                let port = try #require(env.gatewayURL.split(separator: ":").last.flatMap { Int($0) })
                let key = tenant.key
                let credentials = [
                    "x-meeting-baas-api-key: \(key)", "Authorization: Bearer \(key)", "X-Meeting-BaaS-Api-Key: \(key)",
                ]
                let hostile = [
                    "Cookie: a=b", "Connection: close, x-meeting-baas-api-key, traceparent", "Keep-Alive: timeout=5",
                    "TE: trailers", "Trailer: X-T", "Upgrade: websocket", "Proxy-Authorization: Basic YTpi",
                    "Proxy-Connection: keep-alive", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Host: evil.example",
                    "Forwarded: for=10.0.0.1;host=evil.example", "X-Original-URL: /v2/other",
                    "X-HTTP-Method-Override: DELETE",
                    "X-Real-IP: 10.0.0.1", "Gateway-User: ann", "Idempotency-Key: k-1", "x-spoke-api-key: other",
                    "Origin: https://app.example.com", "Referer: https://app.example.com/?secret=1",
                    "Accept-Encoding: gzip", "Range: bytes=0-1", "Expect: 100-continue", "Content-Encoding: gzip",
                    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ]
                let write = "POST /meeting-baas/v2/bots HTTP/1.1\r\nHost: gateway.example\r\n"
                let read = "GET /meeting-baas/v2/bots?limit=1 HTTP/1.1\r\nHost: gateway.example\r\n"
                let body = #"{"bot_name":"N","meeting_url":"https://meet.google.com/x"}"#
                var requests: [String] = []
                for (number, line) in (hostile + ["X-Plain: 1", "X-Plain: 2", "X-Plain: 3"]).enumerated() {
                    let credential = credentials[number % credentials.count]
                    do {
                        let head = "\(credential)\r\n\(line)\r\n"
                        requests.append("\(read)\(head)\r\n")
                        requests.append("\(read)\(head)Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                        requests.append(
                            "\(write)\(head)Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                        )
                        requests.append(
                            "\(write)\(head)Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n")
                    }
                }
                var statuses: [Int: Int] = [:]
                for request in requests {
                    let connection = try RawConnection(port: port)
                    connection.send(request.replacing("HTTP/1.1\r\n", with: "HTTP/1.1\r\nConnection: close\r\n"))
                    let received = await connection.receive(quietFor: 5)
                    statuses[received.status ?? 0, default: 0] += 1
                    #expect(
                        !received.text.contains("upstream=1") && !received.text.lowercased().contains("x-ratelimit"))
                    #expect(!received.text.contains(TestEnvironment.apiKey))
                }
                #expect((statuses[200] ?? 0) > 80, "\(statuses)")
                let host = upstream.url.replacing("http://", with: "")
                let seen = upstream.requests.filter { !$0.isEmpty }
                #expect(seen.count > 80)
                for text in seen {
                    let head = text.components(separatedBy: "\r\n\r\n")[0]
                    let lines = head.components(separatedBy: "\r\n").dropFirst().map { line in
                        (name: line.prefix { $0 != ":" }.lowercased(), value: line.drop { $0 != ":" }.dropFirst(2))
                    }
                    func values(_ name: String) -> [String] {
                        lines.filter { $0.name == name }.map { String($0.value) }
                    }
                    #expect(values("host") == [host], "\(head)")
                    #expect(values("x-meeting-baas-api-key") == [TestEnvironment.apiKey], "\(head)")
                    #expect(
                        values("transfer-encoding").isEmpty
                            && values("content-length").count == (head.hasPrefix("POST") ? 1 : 0), "\(head)")
                    let known: Set = [
                        "host", "x-meeting-baas-api-key", "content-length", "content-type", "accept", "user-agent",
                        "traceparent", "accept-encoding",
                    ]
                    #expect(values("accept-encoding") == ["identity"], "\(head)")
                    #expect(Set(lines.map(\.name)).isSubset(of: known), "\(head)")
                    #expect(
                        !text.contains(key) && !text.contains("evil.example") && !text.contains("gateway.example"),
                        "\(text)")
                }
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A long reply streams through flat memory, at the reader's pace`()
            async throws
        {
            let size = 300 << 20
            try await MirrorPlace.run(upstream: { peer in
                peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(size)\r\n\r\n")
                peer.send(zeros: size)
            }) { env, tenant, _, gateway in
                // A read needs an owned object: the bot is made by an upstream that answers shortly.
                let made = #"{"success":true,"data":{"bot_id":"123e4567-e89b-12d3-a456-426614174000"}}"#
                let small = try RawServer { peer in
                    peer.send(
                        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: \(made.utf8.count)\r\nConnection: close\r\n\r\n\(made)"
                    )
                }
                defer { small.stop() }
                gateway.kill()
                let first = try await env.startGateway(["GATEWAY_MEETING_BAAS_URL": small.url])
                try await tenant.server.call(
                    .post, "/meeting-baas/v2/bots",
                    ["bot_name": "N", "meeting_url": "https://meet.google.com/abc-defg-hij"]
                ).expect(201)
                first.kill()
                let second = try await env.startGateway()
                defer { second.kill() }
                let before = try second.residentPeak()
                let port = try #require(env.gatewayURL.split(separator: ":").last.flatMap { Int($0) })
                let connection = try RawConnection(port: port)
                connection.send(
                    "GET /meeting-baas/v2/bots/123e4567-e89b-12d3-a456-426614174000/screenshots HTTP/1.1\r\nHost: x\r\n"
                        + "x-meeting-baas-api-key: \(tenant.key)\r\nConnection: close\r\n\r\n")
                // No client reads yet, so nothing may pile up.
                try await Task.sleep(for: .seconds(2))
                let waiting = try second.residentPeak()
                let received = await connection.count(quietFor: 10)
                #expect(received > size && received < size + 2000, "\(received)")
                let after = try second.residentPeak()
                #expect(
                    after - before < 64 << 20,
                    "\(before >> 20) MiB before, \(waiting >> 20) waiting, \(after >> 20) after")
                print(
                    "streamed \(size >> 20) MiB: peak \(before >> 20) MiB before, \(waiting >> 20) while nobody read, \(after >> 20) after"
                )
            }
        }
    }
}
