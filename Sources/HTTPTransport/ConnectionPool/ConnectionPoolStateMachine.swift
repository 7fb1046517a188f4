import NIOCore

/// Decides which request gets which connection of a pool, and which connections are opened and closed.
///
/// Pure: events and times go in, actions come out, and `deadline` says when `timePassed` is due. `ConnectionPool` carries the
/// actions out.
///
/// A request gets the idle connection of its key that was used last, of its own event loop before those of others. Otherwise
/// it waits, first come, first served, for a connection that is released or opened. Keys take turns at opening, none has more
/// than three quarters of the handshakes, and a full pool closes idle connections of others, and busy ones of a key that has
/// more than its share once they are released. So a host that does not answer does not hold up the others.
struct ConnectionPoolStateMachine<Key: Hashable & Sendable>: Sendable {
    typealias RequestID = Int
    typealias ConnectionID = Int

    private enum Use {
        case connecting(for: RequestID)
        case idle(since: NIODeadline)
        case busy
    }

    private struct Connection {
        let key: Key
        let loop: Int
        var opened: NIODeadline
        var address: SocketAddress?
        var use: Use
    }

    /// The connections and requests of one key.
    private struct Group {
        /// By event loop, the one used last at the end.
        var idle: [[ConnectionID]]
        var waiting = CircularBuffer<RequestID>()
        var connecting = 0
        var connections = 0
        /// True if the key stands in `turns`.
        var hasTurn = false

        var needsConnection: Bool { waiting.count > connecting }
        var isEmpty: Bool { waiting.isEmpty && connections == 0 && !hasTurn }
    }

    let limits: Limits
    let loopCount: Int
    private var groups: [Key: Group] = [:]
    private var connections: [ConnectionID: Connection] = [:]
    private var waiting: [RequestID: Request] = [:]
    /// Keys that need connections, the one whose turn is next first.
    private var turns = CircularBuffer<Key>()
    /// Requests that wait and for which a connection is being opened.
    private var attempted: Set<RequestID> = []
    private var handshakes = 0
    private var idleConnections = 0
    private var lastID = 0
    private(set) var isShutDown = false
    /// The time at which `timePassed` is due. It may be too early, never too late.
    private(set) var deadline = NIODeadline.distantFuture

    static var shutdownError: TransportError { .connect("shutting down") }

    /// - Parameter loops: event loops, 1 at least.
    init(limits: Limits, loops: Int) {
        self.limits = limits
        loopCount = loops
    }

    // MARK: Requests

    mutating func request(_ request: Request, at now: NIODeadline) -> [Action] {
        guard !isShutDown else { return [.fail(request.id, Self.shutdownError)] }
        var actions: [Action] = []
        if let connection = takeIdle(for: request, at: now, &actions) {
            actions.append(.assign(request.id, connection, isReused: true))
            return actions
        }
        waiting[request.id] = request
        groups[request.key, default: Group(idle: Array(repeating: [], count: loopCount))].waiting.append(request.id)
        deadline = min(deadline, request.deadline)
        open(request.key, at: now, &actions)
        return actions
    }

    /// - Returns: false when the request does not wait: it has a connection, or is over.
    mutating func cancel(_ id: RequestID) -> Bool {
        guard let request = waiting[id] else { return false }
        stopWaiting(request)
        return true
    }

    private mutating func stopWaiting(_ request: Request) {
        waiting[request.id] = nil
        attempted.remove(request.id)
        if let index = groups[request.key]?.waiting.firstIndex(of: request.id) {
            groups[request.key]?.waiting.remove(at: index)
        }
        removeIfEmpty(request.key)
    }

    private mutating func takeIdle(
        for request: Request, at now: NIODeadline, _ actions: inout [Action]
    ) -> ConnectionID? {
        guard groups[request.key] != nil else { return nil }
        for offset in 0..<loopCount {
            let loop = (request.loop + offset) % loopCount
            while let index = groups[request.key]?.idle[loop].lastIndex(where: {
                request.accepts(connections[$0]?.address)
            }) {
                guard let id = groups[request.key]?.idle[loop].remove(at: index), let connection = connections[id]
                else { break }
                idleConnections -= 1
                connections[id]?.use = .busy
                if connection.opened + limits.maxAge > now { return id }
                remove(id)
                actions.append(.close(id))
            }
        }
        return nil
    }

