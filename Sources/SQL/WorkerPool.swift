import Foundation
import Synchronization

/// A thread of our own with a queue of work, for calls into C that block. The thread ends after `stop()`, when the
/// work accepted before it is done.
final class WorkerThread<Job: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        /// Fetched before most of the others.
        var high: [Job] = []
        /// Fetched with others, or some time after the last batch.
        var background: [Job] = []
        /// When the last batch ended.
        var lastBatchEnded = ContinuousClock.now
        /// True while the thread waits for a signal.
        var isAsleep = false
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
    func enqueue(_ job: Job, _ priority: TransactionPriority = .normal) -> Bool {
        let (taken, wakes) = state.withLock { state in
            guard !state.stopped else { return (false, false) }
            switch priority {
            case .high: state.high.append(job)
            case .normal: state.jobs.append(job)
            case .background: state.background.append(job)
            }
            // The first background job wakes the thread, which computes the delay; a full batch wakes it at once.
            guard state.isAsleep, priority != .background || [1, Self.batchSize].contains(state.background.count) else {
                return (true, false)
            }
            state.isAsleep = false
            return (true, true)
        }
        if wakes { wake.signal() }
        return taken
    }

    /// Jobs that were not fetched yet.
    var waiting: Int { state.withLock { $0.high.count + $0.jobs.count + $0.background.count } }

    private static var batchSize: Int { 32 }
    private static var maxBatchDelay: Duration { .milliseconds(5) }

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
        state.withLock { $0.lastBatchEnded = .now }
        while true {
            let (batch, stopped, timeout) = state.withLock { state -> ([Job], Bool, Duration?) in
                state.isAsleep = false
                if state.high.isEmpty, state.jobs.isEmpty, !state.stopped, 1..<Self.batchSize ~= state.background.count
                {
                    let timeout = Self.maxBatchDelay - (ContinuousClock.now - state.lastBatchEnded)
                    if timeout > .zero {
                        state.isAsleep = true
                        return ([], false, timeout)
                    }
                }
                state.jobs += state.background
                state.background = []
                // One of four turns is for the others, so no job waits for ever.
                state.turns += 1
                let share = state.jobs.isEmpty ? limit : limit > 1 ? limit * 3 / 4 : state.turns % 4 == 0 ? 0 : 1
                // Arrays of their own: with slices each batch would copy all that still waits.
                let high = Array(state.high.prefix(share))
                state.high.removeFirst(high.count)
                let others = Array(state.jobs.prefix(limit - high.count))
                state.jobs.removeFirst(others.count)
                state.isAsleep = high.isEmpty && others.isEmpty
                return (high + others, state.stopped, nil)
            }
            if !batch.isEmpty || stopped { return batch }
            if let timeout {
                _ = wake.wait(timeout: .now() + timeout / .seconds(1))
            } else {
                wake.wait()
            }
        }
    }
}
