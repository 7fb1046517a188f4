import HTTPTypes
import NIOCore
import NIOHTTP1

/// The rules for one client connection: requests arrive whole, in time and within bounds, replies are read, and the
/// connection does not rest for ever.
///
/// Pure: parts and times go in, actions come out, and `deadline` says when `deadlineReached` is due. `ConnectionGuard`
/// carries the actions out.
///
/// A request has 15 s for its head, and for its body 15 s and one more for each 64 KiB that came. A reply that begins while
/// more than 64 KiB of the body are still to come ends the connection. The rest is dropped for a second or a mebibyte, so
/// that the client can read the reply. A client that reads nothing of its reply for 30 s is disconnected, and so is one
/// that has not read it whole after 15 minutes, or that sends no request for 75 s.
struct ConnectionStateMachine {
    /// For a head; for a body, and more as it comes.
    static let requestTimeout = TimeAmount.seconds(15)
    /// For a client that reads nothing of its reply.
    static let stallTimeout = TimeAmount.seconds(30)
    /// For the whole of a reply.
    static let replyTimeout = TimeAmount.minutes(15)
    /// Between two requests.
    static let idleTimeout = TimeAmount.seconds(75)
    /// After the last reply, until the connection is closed altogether.
    static let lingerTimeout = TimeAmount.seconds(1)
    static let lingerBytes = 1 << 20
    /// The rest of an answered request's body that is read so that the connection can be used again.
    static let drainBytes = 64 << 10
    static let bodyBytesPerSecond = 64 << 10
    /// Requests that may wait for their replies before no more is read.
    static let pipelineLimit = 16

    /// The end of a connection.
    enum Ending {
        /// Send this reply, then as `finish`.
        case refuse(Refusal)
        /// Send what was written, end the output, and drop what still comes.
        case finish
        case close
    }

    /// A reply to a request that the gateway does not take.
    struct Refusal {
        let problem: Problem
        let framing: ReplyFraming
        let surface: APISurface
    }

    /// The fate of a part that was read.
    enum ReadAction {
        case forward
        case drop
        case end(Ending)
    }

    /// The fate of a reply's end.
    struct ReplyEndAction {
        var isWritten = true
        /// A read that was held back is due.
        var resumesReading = false
        var ending: Ending?
    }

    /// The part of a request that is being read. Replies to earlier requests may still be on their way.
    private enum Phase {
        case idle, head, body
        /// Nothing that follows is a request.
        case ended
    }
    /// A connection that sends nothing is as unfinished as half a head.
    private var phase = Phase.head
    /// Requests passed on whose reply has not ended, the one that is answered next first.
    private var exchanges = CircularBuffer<ReplyFraming>()
    private var unanswered: Int { exchanges.count }
    private var replyBegan = false
    /// A request was read after which the connection ends: nothing that follows is a request (RFC 9112 section 9.6).
    private var hasLastRequest = false
    /// A part came since the last `readCompleted`.
    private var receivedPart = false
    private var receivedBytes = false
    /// For a request that cannot be taken, while earlier ones wait for their replies.
    private var pendingRefusal: Problem?
    /// The request that is read, or was read last.
    private var reading = ReplyFraming.last
    /// The target of the request that is read; nil between requests. Its surface is looked up for a refusal alone.
    private var target: String?
    /// Bytes of the body that are still to come, where its length is known.
    private var remainingBody: Int?
    /// The client waits for `100 Continue` before it sends its body.
    private var awaitsContinue = false
    private var droppedBytes = 0
    private var isReadHeldBack = false

    private let surfaces: APISurfaces
    private var requestDeadline: NIODeadline
    private var idleSince: NIODeadline
    private var replySince: NIODeadline?
    private var stall: (unread: Int, deadline: NIODeadline)?
    private var lingerDeadline: NIODeadline?
    /// The end of the last reply.
    private var writtenAt: NIODeadline
    /// For the last reply, when all of it is written and some of it is not read.
    private var remaining: (unread: Int, deadline: NIODeadline)?

    init(at now: NIODeadline, surfaces: APISurfaces) {
        self.surfaces = surfaces
        (idleSince, writtenAt) = (now, now)
        requestDeadline = now + Self.requestTimeout
    }

    // MARK: Requests

    mutating func receivedHead(_ head: HTTPRequestHead, at now: NIODeadline) -> ReadAction {
        receivedPart = true
        guard takesRequests else { return .drop }
        reading = ReplyFraming(head)
        target = head.uri
        if let violation = RequestHeadRules.violation(head) { return refuse(Problem(.malformed, violation), at: now) }
        let length = RequestHeadRules.values(.contentLength, head).first.flatMap { Int($0) }
        if let length, length > surfaces.bodyLimit { return refuse(.bodyTooLarge(surfaces.bodyLimit), at: now) }
        awaitsContinue = reading.expectsContinue(head)
        phase = .body
        if reading.endsConnection { hasLastRequest = true }
        exchanges.append(reading)
        replyBegan = false
        droppedBytes = 0
        remainingBody = length
        requestDeadline = now + Self.requestTimeout
        return .forward
    }

