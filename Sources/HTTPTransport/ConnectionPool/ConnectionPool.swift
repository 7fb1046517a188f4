public import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// HTTP/1.1 connections that requests share, by the rules of `ConnectionPoolStateMachine`.
///
/// A request that names an event loop gets a connection of that loop if one is idle, else it borrows one of another loop.
/// Each new connection asks the name anew and tries all addresses (`ConnectionRace`).
public final class ConnectionPool: Sendable {
    public struct Limits: Sendable {
        /// Connections at once.
        public var connections = 512
        /// Connections that are being opened at once.
        public var handshakes = 32
        /// Until a request has a connection: waiting for it, the name, TCP and TLS together.
        public var connectTimeout = TimeAmount.seconds(5)
        public var idleTimeout = TimeAmount.seconds(60)
        /// A connection that is older is not used again.
        public var maxAge = TimeAmount.minutes(5)

        public init() {}
    }

    private typealias Machine = ConnectionPoolStateMachine<ConnectionKey>

    private struct State {
        var machine: Machine
        /// Requests that wait.
        var exchanges: [Int: PooledExchange] = [:]
        var connections: [Int: PooledConnection] = [:]
        var timer: Scheduled<Void>?
        var timerAt = NIODeadline.distantFuture
    }

    /// An action of the state machine, with the objects it concerns.
    private enum Work {
        case connect(Int, ClientRequest, any EventLoop)
        case assign(PooledExchange, PooledConnection, isReused: Bool)
        case fail(PooledExchange, TransportError)
        case close(PooledConnection)
    }

    private let limits: Limits
    private let loops: [any EventLoop]
    private let loopIndices: [ObjectIdentifier: Int]
    private let opener: ConnectionOpener
    private let lastRequest = Atomic(0)
    private let nextLoop = Atomic(0)
    private let state: Mutex<State>

    /// - Parameter eventLoopGroup: whose event loops the connections belong to.
    public convenience init(limits: Limits = Limits(), eventLoopGroup: any EventLoopGroup) {
        self.init(
            limits: limits, eventLoopGroup: eventLoopGroup, resolvers: ResolverPool(threads: 4, Resolver.addresses))
    }

    /// - Parameter resolvers: for names; the pool shuts them down.
    init(limits: Limits = Limits(), eventLoopGroup: any EventLoopGroup, resolvers: ResolverPool) {
        self.limits = limits
        let loops = eventLoopGroup.makeIterator().map { $0 }
        self.loops = loops
        loopIndices = Dictionary(loops.enumerated().map { (ObjectIdentifier($1), $0) }) { first, _ in first }
        opener = ConnectionOpener(resolvers: resolvers)
        let machineLimits = Machine.Limits(
            connections: limits.connections, handshakes: limits.handshakes, idleTimeout: limits.idleTimeout,
            maxAge: limits.maxAge)
        state = Mutex(State(machine: .init(limits: machineLimits, loops: loops.count)))
    }

    var counts: ConnectionPoolStateMachine<ConnectionKey>.Counts { state.withLock { $0.machine.counts } }

    /// Ends all requests and closes all connections. Later requests fail.
    public func shutdown() async {
        update { $0.shutdown() }
        state.withLock { $0.timer?.cancel() }
        opener.shutdown()
        for loop in loops {
            // Connections are closed on their event loops; after this all of them are.
            try? await loop.submit {}.get()
        }
    }

    // MARK: For exchanges

    func nextRequestID() -> Int { lastRequest.add(1, ordering: .relaxed).newValue }

    func request(_ exchange: PooledExchange, id: Int, prefers loop: (any EventLoop)?) {
        let index =
            loop.flatMap { loopIndices[ObjectIdentifier($0)] }
            ?? nextLoop.add(1, ordering: .relaxed).newValue % loops.count
        let (now, request) = (NIODeadline.now(), exchange.request)
        let deadline = min(now + limits.connectTimeout, request.timeouts.head, request.timeouts.total)
        update(exchange, id) {
            $0.request(
                .init(id: id, key: request.key, loop: index, addresses: request.addresses, deadline: deadline), at: now)
        }
    }

