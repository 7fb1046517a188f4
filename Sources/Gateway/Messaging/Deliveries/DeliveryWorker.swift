import HTTPTransport
import JSONValue
import Logging
import Scheduling
import ServiceLifecycle
import SQL
import Synchronization

/// Sends what is due, at least once, again on the standard's schedule until it is taken or given up.
///
/// `DeliveryStateMachine` decides; this service reads the database for it, makes its attempts, and gives it the time. What
/// was being sent when the process died is still `pending`, and is due.
final class DeliveryWorker: Service {
    private let database: any Database
    private let clock: GatewayClock
    private let client: DeliveryClient
    private let attempt: DeliveryAttempt
    private let replica: Replica
    private let logger: Logger
    private let signal = WakeSignal()
    private let state: Mutex<State>

    private struct State {
        var machine = DeliveryStateMachine(at: .now)
        /// Tasks that make attempts, by number.
        var tasks: [Int: Task<Void, Never>] = [:]
        var begun = 0
    }

    init(
        database: any Database, clock: GatewayClock, client: DeliveryClient, attempt: DeliveryAttempt, logger: Logger
    ) {
        self.database = database
        self.clock = clock
        self.client = client
        self.attempt = attempt
        replica = attempt.replica
        self.logger = logger
        state = Mutex(State())
    }

    /// Attempts that go on.
    var inFlight: Int { state.withLock { $0.machine.running } }

    private var now: DeliveryStateMachine.Moment { .init(time: clock.now, instant: .now) }

    /// Wakes the worker after deliveries were changed: released, sent again, given up.
    func wake() {
        state.withLock { $0.machine.deliveriesChanged() }
        signal.wake()
    }

    private func isOwn(_ endpoint: String) -> Bool { replica.lease(forEndpoint: endpoint) != nil }

    /// Other endpoints are this process's than before. What another one delivers to is forgotten; what is waiting is read.
    private func sharesChanged() {
        state.withLock { state in
            state.machine.invalidate { !isOwn($0) }
            state.machine.deliveriesChanged()
        }
        // Another process may have changed their health meanwhile.
        attempt.endpoints.invalidateAll()
        signal.wake()
    }

    var invalidations: [Invalidation] {
        [
            .drop(.endpoint, in: attempt.endpoints), .drop(.endpointHealth, in: attempt.endpoints),
            .wake(.deliveries, all: wake) { [self] _ in wake() },
            .wake(.newDelivery, all: wake) { [self] changes in take(NewDelivery.announced(in: changes)) },
        ]
    }

    private func take(_ new: [NewDelivery]) {
        let new = new.filter { isOwn($0.endpoint) }
        if new.isEmpty { return }
        let wakes = state.withLock { state in
            let actions = state.machine.committed(new, at: .now)
            begin(actions.starts, &state)
            return actions.wakesLoop
        }
        if wakes { signal.wake() }
    }

    func run() async throws {
        replica.beginDelivering { [weak self] in self?.sharesChanged() }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await runLoop()
                state.withLock { $0.machine.stop() }
                // The attempts in hand end first.
                while let task = state.withLock({ $0.tasks.values.first }) { await task.value }
            } onGracefulShutdown: {
                self.state.withLock { $0.machine.stop() }
                self.signal.wake()
            }
        } onCancel: {
            let tasks = state.withLock { state in
                state.machine.stop()
                return state.tasks.values
            }
            for task in tasks { task.cancel() }
        }
        await client.shutdown()
    }

    /// Reads what is due, and when something else will be, until the gateway stops.
    private func runLoop() async {
        while !Task.isCancelled && !state.withLock({ $0.machine.isStopping }) {
            await runRound()
            let pause = state.withLock { state in
                let sleep = state.machine.prepareSleep(at: now)
                begin(sleep.starts, &state)
                return sleep.pause
            }
            await signal.wait(upTo: pause)
        }
    }

    // MARK: - attempts

    private func begin(_ attempts: [DeliveryStateMachine.Attempt], _ state: inout State) {
        for first in attempts {
            state.begun += 1
            let number = state.begun
            // In a task of its own rather than in a group's child, which would have its parent's priority.
            state.tasks[number] = Task(priority: first.start.isWithinReservedSlots ? .high : .medium) {
                await self.serve(first)
                self.state.withLock { $0.tasks[number] = nil }
            }
        }
    }

    /// Makes one attempt after the other, as long as one may follow.
    private func serve(_ first: DeliveryStateMachine.Attempt) async {
        var next: DeliveryStateMachine.Attempt? = first
        let attempt = self.attempt.with(priority: first.start.isWithinReservedSlots ? .high : .normal)
        while let current = next {
            let began = ContinuousClock.now
            let result = await attempt.make(
                current.start.tenant, current.start.item, new: current.new, mayBatchCommit: current.mayBatchCommit)
            let actions = state.withLock { state in
                let now = self.now
                let actions = state.machine.ended(
                    current, result, took: (now.instant - began) / .seconds(1), at: now)
                begin(actions.starts, &state)
                return actions
            }
            if actions.wakesLoop { signal.wake() }
            next = actions.following
        }
    }

    // MARK: - reading

    private func runRound() async {
        do {
            let round = state.withLock { $0.machine.beginRound(at: now) }
            if let known = round.scanned {
                let scan = try await scan(known, at: round.began.time)
                state.withLock { $0.machine.found(scan, in: round, at: .now) }
            }
            // Behind what the look found.
            if !round.unknown.isEmpty {
                let endpoints = Set(round.unknown.map(\.endpoint))
                let limits = try await database.read { try PendingDeliveries.limits(of: endpoints, in: $0) }
                state.withLock { $0.machine.found(limits, in: round, at: now) }
            }
            try await refill()
        } catch {
            logger.error("deliveries cannot be read", metadata: ["error": "\(error)"])
            state.withLock { $0.machine.roundFailed(at: .now) }
        }
    }

    private func scan(_ known: Set<String>, at now: Timestamp) async throws -> DeliveryStateMachine.Scan {
        try await database.read { tx in
            let waiting = try PendingDeliveries.waiting(in: tx).filter { self.isOwn($0.endpoint) }
            let resting = known.subtracting(waiting.map(\.endpoint))
            return .init(
                waiting: waiting, resting: try PendingDeliveries.limits(of: resting, in: tx),
                nextDue: try PendingDeliveries.nextDue(after: now, in: tx))
        }
    }

    private func refill() async throws {
        // Those of another process would be read again and again.
        state.withLock { $0.machine.invalidate { !isOwn($0) } }
        let lanes = state.withLock { $0.machine.lanesToRead(at: .now) }
        guard !lanes.isEmpty else { return }
        let now = clock.now
        let found = try await database.read { tx in
            try lanes.map {
                try PendingDeliveries.due($0.lane.endpoint, $0.lane.lane.rawValue, limit: $0.limit, at: now, in: tx)
            }
        }
        if state.withLock({ $0.machine.read(lanes, found: found) }) { signal.wake() }
    }
}
