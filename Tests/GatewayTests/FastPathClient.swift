import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Synchronization

@testable import Gateway

/// Takes these paths:
/// - `/stream/N` sends N parts of 1000 bytes, as the client takes them.
/// - `/now` answers at once, `/later` when the event loop runs.
/// - `/body` answers with the body, and leaves one of more than ten bytes to the router.
/// - `/broken` ends in the middle of its reply.
final class StreamingPath: FastPath {
    let log = Mutex<[String]>([])
    /// The length that a streamed reply announces for each part; nil: none.
    let partLength: Int?

    init(partLength: Int? = nil) { self.partLength = partLength }

    func take(_ head: HTTPRequestHead, on connection: FastPathConnection) -> (any FastPathExchange)? {
        let parts = head.uri.split(separator: "/").map(String.init)
        guard let first = parts.first, ["stream", "now", "later", "body", "broken"].contains(first) else {
            return nil
        }
        log.withLock { $0.append("take \(first)") }
        return StreamingExchange(self, head, parts, connection.channel.eventLoop)
    }
}

private final class StreamingExchange: FastPathExchange {
    private let path: StreamingPath
    private let head: HTTPRequestHead
    private let kind: String
    private let loop: any EventLoop
    private var left: Int
    private let count: Int
    private var body = ByteBuffer()
    private var reply: FastPathReply?
    let bodyEvent = BodyEvent.verified

    init(_ path: StreamingPath, _ head: HTTPRequestHead, _ parts: [String], _ loop: any EventLoop) {
        (self.path, self.head, kind, self.loop) = (path, head, parts[0], loop)
        count = parts.count > 1 ? Int(parts[1]) ?? 0 : 1
        left = count
    }

    private func log(_ text: String) { path.log.withLock { $0.append(text) } }

    func receivedBody(_ bytes: ByteBuffer) -> FastPathBodyAction {
        var bytes = bytes
        body.writeBuffer(&bytes)
        return body.readableBytes > 10 ? .route(head, body) : .readOn
    }

    func receivedEnd(_ reply: FastPathReply) {
        self.reply = reply
        switch kind {
        case "later":
            let bound = NIOLoopBound(self, eventLoop: loop)
            loop.execute { bound.value.send("later") }
        case "stream", "broken":
            var head = HTTPResponseHead(version: .http1_1, status: .ok)
            if let length = path.partLength { head.headers.add(name: "Content-Length", value: "\(length * count)") }
            reply.begin(head)
            if kind == "broken" {
                reply.write(ByteBuffer(string: "half"))
                reply.abort()
            } else {
                stream()
            }
        case "body": send(String(buffer: body))
        default: send(kind)
        }
    }

    private func send(_ text: String) {
        reply?.send(HTTPResponseHead(BufferedResponse(.ok, Array(text.utf8), type: nil).head), ByteBuffer(string: text))
    }

    private func stream() {
        guard let reply else { return }
        while left > 0, reply.isWritable {
            reply.write(ByteBuffer(repeating: UInt8(ascii: "x"), count: 1_000))
            left -= 1
        }
        guard left == 0 else {
            reply.flush()
            return log("pause")
        }
        reply.end()
    }

    func writabilityChanged(isWritable: Bool) { if isWritable { stream() } }

    func cancel() {
        log("cancel")
        // A reply that comes too late is dropped.
        send("too late")
    }
}

/// The client's side: it counts reads, and takes so many bytes before `take` is called.
final class ClientLine: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    var reads = 0
    var room = Int.max
    var largest = 0
    private var pending = 0

    func read(context: ChannelHandlerContext) {
        reads += 1
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .byteBuffer(let bytes) = unwrapOutboundIn(data) { pending += bytes.readableBytes }
        largest = max(largest, pending)
        if pending > room, let channel = context.channel as? EmbeddedChannel, channel.isWritable {
            channel.isWritable = false
            channel.pipeline.fireChannelWritabilityChanged()
        }
        context.write(data, promise: promise)
    }

    func take(_ channel: EmbeddedChannel) {
        pending = 0
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
    }
}

/// Answers 200 with its requests' bodies, and notes events.
final class AnsweringRouter: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart
    var events: [String] = []
    private var body = ""

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: context.triggerUserOutboundEvent(BodyEvent.verified, promise: nil)
        case .body(let bytes): body += String(buffer: bytes)
        case .end:
            let text = "router\(body)"
            body = ""
            let head = HTTPResponse(status: .ok, headerFields: [.contentLength: "\(text.utf8.count)"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(ByteBuffer(string: text))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { events.append("\(event)") }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { events.append("\(error)") }
}

struct FastPathClient {
    let channel: EmbeddedChannel
    let path: StreamingPath
    let line = ClientLine()
    let router = AnsweringRouter()

    init(partLength: Int? = nil) throws {
        path = StreamingPath(partLength: partLength)
        let continuation = ConnectionContinuation()
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        channel = EmbeddedChannel(handlers: [
            line, HTTPResponseEncoder(configuration: encoding),
            ByteToMessageHandler(RequestDecoder(continuation), maximumBufferSize: RequestDecoder.bufferBytes),
            ConnectionGuard(
                connections: .unlimited(), continuation: continuation,
                surfaces: APISurfaces(metricsNeedToken: false)
            ) { _ in },
            UnverifiedBodyHandler(bodies: UnverifiedBodies(), addresses: ClientAddress(trusted: [])),
            FastPathHandler([path], client: ClientConnection()), HTTP1ToHTTPServerCodec(secure: false), router,
        ])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func send(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

    /// Everything that was sent to the client since the last call.
    func received() throws -> String {
        // Replies are flushed once the event loop has handled what came.
        channel.embeddedEventLoop.run()
        var text = ""
        while let part = try channel.readOutbound(as: IOData.self) {
            if case .byteBuffer(let bytes) = part { text += String(buffer: bytes) }
        }
        return text
    }

    /// The bodies of the replies that were sent since the last call, which announce their lengths.
    func bodies() throws -> [String] {
        try received().components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst().map {
            $0.components(separatedBy: "\r\n\r\n").dropFirst().joined()
        }
    }

    var log: [String] { path.log.withLock { $0 } }
}
