import HTTPTransport
import NIOCore
import NIOHTTP1

/// The channel handler before the codec that lets fast paths answer requests. Carries out the decisions of
/// `FastPathStateMachine`.
///
/// Stands behind the connection guard and the unverified body handler: deadlines, framing for HTTP/1.0 and bounds of bodies
/// hold for fast paths as for the router. A request whose Connection header says more than `keep-alive` goes to the router,
/// which ends the connection by it.
final class FastPathHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var state = FastPathStateMachine()
    /// The request that a fast path took.
    private var exchange: (any FastPathExchange)?
    private var isCarryingOut = false
    private var isFlushDue = false
    private let fastPaths: [any FastPath]
    private let client: ClientConnection

    init(_ fastPaths: [any FastPath], client: ClientConnection) {
        self.fastPaths = fastPaths
        self.client = client
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        carryOut(state.received(unwrapInboundIn(data)), data, context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        carryOut(state.received(.event(event)), nil, context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        carryOut(state.received(.error(error)), nil, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { close() }

    private func close() {
        let isTaken = state.closed()
        let exchange = self.exchange.take()
        if isTaken { exchange?.cancel() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        let wasAnswering = state.isAnswering
        carryOut(state.writabilityChanged(isWritable: isWritable), nil, context)
        if wasAnswering, state.isAnswering { exchange?.writabilityChanged(isWritable: isWritable) }
        context.fireChannelWritabilityChanged()
    }

    /// Carries out an action, and then those for what waited. In a loop: thousands of refusals must not nest on the stack.
    private func carryOut(_ action: FastPathStateMachine.Action?, _ data: NIOAny?, _ context: ChannelHandlerContext) {
        if let action { perform(action, data, context) }
        guard !isCarryingOut else { return }
        isCarryingOut = true
        var hasRouted = false
        while let action = state.next() {
            if case .offer = action { hasRouted = true } else if case .route = action { hasRouted = true }
            perform(action, nil, context)
        }
        isCarryingOut = false
        if hasRouted { context.fireChannelReadComplete() }
        if state.resumesReading() { context.read() }
    }

    /// - Parameter data: the action's part as it came, if it came just now.
    private func perform(
        _ action: FastPathStateMachine.Action, _ data: NIOAny?, _ context: ChannelHandlerContext
    ) {
        switch action {
        case .offer(let head): offer(head, data, context)
        case .route(let part): context.fireChannelRead(data ?? wrapInboundOut(part))
        case .routeSignal(.event(let event)): context.fireUserInboundEventTriggered(event)
        case .routeSignal(.error(let error)): context.fireErrorCaught(error)
        case .body(let bytes):
            guard case .route(let head, let body)? = exchange?.receivedBody(bytes) else { return }
            exchange = nil
            state.routedAfterAll()
            context.fireChannelRead(wrapInboundOut(.head(head)))
            context.fireChannelRead(wrapInboundOut(.body(body)))
        case .answer(let id): exchange?.receivedEnd(FastPathReply(self, context, id))
        case .cancel(let error):
            exchange.take()?.cancel()
            context.fireErrorCaught(error)
        }
    }

    private func offer(_ head: HTTPRequestHead, _ data: NIOAny?, _ context: ChannelHandlerContext) {
        guard let exchange = take(head, context) else {
            state.declined()
            return context.fireChannelRead(data ?? wrapInboundOut(.head(head)))
        }
        state.taken()
        self.exchange = exchange
        // A body that came already may be refused for this at once.
        context.triggerUserOutboundEvent(exchange.bodyEvent, promise: nil)
    }

    private func take(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> (any FastPathExchange)? {
        if let option = head.headers.first(name: "Connection"), option.lowercased() != "keep-alive" { return nil }
        let connection = FastPathConnection(channel: context.channel, client: client)
        for fastPath in fastPaths {
            if let exchange = fastPath.take(head, on: connection) { return exchange }
        }
        return nil
    }

    // MARK: Outbound

    func read(context: ChannelHandlerContext) {
        if state.mayRead() { context.read() }
    }

    /// A part of the router's reply.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { state.routedReplyEnded() }
        context.write(data, promise: promise)
    }

    // Parts of a fast path's reply, for `FastPathReply`.

    func begin(_ head: HTTPResponseHead, _ id: FastPathStateMachine.RequestID, _ context: ChannelHandlerContext) {
        guard state.replyBegan(id) else { return }
        var head = head
        // RFC 9110 section 6.6.1; the router adds it to its own replies.
        if !head.headers.contains(name: "Date") { head.headers.add(name: "Date", value: HTTPDate.now) }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    func write(_ bytes: ByteBuffer, _ id: FastPathStateMachine.RequestID, _ context: ChannelHandlerContext) {
        if state.takesReplyBody(id) { context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil) }
    }

    func end(_ id: FastPathStateMachine.RequestID, _ context: ChannelHandlerContext) {
        guard state.takesReplyBody(id) else { return }
        // Before the next request has its turn: the write may read on, or close.
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        flush(context)
        guard state.replyEnded(id) else { return }
        exchange = nil
        carryOut(nil, nil, context)
    }

    /// Flushes once all that the event loop has read just now was handled: a peer that is awakened for the first of many
    /// replies or requests finds the others, instead of falling asleep between them.
    func flush(_ context: ChannelHandlerContext) {
        guard !isFlushDue else { return }
        isFlushDue = true
        context.eventLoop.assumeIsolated().execute {
            self.isFlushDue = false
            context.flush()
        }
    }

    /// A close drops what was not flushed: the server closes as soon as the last reply has ended when it stops.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if isFlushDue { context.flush() }
        context.close(mode: mode, promise: promise)
    }

    func abort(_ id: FastPathStateMachine.RequestID, _ context: ChannelHandlerContext) {
        guard state.replyAborted(id) else { return }
        exchange = nil
        // The client gets what there is of it.
        context.flush()
        context.close(promise: nil)
    }
}

@available(*, unavailable)
extension FastPathHandler: Sendable {}
