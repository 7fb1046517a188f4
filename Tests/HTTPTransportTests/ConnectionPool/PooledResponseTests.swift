import Foundation
import HTTPTypes
import NIOCore
import Support
import Synchronization
import Testing

@testable import HTTPTransport

/// Bodies both ways over real sockets: pace, limits, and endings in the middle.
@Suite struct PooledResponseTests {
    @Test(.timeLimit(.minutes(5)))
    func `A response that breaks in the middle is an error, never an end`() async throws {
        let broken = [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n",
        ]
        for reply in broken {
            for resets in [false, true] {
                let goOn = DispatchSemaphore(value: 0)
                let server = try WireServer { peer in
                    guard peer.head() != nil else { return }
                    peer.send(reply)
                    // A reset drops what the client has not read.
                    _ = goOn.wait(timeout: .now() + 30)
                    if resets { peer.reset() }
                }
                defer { server.stop() }
                try await PoolPlace.run { place in
                    let response = try await place.open(.get, server.url)
                    var parts = response.body.makeAsyncIterator()
                    var text = ""
                    if !reply.contains("zz") {
                        while text.count < 4, let part = try await parts.next() { text += String(buffer: part) }
                        #expect(text == "half")
                    }
                    goOn.signal()
                    await #expect(throws: TransportError.self) { while try await parts.next() != nil {} }
                    try await place.eventually { $0 == .init() }
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `A body that only the end of the connection ends is whole`() async throws {
        let server = try WireServer { peer in
            guard peer.head() != nil else { return }
            peer.send("HTTP/1.1 200 OK\r\n\r\nwhole")
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            #expect(try await place.send(.get, server.url).body == Array("whole".utf8))
            try await place.eventually { $0 == .init() }
        }
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "garbage\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "HTTP/1.1 200 OK\r\nX: \u{0}\r\n\r\n",
        ])
    func `Garbage is an error`(reply: String) async throws {
        let server = try WireServer { peer in
            guard peer.head() != nil else { return }
            peer.send(reply)
            peer.awaitEnd()
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            let error = await place.error { _ = try await place.send(.get, server.url) }
            #expect(error == .interrupted("not HTTP"), "\(error.map { "\($0)" } ?? "no error")")
            try await place.eventually { $0 == .init() }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `A large body flows with flat memory, and a consumer that stalls slows the server down`() async throws {
        let size = ProcessInfo.processInfo.environment["GATEWAY_LARGE"] == nil ? 96 << 20 : 1 << 30
        let sent = Atomic(0)
        let server = try WireServer { peer in
            guard peer.head() != nil else { return }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let part = [UInt8](repeating: 7, count: 1 << 20)
            for _ in 0..<size >> 20 {
                guard peer.send(part) else { return }
                sent.add(part.count, ordering: .sequentiallyConsistent)
            }
            peer.awaitEnd()
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            let response = try await place.open(.get, server.url)
            #expect(response.length == size && place.inFlight.count == 1)
            var parts = response.body.makeAsyncIterator()
            var read = try await parts.next()?.readableBytes ?? 0
            // The server goes on until the buffers of both sockets are full, which hold some mebibytes.
            var before = -1
            while before != sent.load(ordering: .sequentiallyConsistent) {
                before = sent.load(ordering: .sequentiallyConsistent)
                // Until it has sent nothing for a while.
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(before < 32 << 20, "the server could send \(before) bytes that nobody read")
            var buffered = 0
            while let part = try await parts.next() {
                read += part.readableBytes
                buffered = max(buffered, sent.load(ordering: .sequentiallyConsistent) - read)
            }
            #expect(read == size)
            #expect(buffered < 32 << 20, "\(buffered) bytes were sent and not read")
            try await place.eventually { $0.idle == 1 }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `A large request is sent at the server's pace, whole`() async throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let server = try WireServer { peer in
            while let head = peer.head() {
                #expect(head.contains("Content-Length: \(bytes.count)"))
                let body = peer.body(bytes.count)
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + (body == bytes ? "equal" : "other"))
            }
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            for _ in 0..<2 {
                #expect(try await place.send(.post, server.url, body: bytes).body == Array("equal".utf8))
                try await place.eventually { $0.idle == 1 }
            }
            #expect(server.connections == 1)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `A response that is complete before the request is sent counts, and its connection ends`() async throws {
        let server = try WireServer { peer in
            guard peer.head() != nil else { return }
            peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")
            peer.finish()
            peer.awaitEnd()
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            let body = [UInt8](repeating: 1, count: 16 << 20)
            let reply = try await place.send(.post, server.url, body: body)
            #expect(reply.status == 413 && reply.body == Array("no".utf8))
            try await place.eventually { $0 == .init() }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `A request that is cancelled ends its connection`() async throws {
        let server = try WireServer { peer in
            guard let head = peer.head() else { return }
            if head.contains("/body") { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf") }
            peer.awaitEnd()
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            let waiting = Task { try await place.send(.get, server.url + "/none") }
            try await place.eventually { $0.busy == 1 }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            try await place.eventually { $0 == .init() }
            // A body that nobody reads any more, too.
            do { _ = try await place.open(.get, server.url + "/body") }
            try await place.eventually { $0 == .init() }
            let reading = Task {
                let reply = try await place.open(.get, server.url + "/body")
                return try await reply.body.collect(100)
            }
            try await place.eventually { $0.busy == 1 }
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            try await place.eventually { $0 == .init() }
            #expect(place.inFlight.count == 0)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `Limits of time and size hold`() async throws {
        let server = try WireServer { peer in
            while let head = peer.head() {
                if head.contains("/size") {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + String(repeating: "x", count: 1000))
                } else if head.contains("/drip") {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")
                }
            }
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            let limit = Duration.milliseconds(300)
            for path in ["/none", "/drip"] {
                #expect(
                    await place.error { _ = try await place.send(.get, server.url + path, limit: limit) } == .timeout)
            }
            #expect(
                await place.error { _ = try await place.open(.get, server.url + "/none", firstByte: limit) } == .timeout
            )
            let size = server.url + "/size"
            #expect(await place.error { _ = try await place.send(.get, size, maximum: 999) } == .tooLarge(999))
            #expect(try await place.send(.get, size, maximum: 1000).body.count == 1000)
            #expect(try await place.send(.get, size, maximum: 10, truncating: true).body.count == 10)
            try await place.eventually { $0.busy == 0 }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `A header that would break the request line out is not sent`() async throws {
        let server = try WireServer { peer in
            guard peer.head() != nil else { return }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        defer { server.stop() }
        try await PoolPlace.run { place in
            let error = await place.error {
                _ = try await place.send(.get, server.url, headers: [("X-A", "b\r\nX-C: d")], body: [1])
            }
            #expect(error == .interrupted("not HTTP"))
            try await place.eventually { $0 == .init() }
        }
    }

    @Test(
        arguments: [
            ("http://a.example", "a.example", "a.example:80 /"),
            ("https://A.example:443?x#y", "a.example", "a.example:443 /?x"),
            ("HTTP://[::1]:8080/p?q=/", "[::1]:8080", "::1:8080 /p?q=/"), ("http://a/ä b", "a", "a:80 /%C3%A4%20b"),
            ("http://u@a/", nil, ""), ("ftp://a/", nil, ""), ("http://a:x/", nil, ""), ("http://:80/", nil, ""),
            ("a", nil, ""),
        ] as [(String, String?, String)])
    func `A URL names a server and a path`(url: String, authority: String?, parts: String) {
        let target = HTTPTarget(url, profile: ConnectionProfile(decodesBodies: false))
        #expect(target?.authority == authority)
        if let target { #expect("\(target.key.host):\(target.key.port) \(target.path)" == parts) }
    }
}
