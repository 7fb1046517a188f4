import Foundation
import Synchronization

/// A thread of our own with a queue of work, for calls into C that block. The thread ends after `stop()`, when the
/// work accepted before it is done.
final class WorkerThread<Job: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        /// Fetched before most of the others.
        var urgent: [Job] = []
        /// Fetched with others, or some time after the last batch.
        var patient: [Job] = []
        /// When the last batch ended.
        var rested = ContinuousClock.now
        /// Whether the thread waits for a signal.
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

    enum Haste: Sendable {
        /// Before most others.
        case urgent
        case usual
        /// In company, or when the thread has rested for a few milliseconds.
        case patient
    }

    /// - Returns: false when the thread has been stopped; the job was not taken then.
    func enqueue(_ job: Job, _ haste: Haste = .usual) -> Bool {
        let (taken, wakes) = state.withLock { state in
            guard !state.stopped else { return (false, false) }
            switch haste {
            case .urgent: state.urgent.append(job)
            case .usual: state.jobs.append(job)
            case .patient: state.patient.append(job)
            }
            // Of the patient the first has the thread look how long it may wait, and so many are company enough.
            guard state.isAsleep, haste != .patient || [1, Self.company].contains(state.patient.count) else {
                return (true, false)
            }
            state.isAsleep = false
            return (true, true)
        }
        if wakes { wake.signal() }
        return taken
    }

    /// Jobs that were not fetched yet.
    var waiting: Int { state.withLock { $0.urgent.count + $0.jobs.count + $0.patient.count } }

    private static var company: Int { 32 }
    private static var rest: Duration { .milliseconds(5) }

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
        state.withLock { $0.rested = .now }
        while true {
            let (batch, stopped, patience) = state.withLock { state -> ([Job], Bool, Duration?) in
                state.isAsleep = false
                if state.urgent.isEmpty, state.jobs.isEmpty, !state.stopped, 1..<Self.company ~= state.patient.count {
                    let patience = Self.rest - (ContinuousClock.now - state.rested)
                    if patience > .zero {
                        state.isAsleep = true
                        return ([], false, patience)
                    }
                }
                state.jobs += state.patient
                state.patient = []
                // Of four one is for the others: nobody waits for ever.
                state.turns += 1
                let share = state.jobs.isEmpty ? limit : limit > 1 ? limit * 3 / 4 : state.turns % 4 == 0 ? 0 : 1
                // Arrays of their own: with slices each batch would copy all that still waits.
                let urgent = Array(state.urgent.prefix(share))
                state.urgent.removeFirst(urgent.count)
                let others = Array(state.jobs.prefix(limit - urgent.count))
                state.jobs.removeFirst(others.count)
                state.isAsleep = urgent.isEmpty && others.isEmpty
                return (urgent + others, state.stopped, nil)
            }
            if !batch.isEmpty || stopped { return batch }
            if let patience {
                _ = wake.wait(timeout: .now() + patience / .seconds(1))
            } else {
                wake.wait()
            }
        }
    }
}
