import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

/// The part of a body that is read, buffered and passed on before and after the head's checks.
@Suite struct UnverifiedBodyHandlerTests {
    /// Notes the reads and events that reach the connection.
    private final class Connection: ChannelOutboundHandler {
        typealias OutboundIn = HTTPServerResponsePart
        var reads = 0
        var events: [BodyEvent] = []

        func read(context: ChannelHandlerContext) { reads += 1 }

        func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
            if let event = event as? BodyEvent { events.append(event) }
            promise?.succeed()
        }
    }

    private struct Client {
        let channel: EmbeddedChannel
        let connection = Connection()

        init(_ bodies: UnverifiedBodies, port: Int = 1) throws {
            channel = EmbeddedChannel(handlers: [
                connection, UnverifiedBodyHandler(bodies: bodies, addresses: ClientAddress(trusted: [])),
            ])
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: port)).wait()
        }

        func head(length: Int? = nil) throws {
            var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/webhooks/meeting-baas")
            if let length {
                head.headers.add(name: "Content-Length", value: "\(length)")
            } else {
                head.headers.add(name: "Transfer-Encoding", value: "chunked")
            }
            try channel.writeInbound(HTTPServerRequestPart.head(head))
            channel.read()
        }

        func body(_ count: Int) throws {
            try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(repeating: 0x20, count: count)))
        }

        func end() throws { try channel.writeInbound(HTTPServerRequestPart.end(nil)) }

        func answer() throws {
            try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)))
            try channel.writeOutbound(HTTPServerResponsePart.end(nil))
        }

        func decide(_ event: BodyEvent) { channel.triggerUserOutboundEvent(event, promise: nil) }

        /// The parts that the server received: `head`, `end`, and the bytes of each part of a body.
        func got() throws -> [String] {
            var parts: [String] = []
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .head: parts.append("head")
                case .body(let bytes): parts.append("\(bytes.readableBytes)")
                case .end: parts.append("end")
                }
            }
            return parts
        }
    }

    @Test func `Nothing of a body is read before the head is checked, and all of it afterwards`() throws {
        let bodies = UnverifiedBodies()
        let client = try Client(bodies)
        try client.head(length: 100)
        // A part that came with the head is held.
        try client.body(10)
        #expect(try client.got() == ["head"] && client.connection.reads == 0 && bodies.total == 10)
        client.decide(.verified)
        #expect(try client.got() == ["10"] && client.connection.reads == 1 && bodies.total == 0)
        #expect(client.connection.events == [.verified], "for 100 Continue")
        try client.body(90)
        try client.end()
        #expect(try client.got() == ["90", "end"] && bodies.total == 0)
        client.channel.read()
        #expect(client.connection.reads == 2)
        try client.answer()
        // The next one on the same connection.
        try client.head(length: 5)
        #expect(client.connection.reads == 2)
    }

    @Test func `A body that only its whole can prove is held until it is whole, and counted until it is answered`()
        throws
    {
        let bodies = UnverifiedBodies()
        let client = try Client(bodies)
        try client.head()
        client.decide(.wanted(limit: 100))
        #expect(client.connection.reads == 1)
        try client.body(40)
        try client.body(60)
        #expect(try client.got() == ["head"] && bodies.total == 100)
        try client.end()
        #expect(try client.got() == ["100", "end"] && bodies.total == 100)
        try client.answer()
        #expect(bodies.total == 0)
    }

    @Test func `A body that comes and is verified within one read is not counted, one that waits for its check is`()
        throws
    {
        for isVerifiedAtOnce in [true, false] {
            let bodies = UnverifiedBodies()
            let client = try Client(bodies)
            if isVerifiedAtOnce { try client.channel.pipeline.syncOperations.addHandler(Verifier()) }
            var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/webhooks/meeting-baas")
            head.headers.add(name: "Content-Length", value: "50")
            let parts: [HTTPServerRequestPart] = [
                .head(head), .body(ByteBuffer(repeating: 0x20, count: 20)),
                .body(ByteBuffer(repeating: 0x20, count: 30)),
                .end(nil),
            ]
            for part in parts {
                client.channel.pipeline.fireChannelRead(part)
                if case .end = part {} else { #expect(bodies.total == 0) }
            }
            #expect(bodies.total == (isVerifiedAtOnce ? 0 : 50))
            client.channel.pipeline.fireChannelReadComplete()
            #expect(bodies.total == (isVerifiedAtOnce ? 0 : 50))
            #expect(try client.got() == ["head", "50", "end"])
            try client.answer()
            #expect(bodies.total == 0)
        }
    }

    /// Takes a body of any size, and verifies it when it is whole.
    private final class Verifier: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head: context.triggerUserOutboundEvent(BodyEvent.wanted(limit: 100), promise: nil)
            case .body: break
            case .end: context.triggerUserOutboundEvent(BodyEvent.verified, promise: nil)
            }
            context.fireChannelRead(data)
        }
    }

    @Test func `A large body is passed on in parts, with every byte in its place`() throws {
        let client = try Client(UnverifiedBodies())
        try client.head()
        client.decide(.wanted(limit: 1 << 20))
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 8) }
        var rest = bytes[...]
        for size in [1, 65_535, 65_536, 3, 65_537, 3_388] {
            try client.channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(bytes: rest.prefix(size))))
            rest = rest.dropFirst(size)
        }
        try client.end()
        var (got, largest): ([UInt8], Int) = ([], 0)
        while let part = try client.channel.readInbound(as: HTTPServerRequestPart.self) {
            guard case .body(let part) = part else { continue }
            got += Array(part.readableBytesView)
            largest = max(largest, part.readableBytes)
        }
        #expect(rest.isEmpty && got == bytes && largest == 65_536)
    }

    @Test func `A body beyond the limit for unverified ones is refused, announced or not`() throws {
        for early in [true, false] {
            let bodies = UnverifiedBodies()
            let client = try Client(bodies)
            try client.head()
            if early { client.decide(.wanted(limit: 100)) }
            if early {
                #expect(throws: BodyRefused.self) { try client.body(101) }
            } else {
                try client.body(101)
                client.decide(.wanted(limit: 100))
                #expect(throws: BodyRefused.self) { try client.channel.throwIfErrorCaught() }
            }
            guard case .refused(.tooLarge, _) = client.connection.events.last else {
                Issue.record("\(client.connection.events)")
                continue
            }
            try client.body(10)
            try client.end()
            #expect(try client.got() == ["head"] && bodies.total == 0)
        }
    }

    @Test func `The rest of a body whose request was answered is thrown away`() throws {
        let bodies = UnverifiedBodies()
        let client = try Client(bodies)
        try client.head(length: 100)
        try client.body(30)
        try client.answer()
        #expect(bodies.total == 0 && client.connection.reads == 1, "the rest is read")
        try client.body(70)
        try client.end()
        #expect(try client.got() == ["head", "end"] && bodies.total == 0)
        try client.head(length: 3)
        try client.body(3)
        try client.end()
        #expect(try client.got() == ["head", "3", "end"])
    }

    @Test func `Requests that follow one another are kept apart`() throws {
        let bodies = UnverifiedBodies()
        let client = try Client(bodies)
        try client.head(length: 10)
        try client.body(10)
        try client.end()
        try client.head(length: 20)
        try client.body(5)
        #expect(try client.got() == ["head", "10", "end", "head"] && bodies.total == 15)
        client.decide(.verified)
        #expect(bodies.total == 5 && client.connection.reads == 0, "that was the first one's")
        try client.answer()
        client.decide(.verified)
        #expect(try client.got() == ["5"] && bodies.total == 0 && client.connection.reads == 1)
    }

    @Test func `The body of another connection is dropped, and a connection that ends is not counted`() throws {
        let bodies = UnverifiedBodies(
            limits: .init(total: 100, keptForSmall: 0, small: 1, perAddress: 100, grace: .seconds(1)))
        let (slow, fast) = (try Client(bodies), try Client(bodies, port: 2))
        try slow.head()
        slow.decide(.wanted(limit: 1_000))
        try slow.body(60)
        try fast.head()
        fast.decide(.wanted(limit: 1_000))
        try fast.body(60)
        slow.channel.embeddedEventLoop.run()
        guard case .refused(.requestTimeout, _) = slow.connection.events.last else {
            Issue.record("\(slow.connection.events)")
            return
        }
        #expect(throws: BodyRefused.self) { try slow.channel.throwIfErrorCaught() }
        #expect(bodies.total == 60 && fast.connection.events == [.wanted(limit: 1_000)])
        try fast.channel.close().wait()
        #expect(bodies.total == 0)
        _ = try? slow.channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `Nothing more is read while what was dropped is still in memory`() throws {
        let bodies = UnverifiedBodies(
            limits: .init(total: 100, keptForSmall: 0, small: 1, perAddress: 100, dropped: 50, grace: .seconds(1)))
        let (slow, fast) = (try Client(bodies), try Client(bodies, port: 2))
        for client in [slow, fast] {
            try client.head()
            client.decide(.wanted(limit: 1_000))
        }
        try slow.body(60)
        try fast.body(60)
        #expect(fast.connection.reads == 1)
        fast.channel.read()
        fast.channel.embeddedEventLoop.advanceTime(by: .milliseconds(20))
        #expect(fast.connection.reads == 1, "the slow one's event loop has not freed its bytes")
        slow.channel.embeddedEventLoop.run()
        fast.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(fast.connection.reads == 2)
        #expect(throws: BodyRefused.self) { try slow.channel.throwIfErrorCaught() }
        _ = try? slow.channel.finish(acceptAlreadyClosed: true)
        _ = try? fast.channel.finish(acceptAlreadyClosed: true)
    }
}
