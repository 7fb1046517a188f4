import Foundation
import Synchronization

/// A thread of our own with a queue of work, for calls into C that block. The thread ends after `stop()`, when the
/// work accepted before it is done.
final class WorkerThread<Job: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        /// Fetched before most of the others.
        var urgent: [Job] = []
        var turns = 0
        var stopped = false
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }
    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)

    init() { state = Mutex(State()) }

    /// Starts the thread. `serve` runs on it until it returns; it fetches work by `next`.
    func start(name: String, _ serve: @escaping @Sendable (WorkerThread<Job>) -> Void) {
        let thread = Thread {
            serve(self)
            let waiters = self.state.withLock { state in
                state.hasEnded = true
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }
        thread.name = name
        thread.start()
    }

    /// - Returns: false when the thread has been stopped; the job was not taken then.
    func enqueue(_ job: Job, isUrgent: Bool = false) -> Bool {
        let taken = state.withLock { state in
            guard !state.stopped else { return false }
            if isUrgent { state.urgent.append(job) } else { state.jobs.append(job) }
            return true
        }
        if taken { wake.signal() }
        return taken
    }

    /// Jobs that were not fetched yet.
    var waiting: Int { state.withLock { $0.urgent.count + $0.jobs.count } }

    func stop() {
        state.withLock { $0.stopped = true }
        wake.signal()
    }

    /// Waits for the end of a thread that was started and stopped.
    func ended() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.hasEnded { state.waiters.append(continuation) }
                return state.hasEnded
            }
            if isOver { continuation.resume() }
        }
    }

    /// Waits for work. On the worker thread only.
    /// - Returns: up to `limit` jobs, urgent ones before most others, each kind in order of arrival; empty once stopped and drained.
    func next(limit: Int) -> [Job] {
        while true {
            let (batch, stopped) = state.withLock { state in
                // Of four one is for the others: nobody waits for ever.
                state.turns += 1
                let share = state.jobs.isEmpty ? limit : limit > 1 ? limit * 3 / 4 : state.turns % 4 == 0 ? 0 : 1
                // Arrays of their own: with slices each batch would copy all that still waits.
                let urgent = Array(state.urgent.prefix(share))
                state.urgent.removeFirst(urgent.count)
                let others = Array(state.jobs.prefix(limit - urgent.count))
                state.jobs.removeFirst(others.count)
                return (urgent + others, state.stopped)
            }
            if !batch.isEmpty || stopped { return batch }
            wake.wait()
        }
    }
}
