import NIOCore
import NIOHTTP1
import Synchronization

/// Reads one receiver's response, within a limit of bytes, whatever the receiver sends.
final class DeliveryResponse: ResponseDelegate {
    struct Answer: Sendable {
        let status: Int
        let retryAfter: String?
        /// The first bytes of the body.
        let body: [UInt8]
    }

    private struct State {
        var exchange: PooledExchange?
        var waiter: CheckedContinuation<Answer, any Error>?
        var isOver = false
        var setup: ConnectionSetup?
        var sent: NIODeadline?
        var firstByte: Duration?
        var head: HTTPResponseHead?
        var body: [UInt8] = []
        var read = 0
    }

    private let state = Mutex(State())
    private let kept: Int
    private let limit: Int

    /// - Parameters:
    ///   - kept: bytes of the body that are returned.
    ///   - limit: bytes of the body that are read.
    init(kept: Int, limit: Int) {
        self.kept = kept
        self.limit = limit
    }

    /// For connecting, for TLS and until the response began, as far as the request came.
    var timings: (connect: Duration?, tls: Duration?, firstByte: Duration?) {
        state.withLock { ($0.setup?.connect, $0.setup?.tls, $0.firstByte) }
    }

    /// Sends the request.
    /// - Throws: `TransportError`, `CancellationError`.
    func receive(_ request: ClientRequest, _ pool: ConnectionPool) async throws -> Answer {
        let exchange = PooledExchange(request, pool: pool, delegate: self)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let isOver = state.withLock { state in
                    if !state.isOver { (state.waiter, state.exchange) = (waiter, exchange) }
                    return state.isOver
                }
                if isOver { waiter.resume(throwing: CancellationError()) } else { exchange.start() }
            }
        } onCancel: {
            exchange.cancel()
            finish(throwing: CancellationError())
        }
    }

    func sends(_ setup: ConnectionSetup?) {
        state.withLock { state in
            state.setup = setup
            state.sent = .now()
        }
    }

    func received(_ head: HTTPResponseHead) {
        state.withLock { state in
            state.head = head
            state.firstByte = state.sent.map { .nanoseconds((NIODeadline.now() - $0).nanoseconds) }
            return state.exchange
        }?.read()
    }

    func received(_ bytes: ByteBuffer) {
        let (isEnough, exchange) = state.withLock { state -> (Bool, PooledExchange?) in
            state.read += bytes.readableBytes
            state.body += bytes.readableBytesView.prefix(kept - state.body.count)
            return (state.read > limit, state.exchange)
        }
        guard isEnough else { return exchange?.read() ?? () }
        exchange?.cancel()
        finish()
    }

    func ended(_ trailers: HTTPHeaders?) { finish() }

    func failed(_ error: TransportError) { finish(throwing: error) }

    private func finish(throwing error: (any Error)? = nil) {
        let (waiter, head, body) = state.withLock { state in
            defer {
                state.isOver = true
                (state.waiter, state.exchange) = (nil, nil)
            }
            return (state.waiter, state.head, state.body)
        }
        guard error == nil, let head else {
            waiter?.resume(throwing: error ?? TransportError.interrupted("closed"))
            return
        }
        waiter?.resume(
            returning: Answer(
                status: Int(head.status.code), retryAfter: head.headers.first(name: "Retry-After"), body: body))
    }
}
