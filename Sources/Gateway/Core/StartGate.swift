import ServiceLifecycle
import Synchronization

/// A flag that is raised once, and the services that start when it is.
final class StartGate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [AsyncStream<Void>.Continuation] = []
    }
    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.yield() }
    }

    /// Waits until the gate is open.
    /// - Returns: false if the task was cancelled, or its service was asked to end, before that.
    func wait() async -> Bool {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isOpen = state.withLock { state in
            if !state.isOpen { state.waiters.append(continuation) }
            return state.isOpen
        }
        if isOpen { return true }
        for await _ in stream.cancelOnGracefulShutdown() { return true }
        return false
    }
}

/// A service that starts when a gate opens: background work begins only once the port is bound, so a start that fails
/// there sends nothing.
struct GatedService: Service {
    let service: any Service
    let gate: StartGate

    func run() async throws {
        if await gate.wait() { try await service.run() }
    }
}
