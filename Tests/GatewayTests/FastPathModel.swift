import NIOCore
import NIOHTTP1

@testable import Gateway

/// A client, a router and a fast path around a machine. It knows in which order everything was sent.
struct FastPathModel {
    enum Sent: Equatable { case fastHead, slowHead, body, end }

    static let fast = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/fast")
    static let slow = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/slow")
    private struct Broken: Error {}

    var machine = FastPathStateMachine()
    /// Parts in the order in which they were sent, and the number of those that reached a fast path or the router.
    var sent: [Sent] = []
    var delivered = 0
    /// The number of parts that were sent before each signal.
    var signals: [Int] = []
    var deliveredSignals = 0
    /// The number of heads that were delivered, and of replies that ended.
    var (heads, replies) = (0, 0)
    var isInBody = false
    /// The fast path's request: its number, and if it is whole.
    var (taken, isWhole, hasBegun): (Int?, Bool, Bool) = (nil, false, false)
    var (lastID, routed) = (0, 0)
    var (isWritable, isReadHeld, hasEnded) = (true, false, false)
    var faults: [String] = []

    mutating func require(_ condition: Bool, _ rule: String) {
        if !condition { faults.append(rule) }
    }

    mutating func send(_ part: Sent) {
        sent.append(part)
        isInBody = part != .end
        let given: HTTPServerRequestPart =
            switch part {
            case .fastHead: .head(Self.fast)
            case .slowHead: .head(Self.slow)
            case .body: .body(ByteBuffer())
            case .end: .end(nil)
            }
        perform(machine.received(given))
    }

    mutating func signal() {
        signals.append(sent.count)
        perform(machine.received(.event(signals.count)))
    }

    /// A part reaches a fast path or the router.
    private mutating func deliver(_ expected: [Sent], _ rule: String) {
        require(!hasEnded, "nothing is passed on after the end")
        require(delivered < sent.count && expected.contains(sent[delivered]), "\(rule): parts keep their order")
        delivered += 1
    }

    mutating func perform(_ first: FastPathStateMachine.Action?) {
        var action = first ?? machine.next()
        while let current = action {
            perform(one: current)
            action = machine.next()
        }
        if machine.resumesReading() {
            require(isReadHeld, "a read that nobody asked for")
            isReadHeld = false
        }
        checkReading()
    }

    private mutating func perform(one action: FastPathStateMachine.Action) {
        switch action {
        case .offer(let head):
            require(routed == 0 && taken == nil, "a head is offered when all before it are answered")
            require(heads == replies, "a head is offered when all before it are answered")
            let isFast = head.uri == "/fast"
            deliver([isFast ? .fastHead : .slowHead], "offer")
            heads += 1
            if isFast {
                machine.taken()
                lastID += 1
                (taken, isWhole, hasBegun) = (lastID, false, false)
            } else {
                machine.declined()
                routed += 1
            }
        case .route(let part):
            require(taken == nil, "the router gets a request when the fast path has answered")
            switch part {
            case .head:
                deliver([.fastHead, .slowHead], "route")
                heads += 1
                routed += 1
            case .body: deliver([.body], "route")
            case .end: deliver([.end], "route")
            }
        case .body:
            require(taken != nil && !isWhole, "a fast path gets its own request's body")
            deliver([.body], "body")
        case .answer(let id):
            require(id == taken && !isWhole, "an answer is asked for once")
            require(isWritable, "the client reads")
            // The end itself, or the one that waited for the client to read.
            deliver([.end], "answer")
            isWhole = true
        case .routeSignal:
            require(taken == nil, "signals wait for the fast path's answer")
            require(
                hasEnded || deliveredSignals < signals.count && signals[deliveredSignals] <= delivered,
                "signals stay behind the parts before them")
            deliveredSignals += 1
        case .cancel:
            require(taken != nil && !isWhole, "a request that is whole is not cancelled by an error")
            (taken, hasEnded) = (nil, true)
        }
    }

    private mutating func checkReading() {
        let somethingWaits = delivered < sent.count || deliveredSignals < signals.count
        let isHeldRightly = taken != nil && somethingWaits
        require(hasEnded || !isReadHeld || isHeldRightly, "reading goes on once nothing waits")
    }

    mutating func read() {
        let isAllowed = machine.mayRead()
        let isBound = taken != nil && (isWhole || !isWritable)
        if !isAllowed { isReadHeld = true }
        require(isAllowed || isBound, "reading pauses for an answer only")
        let waiting = sent.count - delivered
        // An end that waits for the client to read is with the machine, and nothing else waits then.
        require(!isAllowed || !isWhole || waiting == 0 || hasEnded, "reading pauses while something waits")
    }

    /// - Parameter id: also one that is not due.
    mutating func reply(_ step: Int, _ id: Int) {
        let isDue = id == taken && isWhole && !hasEnded
        switch step {
        case 0:
            let isSent = machine.replyBegan(id)
            require(isSent == (isDue && !hasBegun), "a reply begins once, for a whole request")
            if isSent { hasBegun = true }
        case 1: require(machine.takesReplyBody(id) == (isDue && hasBegun), "a body has a head before it")
        default:
            let isSent = machine.replyEnded(id)
            require(isSent == (isDue && hasBegun), "a reply ends once")
            guard isSent else { return }
            require(replies == heads - 1, "replies come in the requests' order")
            replies += 1
            (taken, isWhole, hasBegun) = (nil, false, false)
            perform(nil)
        }
    }

    mutating func routerReply() {
        guard routed > 0, !hasEnded else { return }
        require(taken == nil, "replies come in the requests' order")
        routed -= 1
        replies += 1
        machine.routedReplyEnded()
        perform(nil)
    }

    mutating func setWritable(_ isWritable: Bool) {
        self.isWritable = isWritable
        perform(machine.writabilityChanged(isWritable: isWritable))
    }

    mutating func routeAfterAll() {
        guard taken != nil, !isWhole, !hasEnded else { return }
        // Not while its end waits in the machine.
        guard delivered == sent.count || sent[delivered] != .end else { return }
        machine.routedAfterAll()
        taken = nil
        routed += 1
        perform(nil)
    }

    mutating func fail() {
        signals.append(sent.count)
        perform(machine.received(.error(Broken())))
    }

    mutating func close() {
        let isTaken = machine.closed()
        require(isTaken == (taken != nil), "a request that is under way is cancelled once")
        (taken, hasEnded) = (nil, true)
    }
}
