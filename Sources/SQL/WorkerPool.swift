import DequeModule
import Foundation
import Synchronization

/// Threads of our own that share one queue of work, for calls into C that block.
///
/// A thread ends after `stop()`, when the work accepted before it is done. The threads keep the pool alive, so its owner
/// must call `stop()`, in its `deinit` at the latest.
final class WorkerPool<Job: Sendable>: Sendable {
    private struct State {
        var jobs = Deque<Job>()
        /// Fetched before most of the others.
        var high = Deque<Job>()
        /// Fetched with others, or some time after the last batch.
        var background = Deque<Job>()
        /// When the last batch ended.
        var lastBatchEnded = ContinuousClock.now
        /// The threads that wait for a signal. The last one is woken first, since its caches are warm.
        var sleepers: [DispatchSemaphore] = []
        var turns = 0
        var isStopped = false
        /// Threads that have not ended.
        var running = 0
        /// Called once all threads have ended.
        var endings: [@Sendable () -> Void] = []

        /// True while nothing waits but background jobs, and too few for a batch.
        var isGatheringBatch: Bool {
            high.isEmpty && jobs.isEmpty && !isStopped && 1..<batchSize ~= background.count
        }
    }
    private let state = Mutex(State())
    /// True if background jobs are delayed to be fetched together; else they are as normal ones.
    private let batchesBackground: Bool

    init(batchesBackground: Bool = true) { self.batchesBackground = batchesBackground }

    /// Starts one more thread. `serve` runs on it until it returns; it fetches work from the worker.
    func start(name: String, _ serve: @escaping @Sendable (Worker) -> Void) {
        state.withLock { $0.running += 1 }
        let thread = Thread {
            serve(Worker(pool: self))
            let endings = self.state.withLock { state -> [@Sendable () -> Void] in
                state.running -= 1
                guard state.running == 0 else { return [] }
                defer { state.endings = [] }
                return state.endings
            }
            for ending in endings { ending() }
        }
        thread.name = name
        thread.start()
    }

    /// - Returns: false when the pool has been stopped; the job was not taken then.
    func enqueue(_ job: Job, _ priority: TransactionPriority = .normal) -> Bool {
        let (taken, sleeper) = state.withLock { state -> (Bool, DispatchSemaphore?) in
            guard !state.isStopped else { return (false, nil) }
            switch priority {
            case .high: state.high.append(job)
            case .background where batchesBackground:
                state.background.append(job)
                // The first one wakes a thread, which computes the delay; a full batch wakes it at once.
                guard [1, batchSize].contains(state.background.count) else { return (true, nil) }
            case .normal, .background: state.jobs.append(job)
            }
            return (true, state.sleepers.popLast())
        }
        sleeper?.signal()
        return taken
    }

    /// Jobs that were not fetched yet.
    var waiting: Int { state.withLock { $0.high.count + $0.jobs.count + $0.background.count } }

    /// Takes no more work. The threads end when they have done what was accepted.
    func stop() {
        let sleepers = state.withLock { state in
            state.isStopped = true
            defer { state.sleepers = [] }
            return state.sleepers
        }
        for sleeper in sleepers { sleeper.signal() }
    }

    /// Waits until all threads that were started have ended.
    func ended() async {
        await withCheckedContinuation { continuation in afterEnd { continuation.resume() } }
    }

    /// The same on another thread of ours, which it blocks.
    func waitForEnd() {
        let end = DispatchSemaphore(value: 0)
        afterEnd { end.signal() }
        end.wait()
    }

    private func afterEnd(_ ending: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            if state.running > 0 { state.endings.append(ending) }
            return state.running == 0
        }
        if isOver { ending() }
    }

    /// A thread's access to the queue. Used on one thread only.
    struct Worker {
        fileprivate let pool: WorkerPool
        private let wake = DispatchSemaphore(value: 0)

        init(pool: WorkerPool) { self.pool = pool }

        /// Waits for work.
        /// - Returns: up to `limit` jobs: those of high priority before most others, each priority in order of arrival.
        ///   Empty once the pool is stopped and drained.
        func next(limit: Int) -> [Job] {
            var batchEnd: ContinuousClock.Instant? = pool.batchesBackground ? .now : nil
            while true {
                let turn = pool.state.withLock { state in
                    if let batchEnd { state.lastBatchEnded = batchEnd }
                    return Self.fetch(&state, limit: limit, sleeper: wake)
                }
                batchEnd = nil
                switch turn {
                case .batch(let batch): return batch
                case .ended: return []
                case .sleep: wake.wait()
                case .gather(let delay):
                    guard wake.wait(timeout: .now() + delay / .seconds(1)) == .timedOut else { continue }
                    let isListed = pool.state.withLock { state in
                        let index = state.sleepers.firstIndex { $0 === wake }
                        if let index { state.sleepers.remove(at: index) }
                        return index != nil
                    }
                    // A thread that is not listed any more has been or is being signalled: the signal is used up.
                    if !isListed { wake.wait() }
                }
            }
        }

        private enum Turn {
            case batch([Job])
            case ended
            case sleep
            /// Background jobs wait for others, this long at most.
            case gather(Duration)
        }

        private static func fetch(_ state: inout State, limit: Int, sleeper: DispatchSemaphore) -> Turn {
            if state.isGatheringBatch {
                let delay = maxBatchDelay - (ContinuousClock.now - state.lastBatchEnded)
                if delay > .zero {
                    state.sleepers.append(sleeper)
                    return .gather(delay)
                }
            }
            state.jobs.append(contentsOf: state.background)
            state.background.removeAll(keepingCapacity: true)
            // One of four turns is for the others, so no job waits for ever.
            state.turns += 1
            let share = state.jobs.isEmpty ? limit : limit > 1 ? limit * 3 / 4 : state.turns % 4 == 0 ? 0 : 1
            let high = min(share, state.high.count)
            let others = min(limit - high, state.jobs.count)
            if high + others == 0 {
                if state.isStopped { return .ended }
                state.sleepers.append(sleeper)
                return .sleep
            }
            var batch: [Job] = []
            batch.reserveCapacity(high + others)
            for _ in 0..<high { batch.append(state.high.removeFirst()) }
            for _ in 0..<others { batch.append(state.jobs.removeFirst()) }
            return .batch(batch)
        }
    }
}

/// Background jobs that are fetched at once, without a delay.
private let batchSize = 32
/// The longest time that a background job waits for others.
private let maxBatchDelay = Duration.milliseconds(5)
