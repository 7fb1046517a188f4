import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

/// Time is given: nobody waits a quarter of an hour.
@Suite struct ConnectionGuardTests {
    private func asked(whole: Bool = true) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(
            handler: ConnectionGuard(count: ConnectionCount(), continuation: ConnectionContinuation()) { _ in })
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
        let channel = try asked()
        for _ in 0..<14 {
            channel.embeddedEventLoop.advanceTime(by: .minutes(1))
            try channel.writeOutbound(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: "more"))))
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .minutes(1))
        #expect(!channel.isActive)
    }

    @Test func `A connection may be used for ever, and rest for 75 seconds`() throws {
        let channel = try asked()
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
        let channel = try asked(whole: false)
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
}
