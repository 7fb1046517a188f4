import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import HTTPTransport

/// A pool of its own, with what the tests send through it.
struct PoolPlace {
    let pool: ConnectionPool
    let profile = ConnectionProfile(decodesBodies: true)
    let inFlight = InFlight()

    /// - Parameter resolve: for names; nothing resolves without it.
    static func run(
        _ limits: ConnectionPool.Limits = .init(),
        resolve: @escaping @Sendable (String, Int) throws -> [SocketAddress] = { _, _ in [] },
        _ body: (PoolPlace) async throws -> Void
    ) async throws {
        let pool = ConnectionPool(
            limits: limits, eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            resolvers: ResolverPool(threads: 2, resolve))
        do {
            try await body(PoolPlace(pool: pool))
        } catch {
            await pool.shutdown()
            throw error
        }
        await pool.shutdown()
        #expect(pool.counts == .init())
    }

    func send(
        _ method: HTTPRequest.Method = .get, _ url: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
        limit: Duration = .seconds(30), maximum: Int = 1 << 20, truncating: Bool = false
    ) async throws -> HTTPExchange.Reply {
        try await HTTPExchange(pool: pool, profile: profile, inFlight: inFlight).send(
            method, url, headers: headers, body: body, limit: limit, maximum: maximum, truncating: truncating)
    }

    func open(
        _ method: HTTPRequest.Method = .get, _ url: String, body: [UInt8]? = nil, firstByte: Duration = .seconds(30)
    ) async throws -> HTTPStream.Reply {
        try await HTTPStream(pool: pool, profile: profile, inFlight: inFlight).open(
            method, url, headers: [], body: body, firstByte: firstByte, total: .seconds(120))
    }

    func error(_ call: () async throws -> Void) async -> TransportError? {
        do {
            try await call()
            return nil
        } catch {
            return error as? TransportError
        }
    }

    /// Waits until the pool is as `isReached` says. A connection is released a moment after its reply is read.
    func eventually(_ isReached: (ConnectionPoolStateMachine<ConnectionKey>.Counts) -> Bool) async throws {
        for _ in 0..<1_000 where !isReached(pool.counts) {
            // The pool says nothing when a count changes.
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(isReached(pool.counts), "\(pool.counts)")
    }
}

/// A delegate that writes down what it gets, and on which event loop.
final class RecordingDelegate: ResponseDelegate {
    struct Record {
        var status: Int?
        var body = ByteBuffer()
        var trailers: HTTPHeaders?
        var endings = 0
        var error: TransportError?
        var strayCalls = 0
    }
    let record = Mutex(Record())
    private let exchange = Mutex<PooledExchange?>(nil)
    private let loop: any EventLoop
    let done: EventLoopPromise<Void>

    init(on loop: any EventLoop) {
        self.loop = loop
        done = loop.makePromise()
    }

    /// On the event loop.
    func start(_ request: ClientRequest, _ pool: ConnectionPool) {
        let made = PooledExchange(request, pool: pool, on: loop, delegate: self)
        exchange.withLock { $0 = made }
        made.start()
    }

    func cancel() { exchange.withLock { $0 }?.cancel() }

    private func update(_ change: (inout Record) -> Void) {
        record.withLock { record in
            if !loop.inEventLoop { record.strayCalls += 1 }
            change(&record)
        }
    }

    func received(_ head: HTTPResponseHead) {
        update { $0.status = Int(head.status.code) }
        exchange.withLock { $0 }?.read()
    }

    func received(_ bytes: ByteBuffer) {
        update { $0.body.writeImmutableBuffer(bytes) }
        exchange.withLock { $0 }?.read()
    }

    func ended(_ trailers: HTTPHeaders?) {
        update {
            $0.endings += 1
            $0.trailers = trailers
        }
        done.succeed()
    }

    func failed(_ error: TransportError) {
        update {
            $0.endings += 1
            $0.error = error
        }
        done.succeed()
    }
}
