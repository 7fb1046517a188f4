import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

@testable import Gateway

/// The client's socket. It reads when the gateway asks for it, takes bytes or lets them wait, and ends each half by itself.
final class ClientSocket: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// True while the gateway reads.
    private(set) var isRead = false
    /// True while the client takes bytes.
    private(set) var isTaking = true
    /// The client ended its half.
    var isInputEnded = false
    /// The gateway ended its half.
    private(set) var isOutputEnded = false
    /// The gateway wrote after its half's end.
    private(set) var hasLateWrite = false
    /// Bytes that wait before the gateway is asked to pause.
    private let room: Int
    private var unflushed: [ByteBuffer] = []
    private(set) var waiting = 0
    private var sent = ByteBuffer()
    private var context: ChannelHandlerContext?

    init(room: Int) { self.room = room }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    private var channel: EmbeddedChannel? { context?.channel as? EmbeddedChannel }

    /// Everything that the gateway has sent since the last call.
    func takeSent() -> ByteBuffer {
        defer { sent = ByteBuffer() }
        return sent
    }

    /// A read brings something now.
    func beginRead() { isRead = false }

    func read(context: ChannelHandlerContext) {
        isRead = true
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(let bytes) = unwrapOutboundIn(data), context.channel.isActive else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        if isOutputEnded { hasLateWrite = true;  }
        unflushed.append(bytes)
        waiting += bytes.readableBytes
        if waiting > room { setWritable(false) }
    }

    func flush(context: ChannelHandlerContext) {
        for bytes in unflushed {
            sent.writeImmutableBuffer(bytes)
            context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        }
        unflushed = []
        if isTaking { drain() }
    }

    private func drain() {
        context?.flush()
        waiting = unflushed.reduce(0) { $0 + $1.readableBytes }
        setWritable(true)
        closeIfEnded()
    }

    private func setWritable(_ isWritable: Bool) {
        guard let channel, channel.isActive, channel.isWritable != isWritable else { return }
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        isOutputEnded = true
        promise?.succeed()
        closeIfEnded()
    }

    /// As the kernel does: the connection ends with its second half, once the client has taken what waits.
    func closeIfEnded() {
        if isOutputEnded, isInputEnded, waiting == 0 { context?.close(promise: nil) }
    }

    func setTaking(_ isTaking: Bool) {
        self.isTaking = isTaking
        if isTaking { drain() }
    }

    /// The client is gone.
    func reset() { context?.close(promise: nil) }
}

/// The server behind the fast paths. It reads and answers one request after the other, when `run` is called, as Hummingbird's
/// task does.
final class ServingRouter: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Item { case part(HTTPRequestPart), inputEnded, failed }

    private var items = CircularBuffer<Item>()
    private var head: HTTPRequest?
    private var bodyBytes = 0
    private var isReadHeld = false
    private var hasEnded = false
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { items.append(.part(unwrapInboundIn(data))) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { items.append(.inputEnded) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { items.append(.failed) }

    /// `NIOAsyncChannel` reads on below ten parts, and again below two.
    func read(context: ChannelHandlerContext) {
        if items.count < 10 { context.read() } else { isReadHeld = true }
    }

    /// Goes on until one reply is sent.
    /// - Returns: false when nothing was left to do.
    func run() -> Bool {
        guard !hasEnded, !items.isEmpty, let context, context.channel.isActive else { return false }
        while let item = items.popFirst() {
            if isReadHeld, items.count < 2 {
                isReadHeld = false
                context.read()
            }
            switch item {
            case .part(.head(let head)):
                (self.head, bodyBytes) = (head, 0)
                context.triggerUserOutboundEvent(BodyEvent.verified, promise: nil)
            case .part(.body(let bytes)): bodyBytes += bytes.readableBytes
            case .part(.end):
                answer(context)
                return true
            case .inputEnded:
                hasEnded = true
                context.close(mode: head == nil ? .output : .all, promise: nil)
            case .failed:
                hasEnded = true
                context.close(promise: nil)
            }
        }
        return true
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let request = head else { return }
        head = nil
        let (name, marked) = (HTTPField.Name.make("traceparent"), HTTPField.Name.make("x-router"))
        let mark = request.headerFields[name] ?? ""
        let text = "router \(mark) \(bodyBytes)"
        let reply = HTTPResponse(
            status: .ok, headerFields: [.contentLength: "\(text.utf8.count)", name: mark, marked: "yes"])
        context.write(wrapOutboundOut(.head(reply)), promise: nil)
        if request.method != .head { context.write(wrapOutboundOut(.body(ByteBuffer(string: text))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        guard request.headerFields[.connection] == "close" else { return }
        hasEnded = true
        context.close(mode: .output, promise: nil)
    }
}

/// One connection to a gateway: all handlers of `ServerChannel` on an embedded channel, between a client's socket and a
/// router.
struct MirrorReadClient {
    let channel: EmbeddedChannel
    let socket: ClientSocket
    let router = ServingRouter()

    init(_ place: MirrorReadPlace, room: Int) throws {
        socket = ClientSocket(room: room)
        channel = EmbeddedChannel(handlers: Self.handlers(place, socket, router))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.read()
    }

    /// The pipeline of `ServerChannel`.
    private static func handlers(
        _ place: MirrorReadPlace, _ socket: ClientSocket, _ router: ServingRouter
    ) -> [any ChannelHandler] {
        let (client, continuation) = (ClientConnection(), ConnectionContinuation())
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        return [
            socket, HTTPResponseEncoder(configuration: encoding),
            ByteToMessageHandler(RequestDecoder(continuation), maximumBufferSize: RequestDecoder.bufferBytes),
            ConnectionGuard(
                client: client, connections: place.connections, continuation: continuation, surfaces: place.surfaces
            ) { _ in },
            UnverifiedBodyHandler(bodies: place.bodies, addresses: place.addresses),
            FastPathHandler([place.fastPath], client: client), HTTP1ToHTTPServerCodec(secure: false),
            HTTPConnectionStateHandler(logger: place.logger), router,
        ]
    }

    /// The bytes of one read of the socket.
    func deliver(_ bytes: ByteBuffer) throws {
        socket.beginRead()
        try channel.writeInbound(bytes)
        if channel.isActive { channel.read() }
    }
}