    func cancel(_ id: Int) {
        state.withLock { if $0.machine.cancel(id) { $0.exchanges[id] = nil } }
    }

    func released(_ connection: Int, isReusable: Bool) {
        update { $0.released(connection, isReusable: isReusable, at: .now()) }
    }

    // MARK: Actions

    private func update(
        _ exchange: PooledExchange? = nil, _ id: Int = 0,
        _ change: (inout Machine) -> [Machine.Action]
    ) {
        let work = state.withLock { state -> [Work] in
            if let exchange { state.exchanges[id] = exchange }
            let actions = change(&state.machine)
            scheduleTimer(&state)
            return actions.isEmpty ? [] : actions.compactMap { Self.work($0, &state, loops) }
        }
        for item in work { perform(item) }
    }

    private static func work(
        _ action: Machine.Action, _ state: inout State, _ loops: [any EventLoop]
    ) -> Work? {
        switch action {
        case .connect(let id, let request):
            guard let exchange = state.exchanges[request], let loop = state.machine.loop(of: id) else { return nil }
            return .connect(id, exchange.request, loops[loop])
        case .assign(let request, let id, let isReused):
            guard let exchange = state.exchanges.removeValue(forKey: request), let connection = state.connections[id]
            else { return nil }
            return .assign(exchange, connection, isReused: isReused)
        case .fail(let request, let error):
            return state.exchanges.removeValue(forKey: request).map { .fail($0, error) }
        case .close(let id): return state.connections.removeValue(forKey: id).map { .close($0) }
        }
    }

    private func perform(_ work: Work) {
        switch work {
        case .connect(let id, let request, let loop): connect(id, request, on: loop)
        case .assign(let exchange, let connection, let isReused): exchange.assign(connection, isReused: isReused)
        case .fail(let exchange, let error): exchange.failed(error)
        case .close(let connection): connection.close()
        }
    }

    private func connect(_ id: Int, _ request: ClientRequest, on loop: any EventLoop) {
        opener.open(request, on: loop, deadline: .now() + limits.connectTimeout).whenComplete { result in
            switch result {
            case .failure(let error):
                self.update { $0.connectFailed(id, TransportError(error), at: .now()) }
            case .success(let opened):
                let connection = PooledConnection(id: id, opened)
                self.state.withLock { $0.connections[id] = connection }
                opened.handler.value.serve(
                    .init(released: { self.released(id, isReusable: $0) }, closed: { self.closed(id) }))
                self.update { $0.connected(id, to: opened.address, at: .now()) }
            }
        }
    }

    private func closed(_ id: Int) {
        state.withLock { $0.connections[id] = nil }
        update { $0.closed(id, at: .now()) }
    }

    private func scheduleTimer(_ state: inout State) {
        let deadline = state.machine.deadline
        guard deadline < state.timerAt else { return }
        state.timer?.cancel()
        state.timerAt = deadline
        state.timer = loops[0].scheduleTask(deadline: deadline) {
            self.state.withLock { $0.timerAt = .distantFuture }
            self.update { $0.timePassed(at: .now()) }
        }
    }
}

/// A connection of the pool.
final class PooledConnection: Sendable {
    let id: Int
    let setup: ConnectionSetup
    private let channel: any Channel
    private let handler: NIOLoopBound<HTTPClientHandler>

    init(id: Int, _ opened: ConnectionOpener.Opened) {
        self.id = id
        setup = opened.setup
        channel = opened.channel
        handler = opened.handler
    }

    /// Runs on the connection's event loop, at once if this is it.
    func run(_ body: @escaping @Sendable (HTTPClientHandler) -> Void) {
        let handler = self.handler
        if channel.eventLoop.inEventLoop { return body(handler.value) }
        channel.eventLoop.execute { body(handler.value) }
    }

    func close() { channel.close(promise: nil) }
}
