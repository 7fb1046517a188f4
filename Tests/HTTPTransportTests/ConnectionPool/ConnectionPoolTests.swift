import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import Support
import Synchronization
import Testing

@testable import HTTPTransport

/// The pool over real sockets: which connections are used again, and which are not.
@Suite struct ConnectionPoolTests {
    private static func reply(_ text: String, _ more: String = "") -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\(more)\r\n\(text)"
    }

    @Test(.timeLimit(.minutes(5))) func `Requests one after the other use one connection, with every kind of response`()
        async throws
    {
        let replies = [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        ]
        let server = try WireServer { peer in
            // Also in pieces, so that a read ends anywhere.
            for (index, reply) in (replies + replies).enumerated() {
                guard peer.head() != nil else { return }
                if index < replies.count {
                    peer.send(reply)
                } else {
                    for byte in reply.utf8 { peer.send([byte]) }
                }
            }
            peer.awaitEnd()
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            for expected in replies + replies {
                let reply = try await place.send(.get, server.url + "/x")
                #expect(
                    String(decoding: reply.body, as: UTF8.self)
                        == (expected.hasSuffix("ok") || expected.contains("chunked") ? "ok" : ""))
                try await place.eventually { $0.idle == 1 }
            }
            #expect(server.connections == 1)
            #expect(place.inFlight.count == 0)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `The decoder knows that HEAD has no body`() async throws {
        let server = try WireServer { peer in
            while let head = peer.head() {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + (head.hasPrefix("HEAD") ? "" : "ok"))
            }
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            for _ in 0..<3 {
                let head = try await place.send(.head, server.url)
                #expect(head.body.isEmpty && head.header("Content-Length") == "2")
                #expect(try await place.send(.get, server.url).body == Array("ok".utf8))
            }
            #expect(server.connections <= 2)
        }
    }

    static let unusable = [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        // The begin of a response that nobody asked for, and bytes that are none.
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 O",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n\r",
    ]

    @Test(.timeLimit(.minutes(5)), arguments: unusable)
    func `A connection that the response spoils is not used again`(reply: String) async throws {
        let server = try WireServer { peer in
            guard let head = peer.head() else { return }
            peer.send(head.contains("/first") ? reply : Self.reply("second"))
            if head.contains("/first"), peer.head() != nil { peer.send(Self.reply("on the spoiled connection")) }
            peer.awaitEnd()
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            let first = try await place.send(.get, server.url + "/first")
            let next = try await place.send(.get, server.url + "/next")
            #expect(first.body == Array("ok".utf8) && next.body == Array("second".utf8))
            #expect(server.connections == 2)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `Bytes that come while a connection is idle end it`() async throws {
        let sent = Atomic(false)
        let server = try WireServer { peer in
            guard peer.head() != nil else { return }
            peer.send(Self.reply("ok"))
            guard peer.number == 1 else { return peer.awaitEnd() }
            while !sent.load(ordering: .sequentiallyConsistent) { Self.pause() }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong")
            peer.awaitEnd()
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            _ = try await place.send(.get, server.url)
            try await place.eventually { $0.idle == 1 }
            sent.store(true, ordering: .sequentiallyConsistent)
            try await place.eventually { $0.idle == 0 }
            #expect(try await place.send(.get, server.url).body == Array("ok".utf8))
        }
    }

    /// Until the test has gone on; the thread is the server's.
    private static func pause() { Thread.sleep(forTimeInterval: 0.005) }

    @Test(.timeLimit(.minutes(5))) func `A connection that the server closes while idle is forgotten`() async throws {
        let server = try WireServer { peer in
            guard peer.head() != nil, peer.body(1).count == 1 else { return }
            peer.send(Self.reply("ok"))
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            for round in 1...3 {
                // POST is not repeated, so it must not meet the closed connection.
                #expect(try await place.send(.post, server.url, body: [1]).status == 200)
                try await place.eventually { $0 == .init() }
                #expect(server.connections == round)
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `GET is repeated when a used connection ends without an answer, and POST is not`(isPost: Bool) async throws {
        let requests = Atomic(0)
        let server = try WireServer { peer in
            while let head = peer.head() {
                if head.hasPrefix("POST") { _ = peer.body(1) }
                requests.add(1, ordering: .sequentiallyConsistent)
                // The second request on the first connection gets no answer.
                if peer.number == 1, head.contains("/second") { return }
                peer.send(Self.reply("ok"))
            }
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            _ = try await place.send(.get, server.url + "/first")
            try await place.eventually { $0.idle == 1 }
            let error = await place.error {
                let reply = try await place.send(
                    isPost ? .post : .get, server.url + "/second", body: isPost ? [1] : nil)
                #expect(reply.status == 200)
            }
            #expect((error == .interrupted("closed")) == isPost)
            #expect(requests.load(ordering: .sequentiallyConsistent) == (isPost ? 2 : 3))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `A new connection without an answer, and a response that has begun, are not repeated`() async throws {
        let server = try WireServer { peer in
            while let head = peer.head() {
                if head.contains("/none") { return }
                if head.contains("/begun") {
                    peer.send("HTTP/1.1 2")
                    return
                }
                peer.send(Self.reply("ok"))
            }
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            #expect(
                await place.error { _ = try await place.send(.get, server.url + "/none") } == .interrupted("closed"))
            #expect(server.connections == 1)
            _ = try await place.send(.get, server.url)
            try await place.eventually { $0.idle == 1 }
            #expect(
                await place.error { _ = try await place.send(.get, server.url + "/begun") } == .interrupted("closed"))
            #expect(server.connections == 2)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `A hundred requests in flight get their own responses, within the limits`()
        async throws
    {
        let busy = Mutex((now: 0, most: 0))
        let server = try WireServer { peer in
            while let head = peer.head(), let path = head.split(separator: " ").dropFirst().first {
                busy.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                Self.pause()
                busy.withLock { $0.now -= 1 }
                switch path.utf8.count % 3 {
                case 0: peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(path)")
                case 1:
                    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    peer.send(String(path.utf8.count, radix: 16) + "\r\n\(path)\r\n0\r\n\r\n")
                default: peer.send(Self.reply(String(path)))
                }
                if path.utf8.count % 3 == 0 { return }
            }
        }
        defer { server.stop() }
        var limits = ConnectionPool.Limits()
        (limits.connections, limits.handshakes, limits.connectTimeout) = (16, 4, .seconds(50))
        try await PoolPlace.run(limits) { place in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<100 {
                    group.addTask {
                        for round in 0..<4 {
                            let path = "/\(caller)/" + String(repeating: "x", count: (caller + round) % 7)
                            let reply = try await place.send(.get, server.url + path)
                            #expect(String(decoding: reply.body, as: UTF8.self) == path)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(busy.withLock { $0.most } <= 16)
            #expect(place.inFlight.count == 0)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `A dead address does not hold up a living one`() async throws {
        let server = try WireServer { peer in
            while peer.head() != nil { peer.send(Self.reply("ok")) }
        }
        defer { server.stop() }
        let silent = try SilentListener("127.0.0.2", port: server.port)
        defer { silent.stop() }
        var limits = ConnectionPool.Limits()
        (limits.connections, limits.handshakes, limits.connectTimeout) = (8, 4, .seconds(20))
        try await PoolPlace.run(limits) { place in
            let dead = (0..<40).map { _ in
                Task { try await place.send(.get, "http://127.0.0.2:\(server.port)/", limit: .seconds(60)) }
            }
            try await place.eventually { $0.connecting == 3 }
            for _ in 0..<5 { #expect(try await place.send(.get, server.url).status == 200) }
            #expect(place.pool.counts.connecting == 3)
            for task in dead {
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
            #expect(place.pool.counts.waiting == 0)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `A name is asked anew for each connection, and all its addresses are tried`()
        async throws
    {
        let server = try WireServer { peer in
            if peer.head() != nil { peer.send(Self.reply("ok", "Connection: close\r\n")) }
        }
        defer { server.stop() }
        let lookups = Atomic(0)
        try await PoolPlace.run(resolve: { _, port in
            lookups.add(1, ordering: .sequentiallyConsistent)
            // Nothing listens at the first.
            return try ["127.0.0.3", "127.0.0.1"].map { try SocketAddress(ipAddress: $0, port: port) }
        }) { place in
            for round in 1...2 {
                let reply = try await place.send(.get, "http://upstream.example:\(server.port)/")
                #expect(reply.status == 200)
                #expect(lookups.load(ordering: .sequentiallyConsistent) == round)
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `What cannot be reached is said to be so, and nothing arrived`() async throws {
        let port = try TestEnvironment.freePort()
        var limits = ConnectionPool.Limits()
        limits.connectTimeout = .milliseconds(300)
        let silent = try SilentListener("127.0.0.2", port: port)
        defer { silent.stop() }
        try await PoolPlace.run(limits) { place in
            for (url, expected) in [
                ("http://127.0.0.1:\(port)/", "refused or unreachable"),
                ("http://nowhere.example/", "refused or unreachable"),
                ("http://127.0.0.2:\(port)/", "timeout"),
            ] {
                let error = await place.error { _ = try await place.send(.get, url) }
                #expect(error == .connect(expected), "\(url)")
                #expect(error?.mayHaveArrived == false)
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `Shutdown ends requests that wait and requests that are answered`() async throws
    {
        let server = try WireServer { peer in
            _ = peer.head()
            peer.awaitEnd()
        }
        defer { server.stop() }
        var limits = ConnectionPool.Limits()
        limits.connections = 2
        try await PoolPlace.run(limits) { place in
            let tasks = (0..<5).map { _ in Task { try await place.send(.get, server.url) } }
            try await place.eventually { $0.busy == 2 && $0.waiting == 3 }
            await place.pool.shutdown()
            for task in tasks { await #expect(throws: TransportError.self) { try await task.value } }
            #expect(await place.error { _ = try await place.send(.get, server.url) } == .connect("shutting down"))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `A delegate is called on its event loop, also when the connection is borrowed from another`() async throws {
        let server = try WireServer { peer in
            while peer.head() != nil {
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n")
            }
        }
        defer { server.stop() }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let pool = ConnectionPool(eventLoopGroup: group)
        let target = try #require(HTTPTarget(server.url + "/", profile: ConnectionProfile(decodesBodies: false)))
        for _ in 0..<3 {
            for loop in group.makeIterator() {
                let delegate = RecordingDelegate(on: loop)
                loop.execute { delegate.start(ClientRequest(.GET, target, headers: [:]), pool) }
                try await delegate.done.futureResult.get()
                let record = delegate.record.withLock { $0 }
                #expect(record.status == 200 && record.body == ByteBuffer(string: "ok") && record.endings == 1)
                #expect(record.trailers?.first(name: "X-Sum") == "1" && record.strayCalls == 0)
            }
        }
        #expect(server.connections == 1, "the second event loop has borrowed it")
        await pool.shutdown()
        try await group.shutdownGracefully()
    }
}
