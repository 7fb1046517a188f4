import NIOCore
import NIOHTTP1
import Synchronization

/// Passes one response to a task, part by part, as the task asks for them.
final class StreamedResponse: ResponseDelegate {
    private struct State {
        var headWaiter: CheckedContinuation<HTTPResponseHead, any Error>?
        var partWaiter: CheckedContinuation<ByteBuffer?, any Error>?
        var parts = CircularBuffer<ByteBuffer>()
        /// Set at the end; nil within for a response that came whole.
        var end: (any Error)??
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// Sends the request.
    /// - Throws: `TransportError`, `CancellationError`.
    func head(of exchange: PooledExchange) async throws -> HTTPResponseHead {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let isCancelled = state.withLock { state in
                    if !state.isCancelled { state.headWaiter = waiter }
                    return state.isCancelled
                }
                if isCancelled { waiter.resume(throwing: CancellationError()) } else { exchange.start() }
            }
        } onCancel: {
            cancel(exchange)
        }
    }

    /// - Returns: nil at the end of the body.
    /// - Throws: `TransportError`, `CancellationError`.
    func next(of exchange: PooledExchange) async throws -> ByteBuffer? {
        if let part = state.withLock({ $0.isCancelled ? nil : $0.parts.popFirst() }) { return part }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let known = state.withLock { state -> Result<ByteBuffer?, any Error>? in
                    if state.isCancelled { return .failure(CancellationError()) }
                    if let part = state.parts.popFirst() { return .success(part) }
                    if let end = state.end { return end.map { .failure($0) } ?? .success(nil) }
                    state.partWaiter = waiter
                    return nil
                }
                if let known { waiter.resume(with: known) } else { exchange.read() }
            }
        } onCancel: {
            cancel(exchange)
        }
    }

    private func cancel(_ exchange: PooledExchange) {
        exchange.cancel()
        let (head, part) = state.withLock { state in
            defer { (state.headWaiter, state.partWaiter) = (nil, nil) }
            state.isCancelled = true
            return (state.headWaiter, state.partWaiter)
        }
        head?.resume(throwing: CancellationError())
        part?.resume(throwing: CancellationError())
    }

    func received(_ head: HTTPResponseHead) {
        state.withLock { state in
            defer { state.headWaiter = nil }
            return state.headWaiter
        }?.resume(returning: head)
    }

    func received(_ bytes: ByteBuffer) {
        state.withLock { state in
            defer { state.partWaiter = nil }
            if state.partWaiter == nil { state.parts.append(bytes) }
            return state.partWaiter
        }?.resume(returning: bytes)
    }

    func ended(_ trailers: HTTPHeaders?) { end(nil) }

    func failed(_ error: TransportError) { end(error) }

    private func end(_ error: (any Error)?) {
        let (head, part) = state.withLock { state in
            defer { (state.headWaiter, state.partWaiter) = (nil, nil) }
            state.end = .some(error)
            return (state.headWaiter, state.partWaiter)
        }
        head?.resume(throwing: error ?? TransportError.interrupted("closed"))
        if let error { part?.resume(throwing: error) } else { part?.resume(returning: nil) }
    }
}
