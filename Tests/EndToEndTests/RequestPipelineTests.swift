import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Requests before authentication: broken and slow HTTP, floods, and the client's address.
    @Suite struct RequestPipelineTests {
        /// A gateway alone, with these settings beside the usual ones.
        private func gateway(
            _ extra: [String: String] = [:], _ body: @escaping @Sendable (TestEnvironment, Int) async throws -> Void
        ) async throws {
            let env = try await TestEnvironment(version: "v2", extra: extra)
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            try await body(env, Int(env.gatewayURL.split(separator: ":").last ?? "") ?? 0)
            try Contracts.checkReplies(env, atLeast: 0)
        }

        private static let get = "GET /healthz HTTP/1.1\r\n"
        // facts/gateway.md 0 #4 and facts/swift.md 6: what the server below lets pass, and what it refuses by itself.
        private static let malformed = [
            get + "\r\n", get + "Host: a\r\nHost: a\r\n\r\n", get + "Host: a\r\nHost: b\r\n\r\n",
            get + "Host: user@a\r\n\r\n", get + "Host: a/b\r\n\r\n", get + "Host: \r\n\r\n", get + "Host: a,b\r\n\r\n",
            get + "Host: a:99999\r\n\r\n", get + "Host: [::1\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", get + "Host: a\r\nTransfer-Encoding:\r\n\r\n",
            get + "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            get + "Host: a\r\nX-A: \u{1}\r\n\r\n", get + "Host: a\r\n X: folded\r\n\r\n",
            "BREW /x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x HTTP/2.0\r\nHost: a\r\n\r\n", "nonsense\r\n\r\n",
            "GET /" + String(repeating: "a", count: 9000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
        ]

        @Test(.timeLimit(.minutes(2))) func `Broken HTTP is answered 400 at once, and its connection ends`()
            async throws
        {
            try await gateway { env, port in
                for request in Self.malformed {
                    let received = try await RawConnection.ask(port, Array(request.utf8))
                    #expect(
                        received.status == 400 && received.ended, "\(request.debugDescription.prefix(90)): \(received)")
                    // The server's own refusals of an existing path have a problem document as well.
                    #expect(received.text.contains("urn:meeting-gateway:problem:malformed"), "\(request.prefix(60))")
                }
                for good in ["Host: a:80", "Host: [::1]:80", "Host: my_host.example."] {
                    let received = try await RawConnection.ask(
                        port, Array("\(Self.get)\(good)\r\n\r\n".utf8), quietFor: 0.5)
                    #expect(received.statuses == [200] && !received.ended, "\(good)")
                }
                // A request before a broken one on the same connection is answered first.
                let both = try await RawConnection.ask(port, Array("\(Self.get)Host: a\r\n\r\n\(Self.get)\r\n".utf8))
                #expect(both.statuses == [200, 400] && both.ended)
                let many = (0..<120).map { "X-\($0): 1\r\n" }.joined()
                let long = "X-A: " + String(repeating: "a", count: 17_000) + "\r\n"
                for fields in [many, long] {
                    let received = try await RawConnection.ask(port, Array("\(Self.get)Host: a\r\n\(fields)\r\n".utf8))
                    #expect(received.status == 431 && received.text.contains("headers_too_large"))
                }
                try await env.anonymous.call(.get, "/healthz").expect(200)
                // One spelling for each path.
                for path in ["//metrics", "/metrics/", "/admin//v1/tenants", "/admin/v1/tenants/"] {
                    try await env.operator.call(.get, path).expect(404)
                }
                let metrics = try await env.anonymous.call(.get, "/metrics").expect(200).text
                #expect(metrics.contains("gateway_http_refused_total{code=\"headers_too_large\"} 2"))
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A body that is too large is refused before it is sent`() async throws {
            try await gateway { env, port in
                let head =
                    "POST /admin/v1/tenants HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(env.operatorToken)\r\n"
                // Refused by its length: the body is not waited for, and a caller that sends Expect is refused at once.
                for length in [
                    "Content-Length: 1048577", "Content-Length: 99999999",
                    "Content-Length: 1048577\r\nExpect: 100-continue",
                ] {
                    let received = try await RawConnection.ask(port, Array("\(head)\(length)\r\n\r\n".utf8))
                    #expect(received.status == 413 && received.ended, "\(length) \(received)")
                }
                // Without a length: refused once it is too long, while the sender goes on; the rest is not read.
                let connection = try RawConnection(port: port)
                connection.send("\(head)Transfer-Encoding: chunked\r\n\r\n")
                let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
                var sent = 0
                while sent < 400, connection.send(chunk) { sent += 1 }
                let received = await connection.receive(quietFor: 3)
                #expect(received.ended && sent < 400, "the sender was cut off after \(sent * 64) KiB")
                // A client that waits gets `100 Continue`; one that sends its body at once needs none.
                let type = "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
                let waiting = try RawConnection(port: port)
                waiting.send("\(head)\(type)")
                #expect(await waiting.receive(quietFor: 0.3).statuses == [100])
                waiting.send("{}")
                #expect(await waiting.receive(quietFor: 2).statuses == [422])
                let hasty = try await RawConnection.ask(port, Array("\(head)\(type){}".utf8), quietFor: 2)
                #expect([[422], [100, 422]].contains(hasty.statuses))
                // Webhooks may be larger: the wrong signature is what is wrong with this one.
                let transcript = [UInt8](repeating: 0x20, count: 2 << 20)
                #expect(try await env.anonymous.send(.post, "/webhooks/meeting-baas", body: transcript).status == 401)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Half a request is not waited for longer than 15 seconds`() async throws {
            try await gateway { env, port in
                let began = ContinuousClock.now
                let halves = [
                    "", "GET /heal",
                    "POST /admin/v1/tenants HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                        + env.operatorToken + "\r\nContent-Length: 200\r\n\r\n{",
                ]
                let received = try await withThrowingTaskGroup(of: (Int, RawConnection.Received).self) { group in
                    for (index, half) in halves.enumerated() {
                        group.addTask { (index, try await RawConnection.ask(port, Array(half.utf8), quietFor: 40)) }
                    }
                    return try await group.reduce(into: [Int: RawConnection.Received]()) { $0[$1.0] = $1.1 }
                }
                let took = ContinuousClock.now - began
                #expect(received.values.allSatisfy(\.ended) && took > .seconds(14) && took < .seconds(30))
                #expect(received[0]?.text == "", "who said nothing is told nothing")
                #expect(received[1]?.status == 408 && received[2]?.status == 408)
                try await env.anonymous.call(.get, "/readyz").expect(200)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Who reads no reply, or goes away in the midst of a body, holds nothing`()
            async throws
        {
            try await gateway { env, port in
                // Sixty replies are asked for, and none is read: what the kernel does not take is not kept for ever.
                let deaf = try RawConnection(port: port, receiveBuffer: 4096)
                for _ in 0..<60 { deaf.send("GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n") }
                func open() async throws -> Int? {
                    let text = try await env.anonymous.call(.get, "/metrics").expect(200).text
                    return text.split(separator: "\n").first { $0.hasPrefix("gateway_http_connections ") }
                        .flatMap { Int($0.split(separator: " ")[1]) }
                }
                let head =
                    "POST /admin/v1/tenants HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(env.operatorToken)\r\n"
                let gone = try RawConnection(port: port)
                gone.send("\(head)Content-Length: 50\r\n\r\n{")
                gone.finish()
                let received = await gone.receive(quietFor: 5)
                #expect(received.statuses == [400] && received.ended, "\(received)")
                // The gateway lets go of it: what is sent then is refused by the kernel.
                let isLetGo = try await env.eventually(within: 60) { deaf.send("\r\n") ? nil : true }
                #expect(isLetGo, "the deaf one is let go")
                // Only the one that asks is left.
                try await env.eventually { try await open() ?? 0 <= 1 ? true : nil }
                withExtendedLifetime(deaf) {}
                #expect(!env.gatewayOutput.contains("unexpected error"))
            }
        }

        @Test(.timeLimit(.minutes(2))) func `More connections than are allowed wait for their turn`() async throws {
            try await gateway(["GATEWAY_MAX_CONNECTIONS": "16"]) { env, port in
                let request = Array("\(Self.get)Host: a\r\n\r\n".utf8)
                var open: [RawConnection] = []
                for _ in 0..<16 {
                    // Half a request: one that is whole would leave an idle connection, which makes room.
                    let connection = try RawConnection(port: port)
                    connection.send(
                        "POST /admin/v1/tenants HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(env.operatorToken)\r\n"
                            + "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n")
                    #expect(await connection.receive(quietFor: 0.2).text.hasPrefix("HTTP/1.1 100 "))
                    open.append(connection)
                }
                let late = try RawConnection(port: port)
                late.send(request)
                #expect(await late.receive(quietFor: 1, first: 1).text == "", "the seventeenth is not served")
                open.removeAll()
                #expect(await late.receive(quietFor: 5).status == 200, "until another has gone")
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `Callers that prove nothing are slowed by their address, which only a trusted proxy may name`()
            async throws
        {
            let slow = ["GATEWAY_ANONYMOUS_REQUESTS_PER_SECOND": "1"]
            try await gateway(slow.merging(["GATEWAY_TRUSTED_PROXIES": "127.0.0.0/8"]) { $1 }) { env, _ in
                func ask(_ forwarded: String, _ api: API? = nil) async throws -> API.Reply {
                    try await (api ?? env.anonymous).with("X-Forwarded-For", forwarded).call(
                        .get, "/api/v1/connections")
                }
                for _ in 0..<10 { try await ask("203.0.113.7").expect(401) }
                let refused = try await ask("203.0.113.7").expect(429)
                #expect(refused.code == "rate_limited" && refused["action"] == "wait")
                #expect(refused.header("Retry-After") == "1" && refused.header("RateLimit") == "\"address\";r=0;t=1")
                #expect(refused.header("RateLimit-Policy") == "\"address\";q=10;w=10")
                // Addresses before the last untrusted hop are the caller's own invention.
                try await ask("198.51.100.9, 203.0.113.7").expect(429)
                try await ask("203.0.113.7, 198.51.100.9").expect(401)
                try await ask("nonsense").expect(401)
                // One IPv6 network is one caller.
                for host in 1...10 { try await ask("2001:db8:1:2::\(host)").expect(401) }
                try await ask("2001:db8:1:2:ffff::1").expect(429)
                try await ask("2001:db8:1:3::1").expect(401)
                // A caller with a valid credential is admitted from there all the same.
                let flooded = env.operator.with("X-Forwarded-For", "203.0.113.7:4711")
                try await flooded.call(.get, "/admin/v1/tenants").expect(200)
                let wrong = API(env.gatewayURL, token: String(repeating: "w", count: 40))
                try await wrong.with("X-Forwarded-For", "203.0.113.7").call(.get, "/admin/v1/tenants").expect(429)
                // The gateway's health is public.
                try await env.anonymous.with("X-Forwarded-For", "203.0.113.7").call(.get, "/healthz").expect(200)
                // A valid credential uses nothing up.
                for _ in 0..<20 {
                    try await env.operator.with("X-Forwarded-For", "192.0.2.1").call(.get, "/admin/v1/tenants")
                        .expect(200)
                }
            }
            // From an untrusted peer the header is not believed.
            try await gateway(slow) { env, _ in
                var statuses: [Int] = []
                for host in 1...11 {
                    statuses.append(
                        try await env.anonymous.with("X-Forwarded-For", "203.0.113.\(host)")
                            .call(.get, "/api/v1/connections").status)
                }
                #expect(statuses == [Int](repeating: 401, count: 10) + [429])
                try await env.logs("\"client.address\":\"127.0.0.1\"")
                #expect(!env.gatewayOutput.contains("203.0.113"))
            }
        }
    }
}
