import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Gateway

/// Time is given: nobody waits a quarter of an hour.
@Suite struct ConnectionGuardTests {
    private func asked(whole: Bool = true) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: ConnectionGuard(count: ConnectionCount()) { _ in })
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try ask(channel, whole: whole)
        return channel
    }

    /// - Parameter whole: with its end, and the head of a reply.
    private func ask(_ channel: EmbeddedChannel, whole: Bool = true) throws {
        let head = HTTPRequest(
            method: .get, scheme: "http", authority: "localhost", path: "/meeting-baas/v2/bots",
            headerFields: HTTPFields())
        try channel.writeInbound(HTTPRequestPart.head(head))
        guard whole else { return }
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
    }

    @Test func `A reply that is read for ever, however steadily, ends after fifteen minutes`() throws {
        let channel = try asked()
        for _ in 0..<14 {
            channel.embeddedEventLoop.advanceTime(by: .minutes(1))
            try channel.writeOutbound(HTTPResponsePart.body(ByteBuffer(string: "more")))
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .minutes(1))
        #expect(!channel.isActive)
    }

    @Test func `A connection may be used for ever, and rest for 75 seconds`() throws {
        let channel = try asked()
        for _ in 0..<60 {
            try channel.writeOutbound(HTTPResponsePart.end(nil))
            channel.embeddedEventLoop.advanceTime(by: .seconds(70))
            #expect(channel.isActive)
            try ask(channel)
        }
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(74))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `Half a request is told so after 15 seconds, and not while its body still comes`() throws {
        let channel = try asked(whole: false)
        for _ in 0..<3 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(14))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 14 * 65_536)))
        }
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        channel.embeddedEventLoop.advanceTime(by: .seconds(16))
        guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else {
            Issue.record("no reply")
            return
        }
        #expect(head.status.code == 408)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}
