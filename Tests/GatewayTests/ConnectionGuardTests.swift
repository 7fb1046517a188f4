import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Gateway

/// Time is given: nobody waits a quarter of an hour.
@Suite struct ConnectionGuardTests {
    private func asked() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: ConnectionGuard(count: ConnectionCount()) { _ in })
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let head = HTTPRequest(
            method: .get, scheme: "http", authority: "localhost", path: "/meeting-baas/v2/bots",
            headerFields: HTTPFields())
        try channel.writeInbound(HTTPRequestPart.head(head))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        return channel
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

    @Test func `A reply that has ended leaves the connection be`() throws {
        let channel = try asked()
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }
}
