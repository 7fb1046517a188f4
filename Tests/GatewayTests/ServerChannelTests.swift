import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

/// The handlers that a request's bytes pass, with a server behind them that answers 200 to everything.
@Suite struct ServerChannelTests {
    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        let headers: HTTPHeaders
        let body: String
        init(headers: HTTPHeaders, body: String) { (self.headers, self.body) = (headers, body) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let part = unwrapInboundIn(data)
            // A server that reads the body of every request.
            if case .head = part { context.triggerUserOutboundEvent(BodyEvent.verified, promise: nil) }
            guard case .end = part else { return }
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    /// Everything that is answered to these bytes, which arrive in parts.
    private func answer(
        _ parts: [String], headers: HTTPHeaders = ["Content-Length": "2"], finishes: Bool = false
    ) throws -> String {
        let continuation = ConnectionContinuation()
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        let channel = EmbeddedChannel(handlers: [
            HTTPResponseEncoder(configuration: encoding),
            ByteToMessageHandler(RequestDecoder(continuation), maximumBufferSize: RequestDecoder.bufferBytes),
            ConnectionGuard(
                connections: .unlimited(), continuation: continuation, surfaces: APISurfaces(metricsNeedToken: false)
            ) { _ in },
            Answering(headers: headers, body: "ok"),
        ])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        for part in parts { try channel.writeInbound(ByteBuffer(string: part)) }
        if finishes { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        var received = ""
        while let part = try channel.readOutbound(as: IOData.self) {
            if case .byteBuffer(let bytes) = part { received += String(buffer: bytes) }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return received
    }

    private func count(_ text: String, _ part: String = "HTTP/1.1 200 OK") -> Int {
        text.components(separatedBy: part).count - 1
    }

    private static let next = "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(arguments: [
        "Upgrade", "upgrade", "UPGRADE", "keep-alive, Upgrade", "Upgrade, HTTP2-Settings", "Upgrade,HTTP2-Settings",
        "HTTP2-Settings , Upgrade", "  Upgrade  ", "keep-alive", "TE,  Upgrade , X", "upgraded", "not-upgrade",
    ])
    func `An offer of an upgrade is ignored, and what follows is answered`(connection: String) throws {
        let offer = "Host: a\r\nConnection: \(connection)\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
        let requests = [
            "GET /1 HTTP/1.1\r\n\(offer)\r\n", "POST /1 HTTP/1.1\r\n\(offer)Content-Length: 5\r\n\r\nhello",
            "POST /1 HTTP/1.1\r\n\(offer)Content-Length: 0\r\n\r\n",
            "POST /1 HTTP/1.1\r\n\(offer)Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ]
        for request in requests {
            let received = [
                try answer([request + Self.next]), try answer([request, Self.next]),
                try answer((request + Self.next).map(String.init)),
                try answer([request + String(Self.next.prefix(9)), String(Self.next.dropFirst(9))]),
                try answer([request + Self.next], finishes: true),
            ]
            #expect(received.map { count($0) } == [2, 2, 2, 2, 2], "\(connection) \(request)")
            #expect(!received.contains { $0.contains("close") })
            // One after another, on one connection.
            #expect(count(try answer([String(repeating: request, count: 20) + Self.next])) == 21)
        }
    }

    /// The parser has its own view of lists like these; the request is answered, and nothing after it.
    @Test(arguments: [
        "Upgrade\t", "Upgrade foo", "keep-alive;Upgrade", ",Upgrade", "Upgrade,", "\"Upgrade\"",
    ])
    func `An offer in an unusual spelling ends the connection after the reply`(connection: String) throws {
        let request =
            "POST /1 HTTP/1.1\r\nHost: a\r\nConnection: \(connection)\r\nUpgrade: x\r\nContent-Length: 1\r\n\r\n1"
        for parts in [[request + Self.next], [request, Self.next]] {
            let received = try answer(parts)
            #expect(count(received) == 1 && received.contains("\r\nConnection: close\r\n"), "\(connection) \(received)")
        }
    }

    @Test(arguments: ["close", "Close", "CLOSE", "close, TE", "TE, close", "TE , Close", "keep-alive, close"])
    func `After close, however it is spelt, the connection ends`(connection: String) throws {
        let request = "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: \(connection)\r\n\r\n"
        for parts in [[request], [request + Self.next], [request, Self.next], [request + "\u{1}junk"]] {
            let received = try answer(parts)
            #expect(count(received) == 1 && count(received, "HTTP/1.1 ") == 1, "\(received)")
            #expect(received.contains("\r\nConnection: close\r\n"))
        }
        // Two fields are one list.
        let two = try answer([
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nConnection: \(connection)\r\n\r\n\(Self.next)"
        ])
        #expect(count(two) == 1)
    }

    @Test(arguments: ["keep-alive", "TE", "closed", "not-close", "x"])
    func `What is no close leaves the connection open`(connection: String) throws {
        let received = try answer(["GET /1 HTTP/1.1\r\nHost: a\r\nConnection: \(connection)\r\n\r\n\(Self.next)"])
        #expect(count(received) == 2 && !received.contains("Connection:"))
    }

    @Test func `HTTP/1.0 is answered without chunks, and once unless it asks for more`() throws {
        let plain = "GET /1 HTTP/1.0\r\n\r\n"
        let once = try answer([plain + Self.next])
        #expect(count(once) == 1 && once.contains("\r\nConnection: close\r\n"), "\(once)")
        let kept = try answer(["GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n\(plain)\(plain)"])
        #expect(count(kept) == 2 && kept.contains("\r\nConnection: keep-alive\r\n"))
        // A body of unknown length ends with the connection.
        let streamed = try answer(["GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n\(plain)"], headers: [:])
        #expect(count(streamed) == 1 && !streamed.lowercased().contains("transfer-encoding"), "\(streamed)")
        #expect(streamed.hasSuffix("\r\n\r\nok") && streamed.contains("\r\nConnection: close\r\n"))
        #expect(try answer([Self.next], headers: [:]).hasSuffix("\r\n\r\n2\r\nok\r\n0\r\n\r\n"), "HTTP/1.1 has chunks")
        // RFC 9110 section 10.1.1, RFC 9112 section 6.1.
        let expecting = "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n1"
        #expect(try !answer(["POST / HTTP/1.0\r\n\(expecting)"]).contains(" 100 "))
        #expect(
            try answer(["POST / HTTP/1.1\r\nHost: a\r\n\(expecting)"]).hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP"))
        let framed = try answer(["POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"])
        #expect(framed.hasPrefix("HTTP/1.1 400 ") && framed.contains("\r\nConnection: close\r\n"))
        #expect(try answer(["GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"]).hasPrefix("HTTP/1.1 400 "))
        #expect(try answer(["GET / HTTP/1.0\r\nHost: a/b\r\n\r\n"]).hasPrefix("HTTP/1.1 400 "))
    }

    @Test func `A reply to HEAD ends with its head`() throws {
        let head = "HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\n"
        let received = try answer([head + Self.next])
        let ends = received.components(separatedBy: "\r\n\r\n")
        #expect(count(received) == 2 && ends[0].contains("Content-Length: 2") && ends[2] == "ok", "\(received)")
        #expect(try answer([head], headers: [:]).hasSuffix("200 OK\r\n\r\n"), "nor chunks of nothing")
        // Refusals have no body either.
        let refused = try answer(["HEAD /1 HTTP/1.1\r\n\r\n"])
        #expect(refused.hasPrefix("HTTP/1.1 400 ") && refused.hasSuffix("\r\n\r\n"), "\(refused)")
    }
}
