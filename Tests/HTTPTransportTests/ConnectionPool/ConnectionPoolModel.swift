import NIOCore
import Support

@testable import HTTPTransport

/// Drives a `ConnectionPoolStateMachine` with random events, and checks every action and state against the rules.
struct ConnectionPoolModel {
    typealias Machine = ConnectionPoolStateMachine<Int>

    private enum Use: Equatable {
        case connecting
        case idle
        case busy(Int)
    }

    private struct Connection {
        let key: Int
        let addresses: [SocketAddress]?
        var address: SocketAddress?
        var use: Use
    }

    private var machine: Machine
    private var random: SeededGenerator
    private var now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private var lastRequest = 0
    private var requests: [Int: Machine.Request] = [:]
    private var connections: [Int: Connection] = [:]
    private let addresses: [SocketAddress]
    private var ended: Set<Int> = []
    /// The first rule that was broken.
    private(set) var violation: String?

    init(_ random: SeededGenerator, addresses: [SocketAddress]) {
        self.random = random
        self.addresses = addresses
        let limits = Machine.Limits(
            connections: Int.random(in: 1...5, using: &self.random),
            handshakes: Int.random(in: 1...4, using: &self.random))
        machine = Machine(limits: limits, loops: Int.random(in: 1...3, using: &self.random))
    }

    mutating func run(events: Int) {
        for _ in 0..<events where violation == nil { event() }
        // From here on all goes well, so every request ends.
        for _ in 0..<400 where violation == nil && !(requests.isEmpty && busy.isEmpty) { progress() }
        check(requests.isEmpty && busy.isEmpty, "a request never ends")
        take(machine.shutdown(), isShutdown: true)
        check(connections.isEmpty, "shutdown leaves connections")
        check(machine.counts == .init(), "shutdown leaves something")
    }

    private var busy: [Int] { connections.filter { if case .busy = $1.use { true } else { false } }.keys.sorted() }
    private var connecting: [Int] { connections.filter { $1.use == .connecting }.keys.sorted() }

    private mutating func check(_ isKept: Bool, _ rule: String) {
        if !isKept, violation == nil { violation = rule }
    }

    private mutating func event() {
        now = now + .milliseconds(Int64.random(in: 0...300, using: &random))
        if machine.deadline <= now { take(machine.timePassed(at: now)) }
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3: request()
        case 4...5: progress()
        case 6: fail()
        case 7:
            guard let id = busy.randomElement(using: &random) else { return }
            end(id, isReusable: false)
        case 8:
            guard let id = requests.keys.sorted().randomElement(using: &random) else { return }
            check(machine.cancel(id), "a request that waits cannot be cancelled")
            requests[id] = nil
            ended.insert(id)
        default:
            if Int.random(in: 0..<4, using: &random) == 0 {
                now = now + .seconds(70)
                if machine.deadline <= now { take(machine.timePassed(at: now)) }
            } else if let id = connections.filter({ $1.use == .idle }).keys.sorted().randomElement(using: &random) {
                connections[id] = nil
                take(machine.closed(id, at: now))
            }
        }
        checkState()
    }

    private mutating func request() {
        lastRequest += 1
        let vetted = [nil, [addresses[0]], addresses].randomElement(using: &random) ?? nil
        let request = Machine.Request(
            id: lastRequest, key: Int.random(in: 0..<3, using: &random), loop: lastRequest % machine.loopCount,
            addresses: vetted, deadline: now + .seconds(Int64.random(in: 1...5, using: &random)))
        requests[lastRequest] = request
        take(machine.request(request, at: now))
    }

    /// A connection is made, or an exchange ends.
    private mutating func progress() {
        if let id = (connecting + busy).randomElement(using: &random) {
            if connections[id]?.use == .connecting {
                let address = (connections[id]?.addresses ?? addresses).randomElement(using: &random)
                connections[id]?.address = address
                connections[id]?.use = .idle
                take(machine.connected(id, to: address, at: now))
            } else {
                end(id, isReusable: true)
            }
        } else {
            now = max(now, machine.deadline == .distantFuture ? now : machine.deadline)
            take(machine.timePassed(at: now))
        }
    }

    private mutating func fail() {
        if let id = connecting.randomElement(using: &random) {
            connections[id] = nil
            take(machine.connectFailed(id, .connect("refused or unreachable"), at: now))
        } else if let id = busy.randomElement(using: &random) {
            if case .busy(let request)? = connections[id]?.use { ended.insert(request) }
            connections[id] = nil
            take(machine.closed(id, at: now))
        }
    }

    private mutating func end(_ id: Int, isReusable: Bool) {
        if case .busy(let request)? = connections[id]?.use { ended.insert(request) }
        connections[id]?.use = .idle
        take(machine.released(id, isReusable: isReusable, at: now))
        if !isReusable { check(connections[id] == nil, "a spent connection stays") }
    }

    // MARK: Rules

    private mutating func take(_ actions: [Machine.Action], isShutdown: Bool = false) {
        for action in actions {
            switch action {
            case .connect(let id, let request):
                check(connections[id] == nil, "a connection is opened twice")
                guard let origin = requests[request] else { return check(false, "opened for a request that is over") }
                connections[id] = Connection(key: origin.key, addresses: origin.addresses, use: .connecting)
            case .assign(let request, let id, _):
                guard let waiting = requests.removeValue(forKey: request) else {
                    return check(false, "a request gets two connections, or one after its end")
                }
                check(connections[id]?.use == .idle, "a connection is given that is not free")
                check(connections[id]?.key == waiting.key, "a connection of another key is given")
                check(waiting.accepts(connections[id]?.address), "an address that was not vetted is given")
                connections[id]?.use = .busy(request)
            case .fail(let request, _):
                check(requests.removeValue(forKey: request) != nil, "a request fails that does not wait")
                check(ended.insert(request).inserted, "a request ends twice")
            case .close(let id):
                guard let connection = connections.removeValue(forKey: id) else {
                    return check(false, "a connection is closed twice")
                }
                check(isShutdown || connection.use == .idle, "a connection is closed that is used")
            }
        }
    }

    private mutating func checkState() {
        let limits = machine.limits
        check(connections.count <= limits.connections, "more connections than allowed")
        check(connecting.count <= limits.handshakes, "more handshakes than allowed")
        let counts = machine.counts
        check(
            counts.connecting == connecting.count && counts.busy == busy.count && counts.waiting == requests.count
                && counts.idle == connections.count - connecting.count - busy.count, "the counts are wrong")
        let free = connections.values.filter { $0.use == .idle }
        for request in requests.values {
            check(
                !free.contains { $0.key == request.key && request.accepts($0.address) },
                "a request waits while a connection is free")
            check(request.deadline > now || machine.deadline <= now + .milliseconds(10), "an overdue request waits on")
        }
        for key in 0..<3 {
            let waiting = requests.values.count { $0.key == key }
            let own = connections.values.count { $0.key == key && $0.use == .connecting }
            check(own <= limits.handshakesPerKey, "a key has more than its share of the handshakes")
            let hasRoom = connections.count < limits.connections || !free.isEmpty
            if hasRoom, connecting.count < limits.handshakes, own < limits.handshakesPerKey {
                check(waiting <= own, "a request waits though a connection could be opened")
            }
        }
    }
}
