import NIOCore

/// Decides which of a name's addresses is tried next, and when (RFC 8305 section 5).
///
/// The first address is tried at once, each further one 250 ms after the one before or as soon as an attempt fails. The first
/// connection wins and the others are given up. The state is pure: the caller gives the time, and does what the actions say.
struct ConnectionRace {
    /// RFC 8305 section 5: the recommended delay between two attempts.
    static let delay = TimeAmount.milliseconds(250)
    /// Addresses that are tried at the most: so many fit into the 5 s that connecting may take, at one each 250 ms. A name with
    /// thousands of addresses that refuse must not make the gateway knock at each of them.
    static let most = 20

    enum Action: Equatable {
        /// Connect to the address with this index.
        case connect(Int)
        /// Call `timePassed` at this time. It replaces the time that was asked for before.
        case wake(NIODeadline)
        /// This connection is the one. All other attempts are to be closed.
        case use(Int)
        /// Close this connection: it came too late.
        case close(Int)
        /// There is none: every attempt failed, or the time is over.
        case fail(timedOut: Bool)
    }

    private let count: Int
    private let deadline: NIODeadline
    private var next = 0
    private var running: Set<Int> = []
    private var nextAt: NIODeadline
    private(set) var isOver = false

    /// - Parameters:
    ///   - count: addresses, 1 at least.
    ///   - deadline: for all attempts together.
    init(count: Int, deadline: NIODeadline) {
        self.count = min(count, Self.most)
        self.deadline = deadline
        nextAt = deadline
    }

    mutating func start(at now: NIODeadline) -> [Action] { startNext(at: now) }

    /// The time that was asked for has come.
    mutating func timePassed(at now: NIODeadline) -> [Action] {
        if isOver { return [] }
        if now >= deadline {
            isOver = true
            return [.fail(timedOut: true)]
        }
        return now >= nextAt ? startNext(at: now) : [.wake(min(nextAt, deadline))]
    }

    mutating func failed(_ attempt: Int, at now: NIODeadline) -> [Action] {
        guard running.remove(attempt) != nil, !isOver else { return [] }
        if next < count { return startNext(at: now) }
        guard running.isEmpty else { return [] }
        isOver = true
        return [.fail(timedOut: false)]
    }

    mutating func connected(_ attempt: Int) -> [Action] {
        guard running.remove(attempt) != nil, !isOver else { return [.close(attempt)] }
        isOver = true
        return [.use(attempt)]
    }

    private mutating func startNext(at now: NIODeadline) -> [Action] {
        let attempt = next
        next += 1
        running.insert(attempt)
        nextAt = next < count ? now + Self.delay : deadline
        return [.wake(min(nextAt, deadline)), .connect(attempt)]
    }

    /// The order in which addresses are tried: families by turns, beginning with the first address's (RFC 8305 section 4), and
    /// within a family as the resolver sorted them (RFC 6724). So one family that does not work costs one delay.
    static func order(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard addresses.count > 1, let first = addresses.first?.protocol else { return addresses }
        var families = [addresses.filter { $0.protocol == first }[...], addresses.filter { $0.protocol != first }[...]]
        var ordered: [SocketAddress] = []
        while ordered.count < addresses.count {
            for index in families.indices {
                if let address = families[index].popFirst() { ordered.append(address) }
            }
        }
        return Array(ordered.prefix(most))
    }
}
