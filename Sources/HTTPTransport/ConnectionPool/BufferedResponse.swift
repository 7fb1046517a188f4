import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization

/// Reads one response whole, for a task.
final class BufferedResponse: ResponseDelegate {
    private struct State {
        var exchange: PooledExchange?
        var waiter: CheckedContinuation<HTTPExchange.Reply, any Error>?
        var isOver = false
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }

    private let state = Mutex(State())
    private let maximum: Int
    private let truncating: Bool

    private init(maximum: Int, truncating: Bool) {
        self.maximum = maximum
        self.truncating = truncating
    }

    /// - Throws: `TransportError`, `CancellationError`.
    static func receive(
        _ request: ClientRequest, _ pool: ConnectionPool, maximum: Int, truncating: Bool
    ) async throws -> HTTPExchange.Reply {
        let response = BufferedResponse(maximum: maximum, truncating: truncating)
        let exchange = PooledExchange(request, pool: pool, delegate: response)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let isOver = response.state.withLock { state in
                    if !state.isOver { (state.waiter, state.exchange) = (waiter, exchange) }
                    return state.isOver
                }
                if isOver { waiter.resume(throwing: CancellationError()) } else { exchange.start() }
            }
        } onCancel: {
            exchange.cancel()
            response.finish(throwing: CancellationError())
        }
    }

    func received(_ head: HTTPResponseHead) {
        state.withLock { state in
            state.head = head
            return state.exchange
        }?.read()
    }

    func received(_ bytes: ByteBuffer) {
        let (isWhole, exchange) = state.withLock { state -> (Bool, PooledExchange?) in
            let room = maximum - state.body.count
            state.body += bytes.readableBytesView.prefix(room)
            return (bytes.readableBytes <= room, state.exchange)
        }
        if isWhole {
            exchange?.read()
        } else {
            exchange?.cancel()
            if truncating { finish() } else { finish(throwing: TransportError.tooLarge(maximum)) }
        }
    }

    func ended(_ trailers: HTTPHeaders?) { finish() }

    func failed(_ error: TransportError) { finish(throwing: error) }

    private func finish(throwing error: (any Error)? = nil) {
        let (waiter, head, body) = state.withLock { state in
            defer {
                state.isOver = true
                (state.waiter, state.exchange, state.body) = (nil, nil, [])
            }
            return (state.waiter, state.head, state.body)
        }
        guard let waiter else { return }
        guard error == nil, let head else {
            return waiter.resume(throwing: error ?? TransportError.interrupted("closed"))
        }
        waiter.resume(
            returning: HTTPExchange.Reply(
                status: Int(head.status.code), headers: HTTPFields(decoded: head.headers), body: body))
    }
}
