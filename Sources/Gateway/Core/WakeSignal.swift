import Synchronization

/// Lets a loop sleep until something happens or a time has passed. A wake without a waiting loop is kept.
final class WakeSignal: Sendable {
    private struct State {
        var pending = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())

    func wake() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.waiter = nil
            state.pending = waiter == nil
            return waiter
        }
        waiter?.resume()
    }

    /// One waiter at a time. Returns early when woken or cancelled.
    func wait(upTo limit: Duration) async {
        let isAwake = state.withLock { state in
            defer { state.pending = false }
            return state.pending
        }
        if isAwake { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // The timer that ends the wait when no signal comes.
                try? await Task.sleep(for: limit)
            }
            group.addTask { await self.next() }
            await group.next()
            group.cancelAll()
        }
    }

    private func next() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    if state.pending || Task.isCancelled {
                        state.pending = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiter
                state.waiter = nil
                return waiter
            }
            waiter?.resume()
        }
    }
}