    // MARK: Connections

    /// - Parameter address: the one that was connected to.
    mutating func connected(_ id: ConnectionID, to address: SocketAddress?, at now: NIODeadline) -> [Action] {
        guard let connection = connections[id], case .connecting(let origin) = connection.use else {
            return [.close(id)]
        }
        // Another request may get the connection, and this one needs a new one then.
        attempted.remove(origin)
        handshakes -= 1
        groups[connection.key]?.connecting -= 1
        connections[id]?.opened = now
        connections[id]?.address = address
        var actions: [Action] = []
        assign(id, connection.key, isReused: false, at: now, &actions)
        open(connection.key, at: now, &actions)
        return actions
    }

    mutating func connectFailed(_ id: ConnectionID, _ error: TransportError, at now: NIODeadline) -> [Action] {
        guard let connection = connections[id], case .connecting(let origin) = connection.use else { return [] }
        var actions: [Action] = []
        remove(id)
        if let request = waiting[origin] {
            stopWaiting(request)
            actions.append(.fail(request.id, error))
        }
        open(connection.key, at: now, &actions)
        return actions
    }

    /// The exchange on a connection has ended.
    mutating func released(_ id: ConnectionID, isReusable: Bool, at now: NIODeadline) -> [Action] {
        guard let connection = connections[id], case .busy = connection.use else { return [] }
        var actions: [Action] = []
        if !isReusable || connection.opened + limits.maxAge <= now {
            remove(id)
            actions.append(.close(id))
        } else if let other = keyBelowShare(besides: connection.key) {
            remove(id)
            actions.append(.close(id))
            _ = start(other, at: now, &actions)
        } else {
            assign(id, connection.key, isReused: true, at: now, &actions)
        }
        open(connection.key, at: now, &actions)
        return actions
    }

    /// The connection was closed by the other side, or broke.
    mutating func closed(_ id: ConnectionID, at now: NIODeadline) -> [Action] {
        guard let connection = connections[id] else { return [] }
        if case .connecting = connection.use {
            return connectFailed(id, .connect("refused or unreachable"), at: now)
        }
        var actions: [Action] = []
        remove(id)
        open(connection.key, at: now, &actions)
        return actions
    }

    private mutating func assign(
        _ id: ConnectionID, _ key: Key, isReused: Bool, at now: NIODeadline, _ actions: inout [Action]
    ) {
        guard let connection = connections[id] else { return }
        let next = groups[key]?.waiting.first { waiting[$0]?.accepts(connection.address) ?? false }
        if let next, let request = waiting[next] {
            stopWaiting(request)
            connections[id]?.use = .busy
            actions.append(.assign(next, id, isReused: isReused))
            return
        }
        idleConnections += 1
        connections[id]?.use = .idle(since: now)
        groups[key]?.idle[connection.loop].append(id)
        deadline = min(deadline, now + limits.idleTimeout, connection.opened + limits.maxAge)
    }

