public import NIOCore
public import NIOHTTP1
import Synchronization

/// The receiver of one response.
///
/// Without an event loop of its own, it is called on the connection's; with one, on that. `ended` and `failed` come last, and
/// only one of them.
public protocol ResponseDelegate: AnyObject, Sendable {
    /// The request is sent now; again, if it is repeated.
    /// - Parameter setup: nil for a connection that was used before.
    func sends(_ setup: ConnectionSetup?)
    func received(_ head: HTTPResponseHead)
    /// Some of the body. Little more comes before `PooledExchange.read()` is called.
    func received(_ bytes: ByteBuffer)
    /// Everything that came so far was passed, and the response has not ended.
    func readCompleted()
    func ended(_ trailers: HTTPHeaders?)
    /// - Parameter error: after a part of the response, too: it is not whole then.
    func failed(_ error: TransportError)
}

extension ResponseDelegate {
    public func sends(_ setup: ConnectionSetup?) {}
    public func readCompleted() {}
}

/// One request on its way through the pool. It waits for a connection, is sent, and its response goes to the delegate.
public final class PooledExchange: Sendable {
    let request: ClientRequest
    private let pool: ConnectionPool
    private let delegate: any ResponseDelegate
    private let delegateLoop: (any EventLoop)?

    private struct State {
        var id: Int?
        var connection: PooledConnection?
        var isReused = false
        /// Cancelled, or the delegate got the end.
        var isOver = false
    }
    private let state = Mutex(State())

    /// - Parameter loop: the event loop that the delegate is called on, and whose connections are preferred; nil for any.
    public init(
        _ request: ClientRequest, pool: ConnectionPool, on loop: (any EventLoop)? = nil, delegate: any ResponseDelegate
    ) {
        self.request = request
        self.pool = pool
        self.delegate = delegate
        delegateLoop = loop
    }

    /// Sends the request. Call it once, on the delegate's event loop if there is one. The delegate may be called before it
    /// returns.
    public func start() {
        let id = pool.nextRequestID()
        let isOver = state.withLock { state in
            state.id = id
            return state.isOver
        }
        if !isOver { pool.request(self, id: id, prefers: delegateLoop) }
    }

    /// Asks for more of the response's body.
    public func read() {
        guard let connection = state.withLock({ $0.isOver ? nil : $0.connection }) else { return }
        connection.run { $0.read(self) }
    }

    /// Ends the exchange. The delegate is not called from then on, if this is called on its event loop.
    public func cancel() {
        let (id, connection) = state.withLock { state -> (Int?, PooledConnection?) in
            guard !state.isOver else { return (nil, nil) }
            state.isOver = true
            return (state.id, state.connection)
        }
        if let connection { return connection.run { $0.cancel(self) } }
        if let id { pool.cancel(id) }
    }

    // MARK: For the pool

    func assign(_ connection: PooledConnection, isReused: Bool) {
        let isOver = state.withLock { state in
            if !state.isOver { (state.connection, state.isReused) = (connection, isReused) }
            return state.isOver
        }
        // Nothing was sent on it.
        if isOver { return pool.released(connection.id, isReusable: true) }
        connection.run { handler in
            if self.state.withLock({ $0.isOver }) { return self.pool.released(connection.id, isReusable: true) }
            self.sends(isReused ? nil : connection.setup)
            if handler.start(self) { return }
            connection.close()
            self.repeatRequest()
        }
    }

    private func repeatRequest() {
        state.withLock { $0.connection = nil }
        start()
    }

    private func sends(_ setup: ConnectionSetup?) {
        guard isOnDelegateLoop else { return hop { $0.sends(setup) } }
        if takesCall() { delegate.sends(setup) }
    }

    // MARK: For the connection, on its event loop

    func received(_ head: HTTPResponseHead) {
        guard isOnDelegateLoop else { return hop { $0.received(head) } }
        if takesCall() { delegate.received(head) }
    }

    func received(_ bytes: ByteBuffer) {
        guard isOnDelegateLoop else { return hop { $0.received(bytes) } }
        if takesCall() { delegate.received(bytes) }
    }

    func readCompleted() {
        guard isOnDelegateLoop else { return hop { $0.readCompleted() } }
        if takesCall() { delegate.readCompleted() }
    }

    func ended(_ trailers: HTTPHeaders?) {
        guard isOnDelegateLoop else { return hop { $0.ended(trailers) } }
        if takesCall(isLast: true) { delegate.ended(trailers) }
    }

    /// - Parameter hadBegun: bytes of a response had come.
    func failed(_ error: TransportError, hadBegun: Bool) {
        if case .interrupted = error, request.isRepeatable, !hadBegun, state.withLock({ $0.isReused && !$0.isOver }) {
            return repeatRequest()
        }
        failed(error)
    }

    func failed(_ error: TransportError) {
        guard isOnDelegateLoop else { return hop { $0.failed(error) } }
        if takesCall(isLast: true) { delegate.failed(error) }
    }

    // MARK: Delegate

    private var isOnDelegateLoop: Bool { delegateLoop?.inEventLoop ?? true }

    /// Makes the same call on the delegate's event loop.
    private func hop(_ call: @escaping @Sendable (PooledExchange) -> Void) { delegateLoop?.execute { call(self) } }

    /// - Returns: false after the end.
    private func takesCall(isLast: Bool = false) -> Bool {
        state.withLock { state in
            defer { if isLast { (state.isOver, state.connection) = (true, nil) } }
            return !state.isOver
        }
    }
}