    mutating func receivedBody(_ count: Int, at now: NIODeadline) -> ReadAction {
        receivedPart = true
        guard takesRequests else { return drop(count) }
        requestDeadline = requestDeadline + .nanoseconds(Int64(count) * 1_000_000_000 / Int64(Self.bodyBytesPerSecond))
        remainingBody = remainingBody.map { $0 - count }
        guard unanswered == 0 else { return .forward }
        // Answered already: a little is let come, so that the connection can be used again.
        droppedBytes += count
        return droppedBytes > Self.drainBytes ? .end(finish(at: now)) : .forward
    }

    /// - Returns: also what the decoder reads next.
    mutating func receivedEnd() -> (ReadAction, ConnectionContinuation.Next) {
        receivedPart = true
        guard takesRequests else { return (.drop, .nothing) }
        phase = .idle
        let next: ConnectionContinuation.Next =
            hasLastRequest ? .nothing : reading.offersUpgrade ? .requestAfterUpgrade : .request
        (reading, target) = (.last, nil)
        return (.forward, next)
    }

    /// Everything that came at once has been read.
    mutating func readCompleted(at now: NIODeadline) {
        receivedBytes = true
        // Bytes came, and no part of a request of them: the beginning of a head.
        if phase == .idle, !receivedPart, !hasLastRequest {
            phase = .head
            requestDeadline = now + Self.requestTimeout
        }
        receivedPart = false
    }

    /// - Returns: false for an error after the last request, where nothing has to be well-formed.
    mutating func concerns(_ error: any Error) -> Bool {
        let isOver = phase == .ended || hasLastRequest && phase == .idle
        return !isOver || error is IOError || error is ChannelError
    }

    /// The decoder cannot go on.
    mutating func receivedBrokenRequest(_ problem: Problem, at now: NIODeadline) -> Ending? {
        guard case .end(let ending) = refuse(problem, at: now) else { return nil }
        return ending
    }

    /// The server requests the body that is being read.
    /// - Returns: true when `100 Continue` is to be sent.
    mutating func wantsBody() -> Bool {
        guard awaitsContinue, phase == .body, unanswered == 1, !replyBegan else { return false }
        awaitsContinue = false
        return true
    }

    /// The server refuses the body that is being read.
    mutating func refusedBody(_ problem: Problem, at now: NIODeadline) -> Ending? {
        phase == .body ? receivedBrokenRequest(problem, at: now) : nil
    }

    /// A refusal was sent, and the client may read it.
    var isLingering: Bool { lingerDeadline != nil }

    private var takesRequests: Bool { phase != .ended && (phase == .body || !hasLastRequest) }

    private mutating func drop(_ count: Int) -> ReadAction {
        droppedBytes += count
        return droppedBytes > Self.lingerBytes ? .end(.close) : .drop
    }

    /// - Returns: true when more may be read now; otherwise `replyEnded` says when.
    mutating func mayRead() -> Bool {
        isReadHeldBack = unanswered >= Self.pipelineLimit
        return !isReadHeldBack
    }

    // MARK: Replies

    private var takesReplies: Bool { (phase != .ended || pendingRefusal != nil) && unanswered > 0 }

    /// Gives the head its framing.
    /// - Returns: false when it is not to be sent: the client has its answer already.
    mutating func replyBegan(_ head: inout HTTPResponseHead, at now: NIODeadline) -> Bool {
        guard takesReplies else { return false }
        if unanswered == 1 {
            replyBegan = true
            if phase == .body, remainingBody ?? 0 > Self.drainBytes { exchanges[offset: 0].endConnection() }
        }
        exchanges[offset: 0].frame(&head)
        replySince = now
        return true
    }

    /// A part of a reply's body is sent.
    var takesReplyBody: Bool { takesReplies && exchanges[offset: 0].hasBody }

    mutating func replyEnded(at now: NIODeadline) -> ReplyEndAction {
        guard takesReplies else { return ReplyEndAction(isWritten: false) }
        replySince = nil
        (idleSince, writtenAt, remaining) = (now, now, nil)
        let endsConnection = exchanges.removeFirst().endsConnection
        var action = ReplyEndAction()
        if isReadHeldBack, unanswered < Self.pipelineLimit {
            isReadHeldBack = false
            action.resumesReading = true
        }
        if let problem = pendingRefusal, unanswered == 0 {
            action.ending = .refuse(makeRefusal(problem, at: now))
        } else if endsConnection {
            action.ending = finish(at: now)
        }
        return action
    }

