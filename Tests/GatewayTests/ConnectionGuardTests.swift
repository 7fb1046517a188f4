import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

/// The time is given, so no test waits a quarter of an hour.
@Suite struct ConnectionGuardTests {
    private func channelWithRequest(
        whole: Bool = true, connections: ClientConnections = .unlimited(), client: ClientConnection = ClientConnection()
    ) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(
            handler: ConnectionGuard(
                client: client, connections: connections, continuation: ConnectionContinuation(),
                surfaces: APISurfaces(metricsNeedToken: false)
            ) { _ in })
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try ask(channel, whole: whole)
        return channel
    }

    /// - Parameter whole: with its end, and the head of a reply.
    private func ask(_ channel: EmbeddedChannel, whole: Bool = true) throws {
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/meeting-baas/v2/bots", headers: ["Host": "localhost"])
        try channel.writeInbound(HTTPServerRequestPart.head(head))
        guard whole else { return }
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)))
    }

    @Test func `A reply that is read for ever, however steadily, ends after fifteen minutes`() throws {
        let channel = try channelWithRequest()
        for _ in 0..<14 {
            channel.embeddedEventLoop.advanceTime(by: .minutes(1))
            try channel.writeOutbound(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: "more"))))
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .minutes(1))
        #expect(!channel.isActive)
    }

    @Test func `A connection may be used for ever, and rest for 75 seconds`() throws {
        let channel = try channelWithRequest()
        for _ in 0..<60 {
            try channel.writeOutbound(HTTPServerResponsePart.end(nil))
            channel.embeddedEventLoop.advanceTime(by: .seconds(70))
            #expect(channel.isActive)
            try ask(channel)
        }
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(74))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `Half a request is told so after 15 seconds, and not while its body still comes`() throws {
        let channel = try channelWithRequest(whole: false)
        for _ in 0..<3 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(14))
            try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(repeating: 0, count: 14 * 65_536)))
        }
        #expect(try channel.readOutbound(as: HTTPServerResponsePart.self) == nil)
        channel.embeddedEventLoop.advanceTime(by: .seconds(16))
        guard case .head(let head) = try channel.readOutbound(as: HTTPServerResponsePart.self) else {
            Issue.record("no reply")
            return
        }
        #expect(head.status.code == 408)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `When room runs out, idle connections close and those with a request stay`() throws {
        let connections = ClientConnections(
            limit: 20, addressLimit: nil, addresses: ClientAddress(trusted: []), metrics: PrometheusFactory())
        let known = ClientConnection()
        known.markAuthenticated()
        let busy = try (0..<4).map { _ in try channelWithRequest(connections: connections) }
        let idle = try (0..<14).map {
            try channelWithRequest(connections: connections, client: $0 == 0 ? known : ClientConnection())
        }
        for channel in idle { try channel.writeOutbound(HTTPServerResponsePart.end(nil)) }
        #expect(connections.open == 18 && idle.allSatisfy(\.isActive))
        var more: [EmbeddedChannel] = []
        for number in 1...14 {
            more.append(try channelWithRequest(connections: connections))
            for channel in idle { channel.embeddedEventLoop.run() }
            #expect(connections.open == 18)
            // The one that carried a valid credential is the oldest, and the last to go.
            #expect(idle.map(\.isActive) == (0..<14).map { $0 == 0 && number < 14 || $0 > number })
        }
        #expect(busy.allSatisfy(\.isActive) && more.allSatisfy(\.isActive))
        // Nothing is idle: the room that is kept is used.
        let last = try channelWithRequest(connections: connections)
        #expect(connections.open == 19)
        // Those that end their requests give room.
        try busy[0].writeOutbound(HTTPServerResponsePart.end(nil))
        busy[0].embeddedEventLoop.run()
        #expect(!busy[0].isActive && last.isActive && connections.open == 18)
        #expect(connections.untrustedProxy == nil)
        for channel in busy + more + [last] { _ = try? channel.finish(acceptAlreadyClosed: true) }
        #expect(connections.open == 0)
    }

    @Test func `A reply's bytes reach the client before a crowded gateway closes its connection`() throws {
        let connections = ClientConnections(
            limit: 16, addressLimit: nil, addresses: ClientAddress(trusted: []), metrics: PrometheusFactory())
        let channels = try (0..<15).map { _ in try channelWithRequest(connections: connections) }
        try channels[3].writeOutbound(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: "all"))))
        try channels[3].writeOutbound(HTTPServerResponsePart.end(nil))
        channels[3].embeddedEventLoop.run()
        var parts: [HTTPServerResponsePart] = []
        while let part = try channels[3].readOutbound(as: HTTPServerResponsePart.self) { parts.append(part) }
        #expect(parts.count == 3 && !channels[3].isActive)
        for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) }
    }
}
