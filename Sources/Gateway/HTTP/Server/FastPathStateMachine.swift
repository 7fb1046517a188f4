import NIOCore
import NIOHTTP1

/// The order of one connection's requests between the fast paths and the router.
///
/// Pure: what comes goes in, actions come out. `FastPathHandler` carries them out, and asks `next` until it returns nil.
///
/// The fast paths are offered a head when the router has answered every earlier request. A request that one of them takes
/// is answered alone: from its end until the end of its reply, everything else that comes waits, and the connection is not
/// read while something waits. Its end waits as well while the client does not read what was written before, so a client
/// that never reads gets no further replies made. Events and errors stay behind the requests that came before them.
struct FastPathStateMachine {
    /// Counts the requests of the connection that fast paths took.
    typealias RequestID = Int

    /// Something besides a request's parts that comes from the client's side.
    enum Signal {
        case event(Any)
        case error(any Error)
    }

    enum Action {
        /// Ask the fast paths; `taken` or `declined` follows at once.
        case offer(HTTPRequestHead)
        /// The router gets this part.
        case route(HTTPServerRequestPart)
        /// The router gets this event or error.
        case routeSignal(Signal)
        /// The fast path gets this part of its request's body.
        case body(ByteBuffer)
        /// The fast path answers.
        case answer(RequestID)
        /// The fast path's request does not become whole. The router gets the error, which ends the connection.
        case cancel(any Error)
    }

    private enum Phase {
        /// Parts go to the router.
        case routing
        /// A fast path takes the request that is being read.
        case reading
        /// The fast path's request is whole, and the client has not read what was written before.
        case heldBack
        /// The reply of the fast path is awaited or being sent.
        case answering
        case ended
    }

    /// A part that the parser never gives.
    struct PartOutOfOrder: Error {}

    private var phase = Phase.routing
    private var lastID: RequestID = 0
    private var hasReplyBegun = false
    /// Requests that the router has and has not answered.
    private var routed = 0
    private var isWritable = true
    private var waiting = CircularBuffer<HTTPServerRequestPart>()
    private var signals = CircularBuffer<Signal>()
    private var isReadHeldBack = false

    // MARK: Requests

    /// - Returns: nil for a part that waits, or that nothing follows from.
    mutating func received(_ part: HTTPServerRequestPart) -> Action? {
        guard phase != .ended else { return nil }
        guard waiting.isEmpty, !isBlocked else {
            waiting.append(part)
            return nil
        }
        return advance(part)
    }

    mutating func received(_ signal: Signal) -> Action? {
        switch (phase, signal) {
        case (.ended, _): return .routeSignal(signal)
        case (.routing, _) where waiting.isEmpty && signals.isEmpty: return .routeSignal(signal)
        case (.reading, .error(let error)):
            end()
            return .cancel(error)
        default:
            signals.append(signal)
            return nil
        }
    }

    /// - Returns: the next action for what waited; nil when nothing can go on.
    mutating func next() -> Action? {
        while !isBlocked, let part = waiting.popFirst() {
            if let action = advance(part) { return action }
        }
        // Requests that came first are answered first, and so are those that came with them.
        guard phase == .routing, waiting.isEmpty else { return nil }
        return signals.popFirst().map { .routeSignal($0) }
    }

    private mutating func advance(_ part: HTTPServerRequestPart) -> Action? {
        switch (phase, part) {
        case (.routing, .head(let head)):
            if routed == 0 { return .offer(head) }
            routed += 1
            return .route(part)
        case (.routing, _): return .route(part)
        case (.reading, .body(let bytes)): return .body(bytes)
        case (.reading, .end):
            guard isWritable else {
                phase = .heldBack
                return nil
            }
            phase = .answering
            return .answer(lastID)
        case (.reading, .head):
            end()
            return .cancel(PartOutOfOrder())
        case (.heldBack, _), (.answering, _), (.ended, _): return nil
        }
    }

    /// A fast path takes the head that was offered.
    mutating func taken() {
        lastID += 1
        phase = .reading
    }

    /// The router gets the head that was offered.
    mutating func declined() { routed += 1 }

    /// The router gets the request that a fast path has been reading.
    mutating func routedAfterAll() {
        guard phase == .reading else { return }
        phase = .routing
        routed += 1
    }

    /// - Returns: true for an exchange that must be cancelled.
    mutating func closed() -> Bool {
        let isTaken = phase == .reading || isBlocked
        end()
        return isTaken
    }

    private mutating func end() {
        phase = .ended
        waiting.removeAll()
        signals.removeAll()
    }

    private var isBlocked: Bool { phase == .answering || phase == .heldBack }

    // MARK: Reading

    private var isFull: Bool { isBlocked && (!waiting.isEmpty || !signals.isEmpty) }

    /// - Returns: false when nothing is to be read now; `resumesReading` says when.
    mutating func mayRead() -> Bool {
        isReadHeldBack = isFull
        return !isReadHeldBack
    }

    /// - Returns: true when a read that was held back is due.
    mutating func resumesReading() -> Bool {
        guard isReadHeldBack, !isFull else { return false }
        isReadHeldBack = false
        return true
    }

    // MARK: Replies

    /// - Returns: what follows for the exchange.
    mutating func writabilityChanged(isWritable: Bool) -> Action? {
        self.isWritable = isWritable
        guard phase == .heldBack, isWritable else { return nil }
        phase = .answering
        return .answer(lastID)
    }

    /// True while the exchange may write.
    var isAnswering: Bool { phase == .answering }

    /// - Returns: false for a reply that is not sent: its client is gone, or it was sent already.
    mutating func replyBegan(_ id: RequestID) -> Bool {
        guard phase == .answering, id == lastID, !hasReplyBegun else { return false }
        hasReplyBegun = true
        return true
    }

    func takesReplyBody(_ id: RequestID) -> Bool { phase == .answering && id == lastID && hasReplyBegun }

    mutating func replyEnded(_ id: RequestID) -> Bool {
        guard takesReplyBody(id) else { return false }
        phase = .routing
        hasReplyBegun = false
        return true
    }

    /// The reply cannot be sent whole.
    /// - Returns: true when the connection must end for it.
    mutating func replyAborted(_ id: RequestID) -> Bool {
        guard phase == .answering, id == lastID else { return false }
        end()
        return true
    }

    mutating func routedReplyEnded() { routed = max(routed - 1, 0) }
}
