import NIOCore

/// The open client connections by address, and the order in which idle ones are closed when room runs out.
///
/// Pure: events go in, the connections to close come out. While more than 90 % of the limit are open, idle connections are
/// closed until no more are, or none can be closed. The address with the most connections loses first those that never
/// carried a valid credential, longest idle first, then its other idle ones. A connection with a request under way is never
/// closed. The only connection of an address, and those of trusted proxies, are closed only at the limit itself, and
/// trusted proxies lose theirs last. An event takes O(log n) for n addresses.
struct ConnectionRegistry {
    /// Stands for a connection while it is open; used again afterwards.
    typealias ID = Int

    /// The answer to an event.
    struct Outcome {
        /// Idle connections to close. Each stays registered until `closed`, `declined` or a request on it.
        var toClose: [ID] = []
        /// An address to report, at most once an hour.
        var untrustedProxy: UntrustedProxy?
    }

    /// The answer to `opened`.
    struct Opening {
        let id: ID
        /// False when the address may have no further connection: close it.
        var isAccepted = true
        var outcome = Outcome()
    }

    /// An address that sends `X-Forwarded-For`, is not trusted to, and holds over half of the connections.
    struct UntrustedProxy: Equatable, Sendable {
        let address: String
        let connections: Int
        let open: Int
    }

    private struct Entry {
        var address: Int
        var isIdle = false
        var isAuthenticated = false
        var isClosing = false
    }

    private struct Address {
        let name: String
        let isTrusted: Bool
        var count = 0
        var sendsForwardedFor = false
        var unauthenticated = IndexedLists.List()
        var authenticated = IndexedLists.List()
        /// The longest idle one that never carried a valid credential, then the longest idle one.
        var nextToClose: ID? { unauthenticated.first ?? authenticated.first }
    }

    /// The order of the addresses that have an idle connection.
    private struct Priority: Comparable {
        let isTrusted: Bool
        let count: Int
        /// When the address came into this order: of equals, the one that came first.
        let sequence: Int

        static func < (one: Priority, other: Priority) -> Bool {
            if one.isTrusted != other.isTrusted { return one.isTrusted }
            return one.count == other.count ? one.sequence > other.sequence : one.count < other.count
        }
    }

    /// An untrusted proxy is reported from this many connections on.
    static let reportedFrom = 16
    private static let reportInterval = TimeAmount.hours(1)

    private let limit: Int
    private let threshold: Int
    /// For one address that is no trusted proxy.
    private let addressLimit: Int?
    private var connections: [Entry] = []
    private var freeConnections: [ID] = []
    private var addresses: [Address] = []
    private var freeAddresses: [Int] = []
    private var indices: [String: Int] = [:]
    private var lists = IndexedLists()
    private var order = IndexedHeap<Priority>()
    private var sequences: [Int] = []
    private var sequence = 0
    private var closing = 0
    private var candidate: Int?
    private var reported: NIODeadline?

    /// Open connections, with those that are about to be closed.
    private(set) var open = 0

    init(limit: Int, addressLimit: Int? = nil) {
        self.limit = limit
        self.addressLimit = addressLimit
        threshold = max(1, limit * 9 / 10)
    }

    // MARK: Events

    /// A connection was opened. It is idle.
    mutating func opened(_ name: String, isTrusted: Bool) -> Opening {
        let address = indices[name] ?? addAddress(name, isTrusted: isTrusted)
        let id = freeConnections.popLast() ?? connections.count
        if id == connections.count {
            connections.append(Entry(address: address))
        } else {
            connections[id] = Entry(address: address)
        }
        open += 1
        addresses[address].count += 1
        reorder(address)
        var opening = Opening(id: id)
        if let addressLimit, !isTrusted, addresses[address].count > addressLimit {
            guard let other = addresses[address].nextToClose else {
                // It is closed at once, so no other connection is closed for it.
                connections[id].isClosing = true
                closing += 1
                opening.isAccepted = false
                return opening
            }
            startClosing(other)
            opening.outcome.toClose.append(other)
        }
        // The new connection is not idle yet here: it never goes itself.
        opening.outcome.toClose += makeRoom()
        makeIdle(id)
        return opening
    }

    /// A request began on a connection that was idle.
    mutating func requestBegan(_ id: ID, at now: NIODeadline) -> Outcome {
        let wasClosing = connections[id].isClosing
        makeBusy(id)
        // Another one goes instead.
        return Outcome(toClose: wasClosing ? makeRoom() : [], untrustedProxy: report(connections[id].address, now))
    }

