import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// HTTP/1 as it stands on the wire, against the built program.
    @Suite struct HTTPWireTests {
        private func gateway(
            _ body: @escaping @Sendable (TestEnvironment, Int) async throws -> Void
        ) async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            try await body(env, try #require(env.gatewayURL.split(separator: ":").last.flatMap { Int($0) }))
            #expect(!env.gatewayOutput.contains("unexpected error"))
        }

        /// True if a response has bytes that its request and its head do not allow.
        private static func hasStrayBytes(_ text: String, isHead: Bool) -> Bool {
            guard let head = text.firstRange(of: "\r\n\r\n") else { return !text.isEmpty }
            let rest = text[head.upperBound...]
            if isHead { return !rest.isEmpty && !rest.hasPrefix("HTTP/1.1 ") }
            return text.contains("100 Continue") ? false : rest.isEmpty
        }

        @Test(.timeLimit(.minutes(2))) func `Unusual and hostile requests get an answer that the RFCs allow`()
            async throws
        {
            #expect(HTTPCorpus.all.count >= 150)
            try await gateway { env, port in
                let cases = HTTPCorpus.all
                try await withThrowingTaskGroup(of: Void.self) { group in
                    // Several at once: most of the time is waiting for what must not come.
                    for lane in 0..<16 {
                        group.addTask {
                            for number in stride(from: lane, to: cases.count, by: 16) {
                                try await Self.check(cases[number], port)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                try await env.anonymous.call(.get, "/readyz").expect(200)
            }
        }

        private static func check(_ test: HTTPCase, _ port: Int) async throws {
            let connection = try RawConnection(port: port)
            connection.send(test.request)
            let received = await connection.receive(quietFor: test.ends == true ? 10 : 0.6)
            let name = "\(test.request.prefix(200).debugDescription): \(received.text.prefix(300).debugDescription)"
            let statuses = received.statuses.filter { $0 != 100 }
            #expect(test.allowed.contains(statuses), "\(statuses) \(name)")
            if let ends = test.ends { #expect(received.ended == ends, "\(name)") }
            #expect(!hasStrayBytes(received.text, isHead: test.request.hasPrefix("HEAD")), "\(name)")
            if test.request.contains("HTTP/1.0") {
                #expect(
                    !received.text.lowercased().contains("transfer-encoding:") && !received.text.contains(" 100 "),
                    "\(name)")
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `Every path that has GET has HEAD, with GET's status and length and no body`()
            async throws
        {
            try await gateway { env, port in
                let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: "http://127.0.0.1:9")
                let contract = try await env.anonymous.call(.get, "/openapi.json").expect(200).json
                let members = try #require(contract["paths"]?.objectValue)
                let paths = members.filter { $0.value["get"] != nil && !$0.name.hasPrefix("/meeting-baas/") }
                    .map(\.name).sorted()
                #expect(paths.count > 20)
                func ask(_ method: String, _ path: String, _ more: String = "") async throws -> RawConnection.Received {
                    let token = path.hasPrefix("/admin/") ? env.operatorToken : tenant.key
                    let head = "\(method) \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n"
                    return try await RawConnection.ask(
                        port, Array("\(head)\(more)Connection: close\r\n\r\n".utf8), quietFor: 5)
                }
                func field(_ name: String, _ received: RawConnection.Received) -> String? {
                    received.text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name): ") }
                        .map { String($0.dropFirst(name.count + 2)) }
                }
                for pattern in paths {
                    let path = pattern.replacing("{slug}", with: "tenant-a").replacing("{provider}", with: "google")
                        .replacing("{code}", with: "malformed").replacing(#/\{[^}]*\}/#, with: "none")
                    let head = try await ask("HEAD", path)
                    #expect(
                        head.text.hasSuffix("\r\n\r\n")
                            && head.text.firstRange(of: "\r\n\r\n")?.upperBound == head.text.endIndex, "\(head)")
                    if path.hasPrefix("/oauth/callback/") {
                        #expect(head.status == 405 && field("allow", head) == "GET", "\(head)")
                        continue
                    }
                    let get = try await ask("GET", path)
                    #expect(head.status == get.status, "\(path) \(head) \(get.text.prefix(200))")
                    #expect(field("content-type", head) == field("content-type", get))
                    if path != "/metrics" {
                        #expect(field("content-length", head) == field("content-length", get), "\(path)")
                    }
                    let refused = try await ask("TRACE", path)
                    if refused.status == 405 {
                        #expect(field("allow", refused)?.contains("GET, HEAD") == true, "\(refused)")
                    }
                }
                // A stream would go on for minutes; its head is there at once. A caller without a key gets none.
                let stream = try await ask("HEAD", "/api/v1/messages", "Accept: text/event-stream\r\n")
                #expect(stream.status == 200 && field("content-type", stream) == "text/event-stream")
                #expect(field("content-length", stream) == nil && stream.text.hasSuffix("\r\n\r\n"))
                // Streams that were only asked about take no place.
                for _ in 0..<40 {
                    #expect(try await ask("HEAD", "/api/v1/messages", "Accept: text/event-stream\r\n").status == 200)
                }
                let anonymous = try await RawConnection.ask(
                    port, Array("HEAD /api/v1/connections HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
                #expect(anonymous.status == 401 && anonymous.text.hasSuffix("\r\n\r\n"))
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A webhook that offers an upgrade is taken, and so is the next one`()
            async throws
        {
            try await gateway { _, port in
                let head = "POST /webhooks/meeting-baas HTTP/1.1\r\nHost: a\r\nsvix-id: x\r\n"
                let offer = "Connection: Upgrade\r\nUpgrade: h2c\r\n"
                let request = "\(head)\(offer)Content-Length: 2\r\n\r\n{}"
                let received = try await RawConnection.ask(
                    port, Array((request + request + "\(head)Content-Length: 2\r\n\r\n{}").utf8), quietFor: 1)
                #expect(received.statuses == [401, 401, 401] && !received.ended, "\(received)")
                let closing = try await RawConnection.ask(
                    port, Array("\(head)Connection: Close, TE\r\nContent-Length: 2\r\n\r\n{}\(request)".utf8),
                    quietFor: 5)
                #expect(closing.statuses == [401] && closing.ended)
            }
        }
    }
}
