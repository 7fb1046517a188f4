import Foundation
import HTTPTypes
import Sealing
import Support
import Synchronization
import Testing

extension EndToEnd {
    /// Bodies without a credential: what the head allows to check is checked first, and the rest holds bounded memory.
    @Suite struct UnverifiedBodyTests {
        private static let path = "/webhooks/meeting-baas"
        /// Memory of the gateway's process without the pages of its files, in bytes. Measured: 77 to 90 MiB, of which 12 before.
        private static let memoryLimit = 100 << 20
        /// A debug build takes five seconds for each.
        private static let largeWebhooks =
            ProcessInfo.processInfo.environment["GATEWAY_LARGE_WEBHOOKS"].flatMap { Int($0) } ?? 3

        private static func signature(age: Int64 = 0) -> String {
            let time = Int64(Date().timeIntervalSince1970) - age
            return
                "svix-id: msg_x\r\nsvix-timestamp: \(time)\r\nsvix-signature: v1,\(Base64.encode(Digests.random(32)))\r\n"
        }

        private static func head(_ fields: String, _ length: Int, path: String = path) -> [UInt8] {
            Array("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\(fields)\r\n".utf8)
        }

        private static func port(_ env: TestEnvironment) throws -> Int {
            try #require(env.gatewayURL.split(separator: ":").last.flatMap { Int($0) })
        }

