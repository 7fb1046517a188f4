import HTTPTransport
import JSONValue
import Logging
import Scheduling
import ServiceLifecycle
import SQL
import Synchronization

/// Sends what is due, at least once, again on the standard's schedule until it is taken or given up.
///
/// The database says what is due; memory holds only the order in which it starts, a window of ids for each endpoint. What
/// was being sent when the process died is still `pending`, and is due.
final class DeliveryWorker: Service {
    typealias Scheduler = SlotScheduler<String, String, String>

    let database: any Database
    let clock: GatewayClock
    private let client: DeliveryClient
    private let attempt: DeliveryAttempt

    let logger: Logger
    let signal = WakeSignal()
    let state = Mutex(State())

    /// The most ids in memory for a lane of an endpoint, and the number below which more are read.
    static let (highWatermark, lowWatermark) = (128, 32)
    static let lanesAtOnce = 32
    /// The number of concurrent attempts from which on outcomes share commits.
    private static let batchThreshold = 32
    static let scanInterval = Duration.seconds(60)

    struct LaneID: Hashable {
        let endpoint: String
        let tenant: String
        let lane: Scheduler.Lane
    }

    /// The state of a lane that has to be read.
    struct LaneBacklog {
        /// When it was read last, or found.
        var readAt: ContinuousClock.Instant
        /// Committed since that reading began; and whether there were too many to note.
        var late: [String] = []
        var isOverfull = false

        mutating func add(_ id: String) {
            if late.count < highWatermark { late.append(id) } else { isOverfull = true }
        }
    }

    struct State {
        var scheduler = Scheduler()
        /// Lanes of which the database holds more than memory.
        var more: [LaneID: LaneBacklog] = [:]
        /// Attempts that go on, by number.
        var attempts: [Int: Task<Void, Never>] = [:]
        var begun = 0
        /// When the loop wakes by itself.
        var sleepsUntil = ContinuousClock.now
        /// Something changed since all endpoints were looked at.
        var isDirty = true
        /// Committed to endpoints that are not known yet.
        var new: [NewDelivery] = []
        var scannedAt = ContinuousClock.now
        /// Endpoints that failed since the last look, and when.
        var restrained: [String: ContinuousClock.Instant] = [:]
        var nextDue: Timestamp?
        var stopping = false
    }

    init(
        database: any Database, clock: GatewayClock, client: DeliveryClient, attempt: DeliveryAttempt, logger: Logger
    ) {
        self.database = database
        self.clock = clock
        self.client = client
        self.attempt = attempt
        self.logger = logger
    }

    /// Attempts that go on.
    var inFlight: Int { state.withLock { $0.scheduler.running } }

    /// Wakes the worker after deliveries were changed: released, sent again, given up.
    func wake() {
        state.withLock { $0.isDirty = true }
        signal.wake()
    }

    var invalidations: [Invalidation] {
        [
            .drop(.endpoint, attempt.endpoints.invalidate), .wake(.deliveries) { [self] _ in wake() },
            .wake(.newDelivery) { [self] changes in take(NewDelivery.announced(in: changes)) },
        ]
    }

    /// Takes what was committed as due just now, and starts what may start: for a tenant that sends little nothing
    /// stands between its webhook's commit and its delivery.
    func take(_ new: [NewDelivery]) {
        let wakes = state.withLock { state in
            let unknown = new.filter { !queue($0, &state) }
            state.new += unknown.map(\.withoutMessage)
            start(&state, new)
            return !unknown.isEmpty || isLate(state)
        }
        if wakes { signal.wake() }
    }

