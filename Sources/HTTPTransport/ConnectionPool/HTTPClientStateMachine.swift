import NIOCore
import NIOHTTP1

/// The rules for one HTTP/1.1 connection of a client: one exchange at a time, sent and read at the pace of the slower side.
///
/// Pure: parts and times go in, actions come out, and `deadline` says when `deadlineReached` is due. `HTTPClientHandler`
/// carries the actions out.
///
/// Between two exchanges a read is always under way, so that the end of the connection is noticed. Of a response's body only
/// as much is read as the consumer asks for. The connection is used again when the exchange ended whole on both sides, the
/// response allows it and nothing followed it.
struct HTTPClientStateMachine {
    struct Timeouts {
        /// For the head of the response.
        var head = NIODeadline.distantFuture
        /// For the whole exchange.
        var total = NIODeadline.distantFuture
        /// For a server that neither reads the request nor sends any of the response that is asked for.
        var stall = TimeAmount.seconds(45)
    }

    /// The rule by which the end of a response's body is found (RFC 9112 section 6.3).
    enum Framing: Equatable {
        case noBody
        case length(Int)
        case chunked
        case untilClose
    }

    enum WriteAction: Equatable {
        case wait
        /// So many bytes of the body at the most.
        case body(Int)
        case end
    }

    enum HeadAction: Equatable {
        case deliver
        /// An interim response (RFC 9110 section 15.2).
        case ignore
        case fail(TransportError)
    }

    enum ReadCompletion: Equatable {
        case none
        case read
        /// The exchange is over.
        case finish(isReusable: Bool)
    }

    /// The end of an exchange with the connection.
    enum ExchangeEnding: Equatable {
        /// No exchange went on.
        case none
        /// The response had come whole before.
        case finish
        case fail(TransportError, hadBegun: Bool)
    }

    private enum Response {
        case expected
        case body(Framing)
        case ended
    }

    private struct Exchange {
        let isHead: Bool
        let timeouts: Timeouts
        var bodyLeft: Int
        var isSent = false
        var response = Response.expected
        var hadBegun = false
        var isKeepAlive = false
        /// The consumer asked for more of the body and has not got it.
        var isWanted = false
        var progress: NIODeadline
    }

    static let partSize = 64 << 10

    private var exchange: Exchange?
    private var isReading = false
    /// Bytes came that belong to no response, or the decoder failed.
    private var isSpoiled = false
    private(set) var isClosed = false

    var isIdle: Bool { exchange == nil && !isClosed && !isSpoiled }
    var hasExchange: Bool { exchange != nil }
    /// The response has come whole, and the bytes behind it are not looked at yet.
    var hasResponseEnded: Bool { if case .ended? = exchange?.response { true } else { false } }

    // MARK: Request

    /// - Returns: false when the connection cannot be used.
    mutating func start(_ method: HTTPMethod, bodyBytes: Int, _ timeouts: Timeouts, at now: NIODeadline) -> Bool {
        guard isIdle else { return false }
        exchange = Exchange(isHead: method == .HEAD, timeouts: timeouts, bodyLeft: bodyBytes, progress: now)
        return true
    }

    mutating func nextWrite(isWritable: Bool, at now: NIODeadline) -> WriteAction {
        guard let current = exchange, !current.isSent, !isClosed else { return .wait }
        // After the response nobody reads the rest of the request.
        if case .ended = current.response { return .wait }
        guard current.bodyLeft > 0 else {
            exchange?.isSent = true
            exchange?.progress = now
            return .end
        }
        guard isWritable else { return .wait }
        let count = min(current.bodyLeft, Self.partSize)
        exchange?.bodyLeft -= count
        exchange?.progress = now
        return .body(count)
    }

    // MARK: Response

    /// Bytes came that the decoder has not read yet.
    /// - Returns: false when they belong to no exchange: the connection is to be closed.
    mutating func receivedBytes(at now: NIODeadline) -> Bool {
        guard exchange != nil else {
            isSpoiled = true
            return false
        }
        exchange?.hadBegun = true
        exchange?.progress = now
        return true
    }

