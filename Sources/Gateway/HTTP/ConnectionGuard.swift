import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Wire

/// What one connection may ask of this process: a head and a body that arrive in time, within bounds, in the form that
/// the RFCs demand. Stands between the HTTP parser and the server, so that what it refuses costs no task and no route.
/// Gives each reply the framing that its request allows, and obeys `Connection` (`ReplyFraming`).
///
/// A request has 15 s for its head, and for its body 15 s and one more for each 64 KiB that came. A reply that is
/// given while more than 64 KiB of the body are still to come ends the connection: the rest is passed over for a second
/// or a mebibyte, so that the caller can read the reply, and never drained for ever. A caller that reads nothing of its
/// reply for 30 s is let go, and so is one that has not read it whole after 15 minutes, however steadily it reads, or
/// that asks for nothing for 75 s.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    static let patience = TimeAmount.seconds(15)
    /// For a caller that reads nothing of its reply.
    static let stall = TimeAmount.seconds(30)
    /// For the whole of a reply.
    static let replyLimit = TimeAmount.minutes(15)
    /// Requests of one connection that may wait for their replies before no more is read.
    static let pipelined = 16
    /// Between two requests.
    static let rest = TimeAmount.seconds(75)
    static let linger = TimeAmount.seconds(1)
    static let lingerBytes = 1 << 20
    static let drainBytes = 64 << 10
    static let bytesPerSecond = 64 << 10

    /// What is being read. Replies to requests that were read whole may still be on their way meanwhile.
    private enum Phase { case idle, head, body, refused }
    private var phase = Phase.idle
    /// Requests passed on whose reply has not ended, the one that is answered next first.
    private var exchanges = CircularBuffer<ReplyFraming>()
    private var unanswered: Int { exchanges.count }
    private var replyBegan = false
    /// A request was read after which the connection ends: nothing that follows is a request (RFC 9112 section 9.6).
    private var hasLastRequest = false
    private var sawPart = false
    /// Whether any byte came on this connection.
    private var heard = false
    private var pending: Problem?
    /// The request that is read, or was read last.
    private var reading = ReplyFraming.last
    /// Whether it is the mirror's: errors have its form there.
    private var isMirror = false
    /// Bytes of the body that are still to come, where its length was told.
    private var toCome: Int?
    private var passedOver = 0
    private var due = NIODeadline.distantFuture
    /// For what is being read; when it comes.
    private var timer: Scheduled<Void>?
    private var timerAt = NIODeadline.distantFuture
    private var stalled: Scheduled<Void>?
    /// Looks after replies and rests now and then: a timer for each request would cost more than the rest of this.
    private var watch: Scheduled<Void>?
    private var restsSince = NIODeadline.distantPast
    private var repliesSince: NIODeadline?

    private var readWaits = false
    private let count: ConnectionCount
    private let continuation: ConnectionContinuation
    private let refused: @Sendable (Refusal) -> Void

    struct Refusal: Sendable {
        let code: Problem.Code
        let requestID: String
        let peer: String?
    }

    /// - Parameters:
    ///   - continuation: tells the decoder before this handler how to go on after each request.
    ///   - refused: called for each refusal, for the log and the metrics.
    init(
        count: ConnectionCount, continuation: ConnectionContinuation, refused: @escaping @Sendable (Refusal) -> Void
    ) {
        self.count = count
        self.continuation = continuation
        self.refused = refused
    }

    func handlerAdded(context: ChannelHandlerContext) {
        count.add(1)
        // A connection that says nothing is as unfinished as half a head.
        phase = .head
        expect(within: Self.patience, context)
        restsSince = context.eventLoop.now
        look(after: Self.rest, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancelTimers() }

    private func cancelTimers() {
        timer?.cancel()
        stalled?.cancel()
        watch?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        count.add(-1)
        cancelTimers()
        context.fireChannelInactive()
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        sawPart = true
        let part = unwrapInboundIn(data)
        guard phase != .refused, phase == .body || !hasLastRequest else { return passOver(part, context) }
        switch part {
        case .head(let head):
            reading = ReplyFraming(head)
            isMirror = Mirror.serves(RequestHeadRules.path(head.uri))
            if let fault = RequestHeadRules.fault(head) { return refuse(Problem(.malformed, fault), context) }
            let length = RequestHeadRules.values("Content-Length", head).first.flatMap { Int($0) }
            if let length, length > IntakeRoutes.bodyLimit {
                return refuse(.bodyTooLarge(IntakeRoutes.bodyLimit), context)
            }
            // RFC 9110 section 10.1.1: the caller waits for a word before it sends the body; HTTP/1.0 knows no such word.
            let expects = RequestHeadRules.values("Expect", head).first?.lowercased() == "100-continue"
            if unanswered == 0, !reading.isHTTP10, expects {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
            }
            phase = .body
            if reading.endsConnection { hasLastRequest = true }
            exchanges.append(reading)
            replyBegan = false
            passedOver = 0
            toCome = length
            expect(within: Self.patience, context)
        case .body(let bytes):
            due = due + .nanoseconds(Int64(bytes.readableBytes) * 1_000_000_000 / Int64(Self.bytesPerSecond))
            toCome = toCome.map { $0 - bytes.readableBytes }
            if unanswered == 0 {
                // Answered already: a little is let come, so that the connection can be used again.
                passedOver += bytes.readableBytes
                if passedOver > Self.drainBytes { return end(context) }
            }
        case .end:
            phase = .idle
            due = .distantFuture
            continuation.next = hasLastRequest ? .nothing : reading.offersUpgrade ? .requestAfterUpgrade : .request
            (reading, isMirror) = (.last, false)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        heard = true
        // Bytes came, and no part of a request of them: the beginning of a head.
        if phase == .idle, !sawPart, !hasLastRequest {
            phase = .head
            expect(within: Self.patience, context)
        }
        sawPart = false
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // After the last request nothing has to be well-formed.
        let isOver = phase == .refused || hasLastRequest && phase == .idle
        if isOver, !(error is IOError), !(error is ChannelError) { return }
        switch error {
        case HTTPParserError.headerOverflow:
            refuse(
                Problem(
                    .headersTooLarge,
                    "The header fields may have \(RequestHeadRules.headerBytes) bytes and number "
                        + "\(RequestHeadRules.headerFields)."), context)
        case HTTPParserError.invalidEOFState: refuse(Problem(.malformed, "The request ended before its time."), context)
        case HTTPParserError.closedConnection: context.fireErrorCaught(error)
        case is HTTPParserError: refuse(Problem(.malformed, "The request is no well-formed HTTP/1.1."), context)
        case is IOError, is ChannelError: context.fireErrorCaught(error)
        default: refuse(Problem(.malformed, "The request's head cannot be read."), context)
        }
    }

    // MARK: What goes out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // The caller has been told already.
        guard phase != .refused || pending != nil, unanswered > 0 else {
            promise?.succeed()
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if unanswered == 1 { replyBegan = true }
            if unanswered == 1, phase == .body, toCome ?? 0 > Self.drainBytes { exchanges[offset: 0].endConnection() }
            exchanges[offset: 0].frame(&head)
            repliesSince = context.eventLoop.now
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            repliesSince = nil
            context.write(data, promise: promise)
            let endsConnection = exchanges.removeFirst().endsConnection
            restsSince = context.eventLoop.now
            if readWaits, unanswered < Self.pipelined {
                readWaits = false
                context.read()
            }
            if let problem = pending, unanswered == 0 {
                tell(problem, context)
            } else if endsConnection {
                end(context)
            }
        case .body:
            guard exchanges[offset: 0].hasBody else { return promise?.succeed() ?? () }
            context.write(data, promise: promise)
        }
    }

    /// HTTP/1.0 takes the end of the connection for the end of the body, so a reply that broke must not end it orderly.
    private var isCutOff: Bool { repliesSince != nil && exchanges.first?.endsWithConnection == true }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if isCutOff { context.resetsAtClose() }
        context.close(mode: isCutOff ? .all : mode, promise: promise)
    }

    func read(context: ChannelHandlerContext) {
        if unanswered >= Self.pipelined { readWaits = true } else { context.read() }
    }

    /// A caller that does not read its replies would hold them, and its place, for ever.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalled?.cancel()
        if !context.channel.isWritable { watchReader(context) }
        context.fireChannelWritabilityChanged()
    }

    /// Closes the connection unless something was read when the time is over.
    private func watchReader(_ context: ChannelHandlerContext) {
        let before = context.unreadBytes
        stalled = context.eventLoop.assumeIsolated().scheduleTask(in: Self.stall) {
            guard context.unreadBytes < before else { return context.close(promise: nil) }
            self.watchReader(context)
        }
    }

    // MARK: Refusing

    /// Answers at once, unless earlier requests of the connection still wait for their replies.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        let inBody = phase == .body
        phase = .refused
        timer?.cancel()
        let others = unanswered - (inBody ? 1 : 0)
        if others > 0 || inBody && replyBegan {
            // In the midst of replies there is no place for a word of our own.
            if inBody { context.close(promise: nil) } else { pending = problem }
            return
        }
        tell(problem, context)
    }

    private func tell(_ problem: Problem, _ context: ChannelHandlerContext) {
        pending = nil
        let id = Identifier.make(.request)
        refused(Refusal(code: problem.code, requestID: id, peer: context.remoteAddress?.ipAddress))
        var reply = isMirror ? MirrorFault(problem).reply : .problem(problem, instance: id)
        reply.head.headerFields[FrontDoor.requestID] = id
        var head = HTTPResponseHead(reply.head)
        reading.endConnection()
        reading.frame(&head)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if reading.hasBody { context.write(wrapOutboundOut(.body(.byteBuffer(reply.body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        end(context)
    }

    /// Sends what there is, says that no more comes, and passes over what still arrives for a moment: closing at once
    /// would reset the connection and take the reply from the caller.
    private func end(_ context: ChannelHandlerContext) {
        phase = .refused
        timer?.cancel()
        context.flush()
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { channel.close(promise: nil) }
    }

    private func passOver(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        if case .end = part { continuation.next = .nothing }
        guard case .body(let bytes) = part else { return }
        passedOver += bytes.readableBytes
        if passedOver > Self.lingerBytes { context.close(promise: nil) }
    }

    // MARK: Deadlines

    private func expect(within amount: TimeAmount, _ context: ChannelHandlerContext) {
        due = context.eventLoop.now + amount
        // A timer that comes earlier sees that there is more time.
        if timerAt <= due { return }
        timer?.cancel()
        wait(context)
    }

    private func wait(_ context: ChannelHandlerContext) {
        timerAt = due
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) {
            self.timerAt = .distantFuture
            self.overdue(context)
        }
    }

    /// Closes a connection whose reply takes too long, or on which nothing was asked for long.
    private func look(after amount: TimeAmount, _ context: ChannelHandlerContext) {
        watch = context.eventLoop.assumeIsolated().scheduleTask(in: amount) {
            let now = context.eventLoop.now
            let rests = self.phase == .idle && self.unanswered == 0
            let end = rests ? self.restsSince + Self.rest : self.repliesSince.map { $0 + Self.replyLimit }
            if let end, end <= now { return self.close(context: context, mode: .all, promise: nil) }
            self.look(after: min(end.map { $0 - now } ?? Self.rest, Self.rest), context)
        }
    }

    private func overdue(_ context: ChannelHandlerContext) {
        if phase == .idle || phase == .refused { return }
        // Some of the body came meanwhile.
        if due > context.eventLoop.now { return wait(context) }
        // Earlier requests are still being answered: it is we who do not read.
        if phase == .body, unanswered > 1 { return expect(within: Self.patience, context) }
        // Nothing was asked: there is nothing to answer.
        guard heard else { return context.close(promise: nil) }
        refuse(Problem(.requestTimeout, "The request did not arrive in time."), context)
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