        /// Runs what blocks on threads of its own.
        private static func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) async {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    group.addTask {
                        await withCheckedContinuation { done in
                            DispatchQueue.global().async {
                                body(number)
                                done.resume()
                            }
                        }
                    }
                }
            }
        }

        /// The most memory that a process has while `body` runs, in bytes.
        private static func memory(
            of gateway: Program?, while body: @escaping @Sendable () async throws -> Void
        ) async throws -> Int {
            let gateway = try #require(gateway)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await body() }
                let highest = Mutex(0)
                let watch = Task {
                    while !Task.isCancelled {
                        let now = (try? gateway.anonymous()) ?? 0
                        highest.withLock { $0 = max($0, now) }
                        // Between two looks at the memory.
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                try await group.waitForAll()
                watch.cancel()
                return highest.withLock { $0 }
            }
        }

        @Test(.timeLimit(.minutes(5)), arguments: ["", "127.0.0.0/8"])
        func `Bodies that never end hold little memory, and genuine webhooks pass beside them`(trusted: String)
            async throws
        {
            // A trusted proxy may have all of the room, any other address half.
            let environment = trusted.isEmpty ? [:] : ["GATEWAY_TRUSTED_PROXIES": trusted]
            try await DeliveryPlace.run(environment: environment) { place, gateway in
                let port = try Self.port(place.env)
                let connections = try (0..<250).map { _ in try RawConnection(port: port) }
                let body = [UInt8](repeating: 0x20, count: (16 << 20) - 1)
                let before = try #require(gateway.current).anonymous()
                let flooded = try await Self.memory(of: gateway.current) {
                    await Self.onThreads(connections.count) { number in
                        // The first fifty have an impossible signature, the others a possible one.
                        let isComplete = number >= 50
                        let length = isComplete ? 4 << 20 : 16 << 20
                        connections[number].send(
                            Self.head(isComplete ? Self.signature() : "svix-id: x\r\n", length))
                        connections[number].send(Array(body.prefix(length - 1)))
                    }
                }
                #expect(flooded < Self.memoryLimit, "\(flooded >> 20) MiB")
                // They are still there, as many as there is room for.
                let beside = try await Self.memory(of: gateway.current) { try await Self.genuine(place) }
                // The one that is verified and stored needs memory of its own.
                #expect(beside < Self.memoryLimit + (200 << 20), "\(beside >> 20) MiB beside genuine ones")
                print(
                    "memory: \(before >> 20) MiB before, \(flooded >> 20) MiB flooded, \(beside >> 20) MiB beside genuine webhooks"
                )
                let refused = await Self.received(Array(connections.prefix(50)))
                #expect(refused.allSatisfy { $0.statuses == [401] || $0.reset }, "\(refused.map(\.statuses))")
                let others = await Self.received(Array(connections.dropFirst(50)))
                #expect(others.contains { $0.statuses == [408] }, "the slowest were dropped")
                #expect(others.allSatisfy { [[], [408]].contains($0.statuses) })
            }
        }

        private static func received(_ connections: [RawConnection]) async -> [RawConnection.Received] {
            await withTaskGroup(of: RawConnection.Received.self) { group in
                for connection in connections { group.addTask { await connection.receive(quietFor: 0.2, first: 0.2) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }

        /// Version 1's ends with a long transcript, and small webhooks of version 2.
        private static func genuine(_ place: DeliveryPlace) async throws {
            try await withThrowingTaskGroup(of: Int?.self) { group in
                group.addTask {
                    for number in 0..<largeWebhooks {
                        let text = String(repeating: "word ", count: 3 << 20)
                        let body =
                            #"{"event":"complete","data":{"calendar_id":"\#(place.calendar)","mark":"\#(number)","#
                            + #""transcript":"\#(text)"}}"#
                        let reply = try await place.env.anonymous.with(
                            "x-meeting-baas-api-key", TestEnvironment.apiKey
                        )
                        .send(.post, path, body: Array(body.utf8))
                        if reply.status != 200 { return reply.status }
                    }
                    return nil
                }
                for lane in 0..<4 {
                    group.addTask {
                        for number in 0..<50 {
                            let status = await place.webhook("small-\(lane)-\(number)")
                            if status != 200 { return status ?? 0 }
                        }
                        return nil
                    }
                }
                for try await status in group { #expect(status == nil, "all are taken") }
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A head that cannot be genuine is refused before its body is asked for`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                let port = try Self.port(place.env)
                let token = "Authorization: Bearer \(place.tenant.key)\r\n"
                let key = "x-meeting-baas-api-key: \(TestEnvironment.apiKey)\r\n"
                let cases: [(String, String, Int, [Int])] = [
                    (Self.path, "", 5, [401]), (Self.path, "svix-id: x\r\n", 5, [401]),
                    (Self.path, "svix-id: x\r\nsvix-timestamp: 1\r\n", 5, [401]),
                    (Self.path, Self.signature(age: 400), 5, [401]), (Self.path, Self.signature(age: -400), 5, [401]),
                    (Self.path, Self.signature().replacing("v1,", with: "v2,"), 5, [401]),
                    (Self.path, "x-meeting-baas-api-key: wrong\r\n", 16 << 20, [401]),
                    (Self.path, Self.signature(), (4 << 20) + 1, [413]),
                    (Self.path + "/nobody", key, 5, [503]),
                    ("/callbacks/meeting-baas/unknown", "x-mb-secret: x\r\n", 16 << 20, [401]),
                    ("/callbacks/meeting-baas/unknown", key, 16 << 20, [401]),
                    ("/api/v1/webhook-endpoints", "", 5, [401]),
                    ("/api/v1/webhook-endpoints", "Authorization: Bearer wrong\r\n", 5, [401]),
                    ("/admin/v1/tenants", "Authorization: Bearer wrong\r\n", 5, [401]),
                    ("/meeting-baas/v2/bots", "x-meeting-baas-api-key: wrong\r\n", 5, [401]),
                    ("/nothing", "", 5, [404]),
                    // A body whose head passes the checks is requested.
                    (Self.path, Self.signature(), 4 << 20, [100]), (Self.path, key, 16 << 20, [100]),
                    ("/api/v1/webhook-endpoints", token, 5, [100]), ("/meeting-baas/v2/bots", token, 5, [100]),
                    ("/admin/v1/tenants", "Authorization: Bearer \(place.env.operatorToken)\r\n", 5, [100]),
                ]
                for (path, fields, length, statuses) in cases {
                    let head = Self.head(fields + "Expect: 100-continue\r\n", length, path: path)
                    let received = try await RawConnection.ask(port, head, quietFor: 0.2)
                    #expect(received.statuses == statuses, "\(path) \(fields) \(received.text)")
                }
                // Without a length the limit holds as well.
                let connection = try RawConnection(port: port)
                connection.send(
                    "POST \(Self.path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\(Self.signature())\r\n")
                let chunk = "100000\r\n" + String(repeating: " ", count: 1 << 20) + "\r\n"
                await Self.onThreads(1) { _ in for _ in 0..<5 { connection.send(chunk) } }
                let received = await connection.receive(quietFor: 2)
                #expect(received.statuses == [413] && received.ended, "\(received)")
                // One caller sends head and body at once, another waits for 100 Continue.
                let body = #"{"event":"calendar.test","data":{"calendar_id":"\#(place.calendar)"}}"#
                for waits in [true, false] {
                    let connection = try RawConnection(port: port)
                    connection.send(Self.head(key + (waits ? "Expect: 100-continue\r\n" : ""), body.utf8.count))
                    if waits { #expect(await connection.receive(quietFor: 0.2).statuses == [100]) }
                    connection.send(body)
                    #expect(await connection.receive(quietFor: 1).statuses == [200])
                }
            }
        }
    }
}