    mutating func receivedHead(_ head: HTTPResponseHead) -> HeadAction {
        guard let current = exchange, case .expected = current.response else { return .ignore }
        exchange?.hadBegun = true
        switch head.status.code {
        case 101: return .fail(.interrupted("not HTTP"))
        case ..<200: return .ignore
        default: break
        }
        exchange?.response = .body(Self.framing(head, isHead: current.isHead))
        exchange?.isKeepAlive = head.isKeepAlive
        return .deliver
    }

    /// The framing of the response that is being read; nil before its head and after its end.
    var framing: Framing? {
        if case .body(let framing)? = exchange?.response { framing } else { nil }
    }

    /// - Returns: false when there is no response that it belongs to.
    mutating func receivedBody() -> Bool {
        guard framing != nil else { return false }
        exchange?.isWanted = false
        return true
    }

    mutating func receivedEnd() {
        guard framing != nil else { return }
        if framing == .untilClose { exchange?.isKeepAlive = false }
        exchange?.response = .ended
        exchange?.isWanted = false
    }

    /// Bytes follow the response.
    mutating func receivedExcess() { isSpoiled = true }

    mutating func readCompleted() -> ReadCompletion {
        isReading = false
        guard let current = exchange else { return takesRead() ? .read : .none }
        if case .ended = current.response {
            exchange = nil
            return .finish(isReusable: current.isSent && current.isKeepAlive && !isSpoiled && !isClosed)
        }
        return takesRead() ? .read : .none
    }

    /// The consumer asks for more of the body.
    /// - Returns: true when a read is to be made.
    mutating func wantsMore(at now: NIODeadline) -> Bool {
        guard framing != nil else { return false }
        if exchange?.isWanted == false { exchange?.progress = now }
        exchange?.isWanted = true
        return takesRead()
    }

    /// - Returns: true when a read is to be made now. It is under way then.
    mutating func takesRead() -> Bool {
        guard !isReading, !isClosed, isAwaiting else { return false }
        isReading = true
        return true
    }

    /// Bytes of the server are waited for.
    private var isAwaiting: Bool {
        switch exchange?.response {
        case nil, .expected: true
        case .body: exchange?.isWanted == true
        case .ended: false
        }
    }

    private static func framing(_ head: HTTPResponseHead, isHead: Bool) -> Framing {
        if isHead || head.status.code == 204 || head.status.code == 304 { return .noBody }
        if head.headers.contains(name: "Transfer-Encoding") { return .chunked }
        guard let length = head.headers.first(name: "Content-Length") else { return .untilClose }
        return Int(length).map { $0 == 0 ? .noBody : .length($0) } ?? .untilClose
    }

    // MARK: Endings

    /// - Parameter isUnclean: the connection ended without TLS's close_notify. Many servers omit it, and where only the end of
    ///   the connection ends the body, the decoder says next that it has ended.
    mutating func failed(_ error: TransportError, isUnclean: Bool = false) -> ExchangeEnding {
        if isUnclean, framing == .untilClose { return .none }
        return end(error)
    }

    mutating func closed() -> ExchangeEnding { end(.interrupted("closed")) }

    private mutating func end(_ error: TransportError) -> ExchangeEnding {
        isClosed = true
        guard let current = exchange else { return .none }
        exchange = nil
        if case .ended = current.response { return .finish }
        return .fail(error, hadBegun: current.hadBegun)
    }

    // MARK: Deadlines

    /// The time at which `deadlineReached` is due. It may move to an earlier time only by `start` and `wantsMore`.
    var deadline: NIODeadline {
        guard let exchange else { return .distantFuture }
        var earliest = exchange.timeouts.total
        if case .expected = exchange.response { earliest = min(earliest, exchange.timeouts.head) }
        if !exchange.isSent || isAwaiting { earliest = min(earliest, exchange.progress + exchange.timeouts.stall) }
        return earliest
    }

    /// - Returns: true when the exchange took too long.
    func isOverdue(at now: NIODeadline) -> Bool { hasExchange && deadline <= now }
}
