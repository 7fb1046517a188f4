import Foundation
import HTTPTypes
import JSONValue
import Sealing
import Support
import Synchronization
import Testing

extension EndToEnd {
    /// Replies of Meeting BaaS that are heads alone, compressed, or broken off.
    @Suite struct MirrorReplyTests {
        private func run(
            _ script: @escaping RawServer.Script,
            _ body: @escaping @Sendable (TestEnvironment, TenantFixture, RawServer, Int) async throws -> Void
        ) async throws {
            try await MirrorPlace.run(upstream: script) { env, tenant, upstream, _ in
                try await body(env, tenant, upstream, try #require(Int(env.gatewayURL.split(separator: ":")[2])))
            }
        }

        /// Set once by the test, read by the server's threads.
        private final class Flag: Sendable {
            private let value = Atomic(false)
            var isSet: Bool { value.load(ordering: .acquiring) }
            func set() { value.store(true, ordering: .releasing) }
        }

        private static let bot = "123e4567-e89b-12d3-a456-426614174000"
        private static let created = #"{"success":true,"data":{"bot_id":"\#(bot)"},"cursor":null,"prev_cursor":null}"#
        private static func reply(_ body: String, _ more: String = "") -> String {
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(more)"
                + "Connection: close\r\n\r\n\(body)"
        }

        private static func create(_ tenant: TenantFixture) async throws {
            try await tenant.server.call(
                .post, "/meeting-baas/v2/bots",
                ["bot_name": "N", "meeting_url": "https://meet.google.com/x", "recording_mode": "speaker_view"]
            ).expect(200)
        }

        private static func ask(_ port: Int, _ request: String, _ tenant: TenantFixture, _ version: String = "1.1")
            async throws -> RawConnection.Received
        {
            let head = "\(request) HTTP/\(version)\r\nHost: a\r\nAuthorization: Bearer \(tenant.key)\r\n"
            return try await RawConnection.ask(port, Array("\(head)Connection: close\r\n\r\n".utf8), quietFor: 8)
        }

        @Test(.timeLimit(.minutes(2))) func `HEAD on the mirror makes GET's checks and goes upstream as HEAD`()
            async throws
        {
            try await run({ peer in
                peer.send(
                    peer.head.hasPrefix("HEAD")
                        ? "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 77\r\nConnection: close\r\n\r\n"
                        : Self.reply(Self.created))
            }) { env, tenant, upstream, port in
                try await Self.create(tenant)
                let before = upstream.requests.count
                let bot = "/v2/bots/\(Self.bot)"
                for path in [bot, "\(bot)/status", "/v2/bots?limit=5", "/v2/calendars", "\(bot)/screenshots"] {
                    let received = try await Self.ask(port, "HEAD /meeting-baas\(path)", tenant)
                    let seen = upstream.requests.last ?? ""
                    #expect(received.status == 200 && received.text.hasSuffix("\r\n\r\n"), "\(path) \(received)")
                    #expect(seen.hasPrefix("HEAD \(path.prefix { $0 != "?" })"), "\(path) \(seen)")
                    // A body that passes as it is keeps its length; of one that is rewritten it is not known.
                    let isStreamed = path.hasSuffix("status") || path.hasSuffix("screenshots")
                    #expect(received.text.contains("Content-Length: 77\r\n") == isStreamed, "\(path) \(received)")
                }
                #expect(upstream.requests.count == before + 5)
                // A path that GET refuses is refused here, and nothing goes upstream.
                let other = try await TenantFixture(env, slug: "tenant-b", receiver: "http://127.0.0.1:9")
                for (path, caller, status) in [
                    (bot, other, 404), ("/v2/bots/none", tenant, 404), ("/v2/bots?limit=x", tenant, 400),
                    ("/v2/bots?cursor=x", tenant, 400), ("/v2/nothing", tenant, 404), ("\(bot)/leave", tenant, 405),
                ] {
                    let received = try await Self.ask(port, "HEAD /meeting-baas\(path)", caller)
                    #expect(received.status == status && received.text.hasSuffix("\r\n\r\n"), "\(path) \(received)")
                }
                #expect(upstream.requests.count == before + 5)
            }
        }

        private static func gzip(_ text: String) throws -> [UInt8] {
            let script = "import gzip, sys; print(gzip.compress(sys.argv[1].encode()).hex(), end='')"
            let made = try Command("/usr/bin/python3", ["-c", script, text])
            return try #require(Hex.decode(made.output))
        }

        @Test(.timeLimit(.minutes(2))) func `No compression is asked for, and gzip is decoded all the same`()
            async throws
        {
            let packed = try Self.gzip(Self.created)
            let bomb = try Self.gzip(#"{"success":true,"data":"\#(String(repeating: "a", count: 90_000))"}"#)
            let isBomb = Flag()
            try await run({ peer in
                let body = isBomb.isSet ? bomb : packed
                peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                        + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n")
                peer.send(body)
            }) { env, tenant, upstream, port in
                // Read, changed, and passed on.
                try await Self.create(tenant)
                for path in ["/v2/bots/\(Self.bot)", "/v2/bots/\(Self.bot)/status"] {
                    let received = try await Self.ask(port, "GET /meeting-baas\(path)", tenant)
                    #expect(received.status == 200 && received.text.contains(Self.bot), "\(path) \(received)")
                    #expect(!received.text.lowercased().contains("content-encoding"))
                }
                #expect(upstream.requests.allSatisfy { $0.lowercased().contains("accept-encoding: identity\r\n") })
                // More than a hundred times as much as came.
                isBomb.set()
                let received = try await Self.ask(port, "GET /meeting-baas/v2/bots/\(Self.bot)", tenant)
                #expect(received.status == 502, "\(received)")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A reply that breaks in the middle is logged and counted as broken`()
            async throws
        {
            let breaks = Flag()
            try await run({ peer in
                guard breaks.isSet, peer.head.hasPrefix("GET") else { return _ = peer.send(Self.reply(Self.created)) }
                let chunked = peer.head.contains("screenshots")
                peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        + (chunked
                            ? "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n"
                            : "Content-Length: 900\r\n\r\n{\"a\":"))
                Thread.sleep(forTimeInterval: 0.1)
            }) { env, tenant, _, port in
                try await Self.create(tenant)
                for path in ["status", "screenshots"] {
                    #expect(
                        try await Self.ask(port, "GET /meeting-baas/v2/bots/\(Self.bot)/\(path)", tenant).status == 200)
                }
                func counted(_ line: String) async throws -> Bool {
                    try await env.anonymous.call(.get, "/metrics").expect(200).text.contains(line)
                }
                func lines(_ part: String) -> Int { env.gatewayOutput.components(separatedBy: part).count - 1 }
                let route = "/meeting-baas/v2/bots/{bot_id}"
                #expect(try await counted(#"method="GET",route="\#(route)/status",status="200"} 1"#))
                #expect(lines(#""reply.broken""#) == 0)
                breaks.set()
                for (number, path) in ["status", "screenshots"].enumerated() {
                    for (again, version) in ["1.1", "1.0"].enumerated() {
                        let received = try await Self.ask(
                            port, "GET /meeting-baas/v2/bots/\(Self.bot)/\(path)", tenant, version)
                        #expect(
                            received.status == 200 && received.ended && !received.text.hasSuffix("0\r\n\r\n"),
                            "\(received)")
                        // HTTP/1.0 has no chunks: only a reset distinguishes a broken body from a whole one.
                        #expect(received.reset == (version == "1.0" && path == "screenshots"), "\(path) \(version)")
                        let count = number * 2 + again + 1
                        try await env.eventually { lines(#""reply.broken":"upstream""#) == count ? true : nil }
                    }
                    let labels = #"method="GET",route="\#(route)/\#(path)""#
                    #expect(try await counted(#"gateway_http_requests_total{\#(labels),status="200"} 1"#))
                    #expect(try await counted(#"gateway_http_requests_total{\#(labels),status="broken"} 2"#))
                    #expect(
                        try await counted(
                            #"gateway_http_replies_broken_total{route="\#(route)/\#(path)",by="upstream"} 2"#))
                }
            }
        }
    }
}