    func run() async throws {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await runLoop()
                self.state.withLock { $0.stopping = true }
                // The attempts in hand end first.
                while let attempt = state.withLock({ $0.attempts.values.first }) { await attempt.value }
            } onGracefulShutdown: {
                self.state.withLock { $0.stopping = true }
                self.signal.wake()
            }
        } onCancel: {
            let attempts = state.withLock { state in
                state.stopping = true
                return state.attempts.values
            }
            for attempt in attempts { attempt.cancel() }
        }
        await client.shutdown()
    }

    /// Reads what is due, and when something else will be, until the gateway stops.
    private func runLoop() async {
        var earliestScan = ContinuousClock.now
        while !Task.isCancelled && !state.withLock({ $0.stopping }) {
            earliestScan = await scanAndRefill(notBefore: earliestScan)
            client.closeIdle()
            await signal.wait(upTo: pause(until: earliestScan))
        }
    }

    // MARK: - starting

    private func next(_ state: inout State) -> Scheduler.Start? {
        state.stopping ? nil : state.scheduler.next(at: .now)
    }

    /// Starts all that may start.
    /// - Parameter new: what was committed a moment ago.
    func start(_ state: inout State, _ new: [NewDelivery] = []) {
        guard var start = next(&state) else { return }
        let newByID = Dictionary(new.map { ($0.id, $0) }) { first, _ in first }
        while true {
            begin(start, &state, newByID[start.item])
            guard let following = next(&state) else { return }
            start = following
        }
    }

    /// In a task of its own rather than in a group's child, which would have its parent's priority.
    private func begin(_ start: Scheduler.Start, _ state: inout State, _ new: NewDelivery? = nil) {
        state.begun += 1
        let number = state.begun
        let mayBatchCommit = canBatchCommit(start, state)
        state.attempts[number] = Task(priority: start.isWithinReservedSlots ? .high : .medium) {
            await self.serve(start, new, mayBatchCommit)
            self.state.withLock { $0.attempts[number] = nil }
        }
    }

    /// Makes one attempt after the other in its slot, as long as an item may start.
    private func serve(_ first: Scheduler.Start, _ new: NewDelivery?, _ mayBatchCommit: Bool) async {
        var (current, new, mayBatchCommit) = (first, new, mayBatchCommit)
        while true {
            let began = ContinuousClock.now
            let result = await attempt.make(current.tenant, current.item, new: new, mayBatchCommit: mayBatchCommit)
            new = nil
            let done = current
            let (following, wakes, waits) = state.withLock { state -> (Scheduler.Start?, Bool, Bool) in
                var wakes = state.isDirty
                state.scheduler.finish(done, took: (ContinuousClock.now - began) / .seconds(1))
                switch result {
                case .done: break
                case .postponed(let due):
                    state.nextDue = min(state.nextDue ?? due, due)
                    wakes = true
                case .recovered, .disabled:
                    state.isDirty = true
                    wakes = true
                case .failed(let next, let opensAt):
                    if let next { state.nextDue = min(state.nextDue ?? next, next) }
                    let wait = opensAt.map { max($0.milliseconds - self.clock.now.milliseconds, 0) }
                    state.restrained[done.endpoint] = .now
                    state.scheduler.restrain(done.endpoint, until: wait.map { .now + .milliseconds($0) })
                    wakes = true
                }
                let lane = LaneID(endpoint: done.endpoint, tenant: done.tenant, lane: done.lane)
                let isLow =
                    state.more[lane] != nil && state.scheduler.queued(done.endpoint, done.lane) < Self.lowWatermark
                var following = next(&state)
                // A task has one priority.
                if let other = following, other.isWithinReservedSlots != first.isWithinReservedSlots {
                    begin(other, &state)
                    following = nil
                }
                return (
                    following, wakes || isLow || isLate(state), following.map { canBatchCommit($0, state) } ?? false
                )
            }
            if wakes { signal.wake() }
            guard let following else { return }
            (current, mayBatchCommit) = (following, waits)
        }
    }

    /// Returns true if the attempt's outcome may share a commit. Never for an attempt within reserved slots, a probe or
    /// a replay, since the next attempt waits for those.
    private func canBatchCommit(_ start: Scheduler.Start, _ state: State) -> Bool {
        !start.isWithinReservedSlots && !start.isProbe && start.lane != .replay
            && state.scheduler.running >= Self.batchThreshold
    }

    /// Returns true if the loop sleeps past the next start.
    private func isLate(_ state: State) -> Bool { state.scheduler.soonest.map { $0 < state.sleepsUntil } ?? false }
}