    /// Forgets a connection of any use.
    private mutating func remove(_ id: ConnectionID) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        groups[connection.key]?.connections -= 1
        switch connection.use {
        case .connecting:
            handshakes -= 1
            groups[connection.key]?.connecting -= 1
        case .idle:
            idleConnections -= 1
            if let index = groups[connection.key]?.idle[connection.loop].lastIndex(of: id) {
                groups[connection.key]?.idle[connection.loop].remove(at: index)
            }
        case .busy: break
        }
        removeIfEmpty(connection.key)
    }

    private mutating func removeIfEmpty(_ key: Key) {
        if groups[key]?.isEmpty == true { groups[key] = nil }
    }

    // MARK: Opening

    /// Opens what is needed and allowed, for this key and those that wait for their turn.
    private mutating func open(_ key: Key, at now: NIODeadline, _ actions: inout [Action]) {
        if let group = groups[key], group.needsConnection, !group.hasTurn {
            groups[key]?.hasTurn = true
            turns.append(key)
        }
        var passed = 0
        while handshakes < limits.handshakes, passed < turns.count, let next = turns.popFirst() {
            guard let connecting = connectingIfNeeded(next) else {
                groups[next]?.hasTurn = false
                removeIfEmpty(next)
                continue
            }
            turns.append(next)
            if connecting < limits.handshakesPerKey, makesRoom(&actions), start(next, at: now, &actions) {
                passed = 0
            } else {
                passed += 1
            }
        }
    }

    /// - Returns: the number of connections that are being opened; nil when that is enough.
    private func connectingIfNeeded(_ key: Key) -> Int? {
        groups[key].flatMap { $0.needsConnection ? $0.connecting : nil }
    }

    /// - Returns: false when each request that waits has an attempt.
    private mutating func start(_ key: Key, at now: NIODeadline, _ actions: inout [Action]) -> Bool {
        guard let id = groups[key]?.waiting.first(where: { !attempted.contains($0) }), let request = waiting[id] else {
            return false
        }
        lastID += 1
        connections[lastID] = Connection(key: key, loop: request.loop, opened: now, use: .connecting(for: id))
        attempted.insert(id)
        groups[key]?.connecting += 1
        groups[key]?.connections += 1
        handshakes += 1
        actions.append(.connect(lastID, for: id))
        return true
    }

    /// - Returns: false when all connections are in use.
    private mutating func makesRoom(_ actions: inout [Action]) -> Bool {
        if connections.count < limits.connections { return true }
        guard idleConnections > 0 else { return false }
        var oldest: (id: ConnectionID, since: NIODeadline)?
        for (id, connection) in connections {
            guard case .idle(let since) = connection.use else { continue }
            if let known = oldest, (known.since, known.id) <= (since, id) { continue }
            oldest = (id, since)
        }
        guard let oldest else { return false }
        remove(oldest.id)
        actions.append(.close(oldest.id))
        return true
    }

    /// - Returns: a key that waits and has less than its share of a full pool, if this one has more.
    private func keyBelowShare(besides key: Key) -> Key? {
        guard connections.count >= limits.connections, handshakes < limits.handshakes, !turns.isEmpty else {
            return nil
        }
        let share = max(limits.connections / groups.count, 1)
        guard let own = groups[key], own.connections > share else { return nil }
        return turns.first { other in
            guard other != key, let group = groups[other] else { return false }
            return group.needsConnection && group.connections < share && group.connecting < limits.handshakesPerKey
        }
    }

    // MARK: Time and end

    mutating func timePassed(at now: NIODeadline) -> [Action] {
        guard now >= deadline else { return [] }
        var actions: [Action] = []
        var next = NIODeadline.distantFuture
        for request in waiting.values.sorted(by: { $0.id < $1.id }) {
            guard request.deadline <= now else {
                next = min(next, request.deadline)
                continue
            }
            stopWaiting(request)
            actions.append(.fail(request.id, .connect("timeout")))
        }
        for (id, connection) in connections {
            guard case .idle(let since) = connection.use else { continue }
            let end = min(since + limits.idleTimeout, connection.opened + limits.maxAge)
            guard end <= now else {
                next = min(next, end)
                continue
            }
            remove(id)
            actions.append(.close(id))
        }
        // Many requests with deadlines of their own must not make this run all the time.
        deadline = next == .distantFuture ? next : max(next, now + .milliseconds(10))
        // An idle connection that was closed may have been the room that a request of another key waits for.
        if let key = turns.first { open(key, at: now, &actions) }
        return actions
    }

    /// Ends all: requests that wait, and connections of every use.
    mutating func shutdown() -> [Action] {
        isShutDown = true
        let actions =
            waiting.keys.sorted().map { Action.fail($0, Self.shutdownError) }
            + connections.keys.sorted().map { Action.close($0) }
        (waiting, attempted, connections, groups) = ([:], [], [:], [:])
        (handshakes, idleConnections) = (0, 0)
        turns.removeAll()
        deadline = .distantFuture
        return actions
    }

    /// The index of a connection's event loop.
    func loop(of id: ConnectionID) -> Int? { connections[id]?.loop }

    var counts: Counts {
        Counts(
            connecting: handshakes, idle: idleConnections, busy: connections.count - handshakes - idleConnections,
            waiting: waiting.count)
    }
}
