import HTTPTypes
import JSONValue
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// The channel handler that holds a client's connection to the rules of `ConnectionStateMachine`, and closes it when others
/// need the room (`ClientConnections`).
///
/// Stands between the HTTP/1 decoder and the HTTP types codec, so that a refused request costs no task and no route.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    struct Refusal: Sendable {
        let code: Problem.Code
        let requestID: String
        let peer: String?
    }

    /// The pause between two looks at a reply that the client still reads.
    private static let rereadInterval = TimeAmount.seconds(1)

    private var state: ConnectionStateMachine
    private var timer: Scheduled<Void>?
    private var timerAt = NIODeadline.distantFuture
    private var id: ClientConnections.ID?
    /// The value last reported to `ClientConnections`.
    private var isIdle = true
    private var hasSentForwardedFor = false
    private var isClosing = false
    private var hasRefusedBody = false
    private var recheck: Scheduled<Void>?
    private let client: ClientConnection
    private let connections: ClientConnections
    private let continuation: ConnectionContinuation
    private let surfaces: APISurfaces
    private let refused: @Sendable (Refusal) -> Void

    /// - Parameters:
    ///   - continuation: tells the decoder before this handler how to go on after each request.
    ///   - refused: called for each refusal, for the log and the metrics.
    init(
        client: ClientConnection = ClientConnection(), connections: ClientConnections,
        continuation: ConnectionContinuation, surfaces: APISurfaces, refused: @escaping @Sendable (Refusal) -> Void
    ) {
        state = ConnectionStateMachine(at: .distantPast, surfaces: surfaces)
        self.surfaces = surfaces
        self.client = client
        self.connections = connections
        self.continuation = continuation
        self.refused = refused
    }

    func handlerAdded(context: ChannelHandlerContext) {
        state = ConnectionStateMachine(at: context.eventLoop.now, surfaces: surfaces)
        schedule(at: state.deadline, context)
        if context.channel.isActive { register(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelActive(context: ChannelHandlerContext) {
        register(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func register(_ context: ChannelHandlerContext) {
        guard id == nil else { return }
        id = connections.add(context.channel)
        if id == nil { context.close(promise: nil) }
    }

    private func end() {
        timer?.cancel()
        recheck?.cancel()
        if let id { connections.remove(id) }
        id = nil
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if !hasSentForwardedFor, head.headers.contains(name: "X-Forwarded-For") {
                hasSentForwardedFor = true
                if let id { connections.sentForwardedFor(id) }
            }
            perform(state.receivedHead(head, at: context.eventLoop.now), data, context)
        case .body(let bytes):
            perform(state.receivedBody(bytes.readableBytes, at: context.eventLoop.now), data, context)
        case .end:
            let (action, next) = state.receivedEnd()
            continuation.next = next
            perform(action, data, context)
        }
    }

    private func perform(
        _ action: ConnectionStateMachine.ReadAction, _ part: NIOAny, _ context: ChannelHandlerContext
    ) {
        noteIdle()
        switch action {
        case .drop: break
        case .end(let ending): perform(ending, context)
        case .forward: context.fireChannelRead(part)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        state.readCompleted(at: context.eventLoop.now)
        updateTimer(context)
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard state.concerns(error) else { return }
        switch error {
        case HTTPParserError.closedConnection: return context.fireErrorCaught(error)
        case is IOError, is ChannelError: return context.fireErrorCaught(error)
        default: break
        }
        let ending = state.receivedBrokenRequest(Self.problem(error), at: context.eventLoop.now)
        noteIdle()
        if let ending { perform(ending, context) }
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case HTTPParserError.headerOverflow:
            Problem(
                .headersTooLarge,
                "The header fields may have \(RequestHeadRules.headerBytes) bytes and number "
                    + "\(RequestHeadRules.headerFields).")
        case HTTPParserError.invalidEOFState: Problem(.malformed, "The request ended before its time.")
        case is HTTPParserError: Problem(.malformed, "The request is no well-formed HTTP/1.1.")
        default: Problem(.malformed, "The request's head cannot be read.")
        }
    }

    func read(context: ChannelHandlerContext) {
        if state.mayRead() { context.read() }
    }

    // MARK: Replies

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            guard state.replyBegan(&head, at: context.eventLoop.now) else { return promise?.succeed() ?? () }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            guard state.takesReplyBody else { return promise?.succeed() ?? () }
            context.write(data, promise: promise)
        case .end:
            let action = state.replyEnded(at: context.eventLoop.now)
            guard action.isWritten else { return promise?.succeed() ?? () }
            context.write(data, promise: promise)
            noteIdle()
            if action.resumesReading { context.read() }
            if let ending = action.ending { perform(ending, context) }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        state.writabilityChanged(
            isWritable: isWritable, unread: isWritable ? 0 : context.unreadBytes, at: context.eventLoop.now)
        updateTimer(context)
        context.fireChannelWritabilityChanged()
    }

    // MARK: Endings

    private func perform(_ ending: ConnectionStateMachine.Ending, _ context: ChannelHandlerContext) {
        switch ending {
        case .close:
            // A reply may be due to be flushed. A reset drops the bytes that the client did not read.
            context.flush()
            if context.unreadBytes > 0 { context.resetsAtClose() }
            isClosing = true
            context.close(promise: nil)
        case .finish:
            // Closing at once would reset the connection and take the reply from the client.
            context.flush()
            context.close(mode: .output, promise: nil)
            updateTimer(context)
        case .refuse(let refusal):
            send(refusal, context)
            perform(.finish, context)
        }
    }

    private func send(_ refusal: ConnectionStateMachine.Refusal, _ context: ChannelHandlerContext) {
        let (problem, requestID) = (refusal.problem, Identifier.make(.request))
        refused(Refusal(code: problem.code, requestID: requestID, peer: context.remoteAddress?.ipAddress))
        var reply = refusal.surface.errorFormat.response(to: problem, requestID: requestID)
        reply.head.headerFields[RequestPipeline.requestID] = requestID
        var (head, framing) = (HTTPResponseHead(reply.head), refusal.framing)
        framing.frame(&head)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if framing.hasBody { context.write(wrapOutboundOut(.body(.byteBuffer(reply.body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // The server ends as well when a body is refused, but the client still reads the reply: a timer closes soon.
        if mode == .all, hasRefusedBody, state.isLingering, !isClosing {
            context.channel.closeFuture.cascade(to: promise)
            return
        }
        if state.closesWithReset { context.resetsAtClose() }
        context.close(mode: state.closesWithReset ? .all : mode, promise: promise)
    }

    // MARK: Events

    /// The server's decisions about the body that is being read, and `ClientConnections`' about an idle connection.
    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event {
        case BodyEvent.verified, BodyEvent.wanted:
            if state.wantsBody() {
                let head = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
            }
        case BodyEvent.refused(let code, let detail):
            hasRefusedBody = true
            let ending = state.refusedBody(Problem(code, detail), at: context.eventLoop.now)
            noteIdle()
            if let ending { perform(ending, context) }
        case is CloseIdleConnection: closeIdle(context)
        default: return context.triggerUserOutboundEvent(event, promise: promise)
        }
        promise?.succeed()
    }

    // MARK: Room for others

    /// Reports the begin of a request, and the end of the last one, to `ClientConnections`.
    private func noteIdle() {
        guard state.isIdle != isIdle, let id else { return }
        isIdle.toggle()
        if isIdle {
            connections.requestEnded(id, isAuthenticated: client.isAuthenticated)
        } else {
            connections.requestBegan(id)
        }
    }

    private func closeIdle(_ context: ChannelHandlerContext) {
        guard state.isIdle, let id else { return }
        if context.unreadBytes == 0 {
            connections.countClosedIdle()
            context.close(promise: nil)
        } else {
            connections.declined(id)
            isIdle = false
            recheckIdle(context)
        }
    }

    /// Counts the connection as idle again once the client has read its reply.
    private func recheckIdle(_ context: ChannelHandlerContext) {
        recheck?.cancel()
        recheck = context.eventLoop.assumeIsolated().scheduleTask(in: Self.rereadInterval) {
            if context.unreadBytes == 0 { self.noteIdle() } else { self.recheckIdle(context) }
        }
    }

    // MARK: Deadlines

    /// A timer that comes too early looks again, so most requests change no timer.
    private func updateTimer(_ context: ChannelHandlerContext) {
        let deadline = state.deadline
        guard deadline < timerAt else { return }
        timer?.cancel()
        schedule(at: deadline, context)
    }

    private func schedule(at deadline: NIODeadline, _ context: ChannelHandlerContext) {
        // A reply's end may bring the deadline nearer, to this.
        timerAt = min(deadline, context.eventLoop.now + ConnectionStateMachine.idleTimeout)
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: timerAt) {
            self.timerAt = .distantFuture
            let ending = self.state.deadlineReached(at: context.eventLoop.now, unread: context.unreadBytes)
            self.noteIdle()
            if let ending { self.perform(ending, context) }
            guard self.timerAt == .distantFuture, context.channel.isActive else { return }
            self.schedule(at: self.state.deadline, context)
        }
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
