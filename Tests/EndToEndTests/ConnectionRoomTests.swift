import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// One address that takes as many connections as it can get.
    @Suite struct ConnectionRoomTests {
        private static let crowd = "127.0.0.2"
        private static let request = "GET /healthz HTTP/1.1\r\nHost: a\r\n"

        private func gateway(
            _ extra: [String: String], _ body: @escaping @Sendable (TestEnvironment, Program, Int) async throws -> Void
        ) async throws {
            let env = try await TestEnvironment(version: "v2", extra: extra)
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            try await body(env, gateway, try #require(Int(env.variables["GATEWAY_PORT"] ?? "")))
            #expect(!env.gatewayOutput.contains("unexpected error"))
        }

        private func value(_ name: String, _ env: TestEnvironment) async throws -> Int {
            let text = try await env.anonymous.call(.get, "/metrics").expect(200).text
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            return line.flatMap { Int($0.dropFirst(name.count + 1)) } ?? 0
        }

        private func stream(_ port: Int, _ key: String, from source: String?) async throws -> RawConnection {
            let stream = try RawConnection(port: port, source: source)
            stream.send(
                "GET /api/v1/messages HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n"
                    + "Authorization: Bearer \(key)\r\n\r\n")
            #expect(await stream.receive(quietFor: 0.5).text.contains("retry: 1000"))
            return stream
        }

        @Test(.timeLimit(.minutes(2)))
        func `One address that holds all connections idle keeps no tenant waiting, and loses no request`() async throws
        {
            try await gateway(["GATEWAY_MAX_CONNECTIONS": "64"]) { env, _, port in
                let tenant = try await TenantFixture(env, slug: "acme", receiver: "https://hooks.example.com")
                let streams = [
                    try await stream(port, tenant.key, from: nil),
                    try await stream(port, tenant.key, from: Self.crowd),
                ]
                let known = try RawConnection(port: port, source: Self.crowd)
                let asks = "GET /api/v1/connections HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(tenant.key)\r\n\r\n"
                known.send(asks)
                #expect(await known.receive(quietFor: 0.3).status == 200)
                // More than there is room for; a third has sent a request, a third half a head.
                var idle: [RawConnection] = []
                for number in 0..<150 {
                    let connection = try RawConnection(port: port, source: Self.crowd)
                    connection.send(["", "\(Self.request)\r\n", "GET /hea"][number % 3])
                    idle.append(connection)
                }
                for _ in 0..<3 {
                    let began = ContinuousClock.now
                    let tenantConnection = try RawConnection(port: port)
                    tenantConnection.send(asks)
                    #expect(await tenantConnection.receive(quietFor: 0.2, first: 2).status == 200)
                    #expect(ContinuousClock.now - began < .seconds(2))
                }
                #expect(try await value("gateway_http_connections", env) <= 58)
                #expect(try await value("gateway_http_connections_closed_total{reason=\"idle\"}", env) >= 92)
                // The authenticated connection has survived the unauthenticated ones, and so have the streams.
                known.send(asks)
                #expect(await known.receive(quietFor: 0.3).status == 200)
                for stream in streams {
                    let received = await stream.receive(quietFor: 0.2, first: 0.2)
                    #expect(!received.ended, "\(received)")
                }
                #expect(env.gatewayOutput.components(separatedBy: "idle connections are closed").count == 2)
                withExtendedLifetime(idle) {}
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A limit for one address spares trusted proxies`() async throws {
            let limit = ["GATEWAY_MAX_CONNECTIONS_PER_ADDRESS": "3", "GATEWAY_TRUSTED_PROXIES": "127.0.0.3/32"]
            try await gateway(limit) { env, _, port in
                func hold(_ source: String, _ count: Int) async throws -> [RawConnection.Received] {
                    var (held, received): ([RawConnection], [RawConnection.Received]) = ([], [])
                    for _ in 0..<count {
                        let connection = try RawConnection(port: port, source: source)
                        connection.send(
                            "POST /admin/v1/tenants HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(env.operatorToken)\r\n"
                                + "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n")
                        received.append(await connection.receive(quietFor: 0.2))
                        held.append(connection)
                    }
                    withExtendedLifetime(held) {}
                    return received
                }
                let (limited, trusted) = (try await hold(Self.crowd, 5), try await hold("127.0.0.3", 5))
                #expect(limited.map(\.statuses) == [[100], [100], [100], [], []])
                #expect(trusted.map(\.statuses) == [[Int]](repeating: [100], count: 5))
                #expect(try await value("gateway_http_connections_closed_total{reason=\"address_limit\"}", env) == 2)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A proxy that nobody trusts is reported once, and by the doctor`()
            async throws
        {
            @Sendable func crowd(_ port: Int) async throws -> [RawConnection] {
                var proxy: [RawConnection] = []
                for number in 0..<24 {
                    let connection = try RawConnection(port: port, source: Self.crowd)
                    connection.send("\(Self.request)X-Forwarded-For: 203.0.113.\(number)\r\n\r\n")
                    #expect(await connection.receive(quietFor: 0.02).status == 200)
                    proxy.append(connection)
                }
                return proxy
            }
            @Sendable func doctor(_ env: TestEnvironment) throws -> String {
                try Command(Program.path, ["doctor"], environment: env.variables, folder: env.folder).output
            }
            let warning = "is not in GATEWAY_TRUSTED_PROXIES"
            let token = ["GATEWAY_METRICS_TOKEN": "a-token-for-the-metrics"]
            try await gateway(token) { env, _, port in
                let before = try doctor(env)
                #expect(!before.contains(warning), "\(before)")
                let proxy = try await crowd(port)
                let after = try doctor(env)
                #expect(after.contains(warning), "\(after)")
                let lines = env.gatewayOutput.split(separator: "\n").filter { $0.contains("GATEWAY_TRUSTED_PROXIES") }
                #expect(lines.count == 1 && lines.first?.contains("\"client.address\":\"127.0.0.2\"") == true)
                withExtendedLifetime(proxy) {}
            }
            try await gateway(["GATEWAY_TRUSTED_PROXIES": "127.0.0.2/32"]) { env, _, port in
                let proxy = try await crowd(port)
                #expect(try await value("gateway_http_connections_untrusted_proxy", env) == 0)
                #expect(try await value("gateway_http_connections", env) >= 24)
                #expect(!env.gatewayOutput.contains("GATEWAY_TRUSTED_PROXIES"))
                withExtendedLifetime(proxy) {}
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A reply that is read slowly is not cut off, neither after its end nor when room runs out`() async throws {
            try await gateway(["GATEWAY_MAX_CONNECTIONS": "16"]) { env, _, port in
                func ask(_ more: String) throws -> RawConnection {
                    let slow = try RawConnection(port: port, receiveBuffer: 4096, segment: 536, source: Self.crowd)
                    slow.send("GET /openapi.json HTTP/1.1\r\nHost: a\r\n\(more)\r\n")
                    return slow
                }
                let (last, kept) = (try ask("Connection: close\r\n"), try ask(""))
                // Longer than a connection lingers when its client has read everything.
                try await Task.sleep(for: .seconds(3))
                let idle = try (0..<30).map { _ in try RawConnection(port: port, source: Self.crowd) }
                try await env.anonymous.call(.get, "/healthz").expect(200)
                for (slow, isLast) in [(last, true), (kept, false)] {
                    let received = await slow.receive(quietFor: 2)
                    let body = received.text.components(separatedBy: "\r\n\r\n").last ?? ""
                    #expect(
                        received.status == 200 && received.ended == isLast && !received.reset,
                        "\(body.utf8.count) bytes")
                    #expect(throws: Never.self, "\(body.utf8.count) bytes") { try JSON.parse(body) }
                }
                withExtendedLifetime(idle) {}
            }
        }
    }
}