    /// HTTP/1.0 takes the end of the connection for the end of the body, so a reply that broke must not end it orderly.
    var closesWithReset: Bool { replySince != nil && exchanges.first?.endsWithConnection == true }

    /// - Parameter unread: bytes that the client's side did not take yet.
    mutating func writabilityChanged(isWritable: Bool, unread: Int, at now: NIODeadline) {
        stall = isWritable ? nil : (unread, now + Self.stallTimeout)
    }

    // MARK: Endings

    /// No request is under way, and the connection takes the next one. Half a head is no request yet.
    var isIdle: Bool { unanswered == 0 && (phase == .idle || phase == .head) }

    /// Answers at once, unless earlier requests of the connection still wait for their replies.
    private mutating func refuse(_ problem: Problem, at now: NIODeadline) -> ReadAction {
        let inBody = phase == .body
        phase = .ended
        let earlier = unanswered - (inBody ? 1 : 0)
        if earlier > 0 || inBody && replyBegan {
            // In the midst of replies there is no place for another one.
            if inBody { return .end(.close) }
            pendingRefusal = problem
            return .drop
        }
        return .end(.refuse(makeRefusal(problem, at: now)))
    }

    private mutating func makeRefusal(_ problem: Problem, at now: NIODeadline) -> Refusal {
        _ = finish(at: now)
        reading.endConnection()
        let surface = target.map { surfaces[RequestHeadRules.path($0)] } ?? surfaces.fallback
        return Refusal(problem: problem, framing: reading, surface: surface)
    }

    private mutating func finish(at now: NIODeadline) -> Ending {
        phase = .ended
        // The last reply is sent: no other one may follow it.
        pendingRefusal = nil
        (writtenAt, remaining) = (now, nil)
        lingerDeadline = now + Self.lingerTimeout
        return .finish
    }

    // MARK: Deadlines

    /// The time at which `deadlineReached` is due. It comes nearer only by `receivedHead`, `readCompleted`,
    /// `writabilityChanged` and endings, and by a reply's end to no less than `idleTimeout` from then.
    var deadline: NIODeadline {
        if let lingerDeadline { return lingerDeadline }
        var earliest = phase == .head || phase == .body ? requestDeadline : .distantFuture
        if let stall { earliest = min(earliest, stall.deadline) }
        if let restDeadline { earliest = min(earliest, restDeadline) }
        return earliest
    }

    /// For the reply that is sent, or for the next request.
    private var restDeadline: NIODeadline? {
        if phase == .idle, unanswered == 0 { return idleSince + Self.idleTimeout }
        return replySince.map { $0 + Self.replyTimeout }
    }

    /// - Parameter unread: bytes that the client's side did not take yet.
    mutating func deadlineReached(at now: NIODeadline, unread: Int) -> Ending? {
        if let lingerDeadline { return lingerDeadline <= now ? lingerEnded(at: now, unread: unread) : nil }
        if let stall, stall.deadline <= now {
            // A slow reader is no stalled one.
            guard unread < stall.unread else { return .close }
            self.stall = (unread, now + Self.stallTimeout)
        }
        if let restDeadline, restDeadline <= now {
            guard isIdle, isStillReading(unread, at: now) else { return .close }
            idleSince = now
        }
        guard phase == .head || phase == .body, requestDeadline <= now else { return nil }
        if phase == .body, unanswered > 1 {
            // Earlier requests are still being answered: it is the gateway that does not read.
            requestDeadline = now + Self.requestTimeout
            return nil
        }
        // Without a byte there is nothing to answer.
        guard receivedBytes else { return .close }
        return receivedBrokenRequest(Problem(.requestTimeout, "The request did not arrive in time."), at: now)
    }

    /// Closing a connection drops what the client did not take yet, so a reply's rest is waited for.
    private mutating func lingerEnded(at now: NIODeadline, unread: Int) -> Ending? {
        guard unread > 0 else {
            // It took the last of it just now.
            guard remaining != nil else { return .close }
            remaining = nil
            lingerDeadline = now + Self.lingerTimeout
            return nil
        }
        let stalledAt = remaining?.deadline ?? .distantFuture
        guard isStillReading(unread, at: now) || now < stalledAt else { return .close }
        lingerDeadline = now + Self.lingerTimeout
        return nil
    }

    /// The client has read some of what waits since this was last asked, and has not read for longer than a reply may take.
    private mutating func isStillReading(_ unread: Int, at now: NIODeadline) -> Bool {
        guard unread > 0, now < writtenAt + Self.replyTimeout else { return false }
        if let remaining, unread >= remaining.unread { return false }
        remaining = (unread, now + Self.stallTimeout)
        return true
    }
}