    /// The last request under way on a connection ended.
    /// - Parameter isAuthenticated: any request of the connection carried a valid credential.
    mutating func requestEnded(_ id: ID, isAuthenticated: Bool) -> Outcome {
        guard !connections[id].isIdle else { return Outcome() }
        connections[id].isAuthenticated = isAuthenticated
        makeIdle(id)
        return Outcome(toClose: makeRoom())
    }

    /// A connection that was to be closed still sends a reply. It counts as busy until the next `requestEnded`.
    mutating func declined(_ id: ID) -> Outcome {
        let wasClosing = connections[id].isClosing
        makeBusy(id)
        return Outcome(toClose: wasClosing ? makeRoom() : [])
    }

    /// The connection's peer sent `X-Forwarded-For`.
    mutating func sentForwardedFor(_ id: ID, at now: NIODeadline) -> Outcome {
        addresses[connections[id].address].sendsForwardedFor = true
        return Outcome(untrustedProxy: report(connections[id].address, now))
    }

    /// The connection is no more.
    mutating func closed(_ id: ID) {
        makeBusy(id)
        let address = connections[id].address
        open -= 1
        addresses[address].count -= 1
        freeConnections.append(id)
        guard addresses[address].count == 0 else { return reorder(address) }
        indices[addresses[address].name] = nil
        if candidate == address { candidate = nil }
        freeAddresses.append(address)
    }

    // MARK: Questions

    /// The untrusted proxy that holds over half of the connections now.
    var untrustedProxy: UntrustedProxy? {
        guard let candidate, open < 2 * addresses[candidate].count, addresses[candidate].count >= Self.reportedFrom
        else { return nil }
        let address = addresses[candidate]
        return UntrustedProxy(address: address.name, connections: address.count, open: open)
    }

    /// More than 90 % of the limit are open.
    var isCrowded: Bool { open > threshold }

    func address(of id: ID) -> String { addresses[connections[id].address].name }

    // MARK: Order

    private mutating func makeRoom() -> [ID] {
        var chosen: [ID] = []
        while open - closing > threshold, let first = order.first {
            let address = addresses[first]
            if open - closing < limit, address.isTrusted || address.count < 2 { break }
            guard let id = address.nextToClose else { break }
            startClosing(id)
            chosen.append(id)
        }
        return chosen
    }

    private mutating func startClosing(_ id: ID) {
        makeBusy(id)
        connections[id].isClosing = true
        closing += 1
    }

    private mutating func makeIdle(_ id: ID) {
        guard !connections[id].isIdle else { return }
        connections[id].isIdle = true
        let address = connections[id].address
        if addresses[address].nextToClose == nil {
            sequence += 1
            sequences[address] = sequence
        }
        if connections[id].isAuthenticated {
            lists.append(id, to: &addresses[address].authenticated)
        } else {
            lists.append(id, to: &addresses[address].unauthenticated)
        }
        reorder(address)
    }

    private mutating func makeBusy(_ id: ID) {
        if connections[id].isClosing {
            connections[id].isClosing = false
            closing -= 1
        }
        guard connections[id].isIdle else { return }
        connections[id].isIdle = false
        let address = connections[id].address
        if connections[id].isAuthenticated {
            lists.remove(id, from: &addresses[address].authenticated)
        } else {
            lists.remove(id, from: &addresses[address].unauthenticated)
        }
        reorder(address)
    }

    private mutating func reorder(_ index: Int) {
        let address = addresses[index]
        guard address.nextToClose != nil else { return order.remove(index) }
        order.set(
            index, Priority(isTrusted: address.isTrusted, count: address.count, sequence: sequences[index]))
    }

    private mutating func addAddress(_ name: String, isTrusted: Bool) -> Int {
        let address = Address(name: name, isTrusted: isTrusted)
        let index = freeAddresses.popLast() ?? addresses.count
        if index == addresses.count {
            addresses.append(address)
            sequences.append(0)
        } else {
            addresses[index] = address
        }
        indices[name] = index
        return index
    }

    private mutating func report(_ index: Int, _ now: NIODeadline) -> UntrustedProxy? {
        let address = addresses[index]
        guard address.sendsForwardedFor, !address.isTrusted, address.count >= Self.reportedFrom,
            open < 2 * address.count
        else { return nil }
        candidate = index
        if let reported, now - reported < Self.reportInterval { return nil }
        reported = now
        return untrustedProxy
    }
}
