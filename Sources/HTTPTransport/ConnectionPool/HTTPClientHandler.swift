import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// The channel handler that runs one exchange at a time on a pooled connection, by the rules of `HTTPClientStateMachine`.
final class HTTPClientHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// The user of the connection: the pool.
    struct Owner: Sendable {
        let released: @Sendable (_ isReusable: Bool) -> Void
        let closed: @Sendable () -> Void
    }

    private var state = HTTPClientStateMachine()
    private var context: ChannelHandlerContext?
    private var exchange: PooledExchange?
    private var body = ByteBuffer()
    private var trailers: HTTPHeaders?
    private var timer: Scheduled<Void>?
    private var timerAt = NIODeadline.distantFuture
    private var owner: Owner?
    private var isFlushDue = false
    /// False during the TLS handshake, when the channel reads by itself.
    private var isServing = false
    private var secured: EventLoopPromise<Void>?
    private var boundary = ResponseBoundary()

    /// - Parameter secured: succeeds when the TLS handshake is done, or fails with its error.
    init(secured: EventLoopPromise<Void>?) { self.secured = secured }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(ChannelError.ioOnClosedChannel, context)
        self.context = nil
    }

    /// From here on the pool uses the connection.
    func serve(_ owner: Owner) {
        self.owner = owner
        isServing = true
        guard let context, context.channel.isActive else { return owner.closed() }
        if state.takesRead() { context.read() }
    }

    // MARK: Request

    /// - Returns: false when nothing was sent: the connection has ended.
    func start(_ exchange: PooledExchange) -> Bool {
        let request = exchange.request
        guard let context, context.channel.isActive,
            state.start(
                request.head.method, bodyBytes: request.body?.readableBytes ?? 0, request.timeouts,
                at: context.eventLoop.now)
        else { return false }
        self.exchange = exchange
        body = request.body ?? ByteBuffer()
        boundary.reset()
        context.write(wrapOutboundOut(.head(request.head)), promise: nil)
        writeParts(context)
        if state.takesRead() { context.read() }
        updateTimer(context)
        return true
    }

    private func writeParts(_ context: ChannelHandlerContext) {
        var hasWritten = false
        writing: while true {
            switch state.nextWrite(isWritable: context.channel.isWritable, at: context.eventLoop.now) {
            case .wait: break writing
            case .body(let count):
                guard let part = body.readSlice(length: count) else { break writing }
                context.write(wrapOutboundOut(.body(.byteBuffer(part))), promise: nil)
            case .end: context.write(wrapOutboundOut(.end(nil)), promise: nil)
            }
            hasWritten = true
        }
        if hasWritten { flush(context) }
    }

    /// Flushes once all that the event loop has read just now was handled: a server that is awakened for the first of many
    /// requests finds the others, instead of falling asleep between them.
    private func flush(_ context: ChannelHandlerContext) {
        guard !isFlushDue else { return }
        isFlushDue = true
        context.eventLoop.assumeIsolated().execute {
            self.isFlushDue = false
            context.flush()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { writeParts(context) }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Response

    /// Passes bytes on to the decoder in pieces that end where the response may end.
    ///
    /// - Parameter decode: reads one piece.
    func received(_ bytes: ByteBuffer, _ decode: (ByteBuffer) -> Void) {
        guard let context else { return }
        guard state.receivedBytes(at: context.eventLoop.now) else { return context.close(promise: nil) }
        var rest = bytes
        while rest.readableBytes > 0, !state.isClosed {
            guard !state.hasResponseEnded, let count = boundary.next(rest.readableBytesView),
                let piece = rest.readSlice(length: count)
            else { return state.receivedExcess() }
            decode(piece)
            if let framing = state.framing { boundary.headEnded(framing) }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            switch state.receivedHead(head) {
            case .ignore: break
            case .deliver: exchange?.received(head)
            case .fail(let error): fail(error, context)
            }
        case .body(let bytes):
            if state.receivedBody() { exchange?.received(bytes) }
        case .end(let trailers):
            state.receivedEnd()
            self.trailers = trailers
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard isServing else { return context.fireChannelReadComplete() }
        switch state.readCompleted() {
        case .none: exchange?.readCompleted()
        case .read:
            exchange?.readCompleted()
            context.read()
        case .finish(let isReusable):
            let (done, trailers) = takeExchange()
            if !isReusable { context.close(promise: nil) }
            owner?.released(isReusable)
            if state.takesRead() { context.read() }
            done?.ended(trailers)
        }
        context.fireChannelReadComplete()
    }

    /// The consumer takes more of the body.
    func read(_ exchange: PooledExchange) {
        guard self.exchange === exchange, let context else { return }
        if state.wantsMore(at: context.eventLoop.now) { context.read() }
        updateTimer(context)
    }

    // MARK: Endings

    private func takeExchange() -> (PooledExchange?, HTTPHeaders?) {
        defer {
            (exchange, trailers) = (nil, nil)
            body.clear()
        }
        return (exchange, trailers)
    }

    func cancel(_ exchange: PooledExchange) {
        guard self.exchange === exchange, let context else { return }
        _ = state.closed()
        _ = takeExchange()
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            secured?.succeed()
            secured = nil
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error, context) }

    func channelInactive(context: ChannelHandlerContext) {
        fail(ChannelError.eof, context)
        context.fireChannelInactive()
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        secured?.fail(error)
        secured = nil
        var isUnclean = false
        if case .uncleanShutdown? = error as? NIOSSLError { isUnclean = true }
        let ending = state.failed(Self.transportError(error), isUnclean: isUnclean)
        // The rest of the body may be in the decoder still.
        guard state.isClosed else { return }
        let (done, trailers) = takeExchange()
        timer?.cancel()
        let owner = self.owner
        self.owner = nil
        context.close(promise: nil)
        owner?.closed()
        switch ending {
        case .none: break
        case .finish: done?.ended(trailers)
        case .fail(let error, let hadBegun): done?.failed(error, hadBegun: hadBegun)
        }
    }

    private static func transportError(_ error: any Error) -> TransportError {
        switch error {
        case HTTPParserError.invalidEOFState, is ChannelError, NIOSSLError.uncleanShutdown: .interrupted("closed")
        default: TransportError(error)
        }
    }

    // MARK: Deadlines

    /// A timer that comes too early looks again, so most exchanges change no timer.
    private func updateTimer(_ context: ChannelHandlerContext) {
        let deadline = state.deadline
        guard deadline < timerAt else { return }
        timer?.cancel()
        timerAt = deadline
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timerAt = .distantFuture
            if self.state.isOverdue(at: context.eventLoop.now) {
                self.fail(TransportError.timeout, context)
            } else {
                self.updateTimer(context)
            }
        }
    }
}

@available(*, unavailable)
extension HTTPClientHandler: Sendable {}

/// Stands before the decoder, and shows `HTTPClientHandler` the bytes that the decoder gets.
final class ResponseBoundaryHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let client: HTTPClientHandler

    init(_ client: HTTPClientHandler) { self.client = client }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.received(unwrapInboundIn(data)) { context.fireChannelRead(wrapInboundOut($0)) }
    }
}

@available(*, unavailable)
extension ResponseBoundaryHandler: Sendable {}
