import Logging
import ServiceLifecycle
import SQL
import Synchronization
import Webhooks
import Wire

/// Sends what is due, at least once, again on the standard's schedule until it is taken or given up.
///
/// The database says what is due; memory holds only the order in which it starts, a window of ids for each endpoint. What
/// was being sent when the process died is still `pending`, and is due.
final class DeliveryWorker: Service {
    private typealias Scheduler = SlotScheduler<String, String, String>

    private let database: any Database
    private let clock: GatewayClock
    private let client: DeliveryClient
    private let attempt: DeliveryAttempt

    private let logger: Logger
    private let signal = WakeSignal()
    private let state = Mutex(State())

    /// Ids in memory for a lane of an endpoint, and how few are left when more are read.
    private static let (window, low) = (128, 32)
    private static let lanesAtOnce = 32
    /// Attempts at once from which on outcomes are stored in company.
    private static let many = 32
    private static let rest = Duration.seconds(60)

    private struct LaneID: Hashable {
        let endpoint: String
        let tenant: String
        let lane: Scheduler.Lane
    }

    /// What is known of a lane that is to be read.
    private struct LaneBacklog {
        /// When it was read last, or found.
        var readAt: ContinuousClock.Instant
        /// Committed since that reading began; and whether there were too many to note.
        var late: [String] = []
        var isOverfull = false

        mutating func note(_ id: String) {
            if late.count < window { late.append(id) } else { isOverfull = true }
        }
    }

    private struct State {
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
        var lookedAt = ContinuousClock.now
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

    /// Tells the worker that deliveries were changed: released, sent again, given up.
    func wake() {
        state.withLock { $0.isDirty = true }
        signal.wake()
    }

    /// An endpoint's row was written.
    func forget(endpoint: String) { attempt.endpoints.forget(endpoint) }

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
                await look()
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
    private func look() async {
        var rested = ContinuousClock.now
        while !Task.isCancelled && !state.withLock({ $0.stopping }) {
            rested = await refill(notBefore: rested)
            client.closeIdle()
            await signal.wait(upTo: pause(until: rested))
        }
    }

    // MARK: - starting

    private func next(_ state: inout State) -> Scheduler.Start? {
        state.stopping ? nil : state.scheduler.next(at: .now)
    }

    /// Starts all that may start.
    /// - Parameter new: what was committed a moment ago.
    private func start(_ state: inout State, _ new: [NewDelivery] = []) {
        guard var start = next(&state) else { return }
        let told = Dictionary(new.map { ($0.id, $0) }) { first, _ in first }
        while true {
            begin(start, &state, told[start.item])
            guard let following = next(&state) else { return }
            start = following
        }
    }

    /// In a task of its own rather than in a group's child, which would have its parent's priority.
    private func begin(_ start: Scheduler.Start, _ state: inout State, _ new: NewDelivery? = nil) {
        state.begun += 1
        let number = state.begun
        let isOneOfMany = mayWait(start, state)
        state.attempts[number] = Task(priority: start.isPrompt ? .high : .medium) {
            await self.serve(start, new, isOneOfMany)
            self.state.withLock { $0.attempts[number] = nil }
        }
    }

    /// Makes one attempt after the other in the place that it was given, as long as something may start.
    private func serve(_ first: Scheduler.Start, _ new: NewDelivery?, _ isOneOfMany: Bool) async {
        var (current, new, isOneOfMany) = (first, new, isOneOfMany)
        while true {
            let began = ContinuousClock.now
            let ending = await attempt.make(current.tenant, current.item, new: new, isOneOfMany: isOneOfMany)
            new = nil
            let done = current
            let (following, wakes, waits) = state.withLock { state -> (Scheduler.Start?, Bool, Bool) in
                var wakes = state.isDirty
                state.scheduler.finish(done, took: (ContinuousClock.now - began) / .seconds(1))
                switch ending {
                case .done: break
                case .postponed(let due):
                    state.nextDue = min(state.nextDue ?? due, due)
                    wakes = true
                case .recovered, .switchedOff:
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
                    state.more[lane] != nil && state.scheduler.queued(done.endpoint, done.lane) < Self.low
                var following = next(&state)
                // A task has one priority.
                if let other = following, other.isPrompt != first.isPrompt {
                    begin(other, &state)
                    following = nil
                }
                return (following, wakes || isLow || isLate(state), following.map { mayWait($0, state) } ?? false)
            }
            if wakes { signal.wake() }
            guard let following else { return }
            (current, isOneOfMany) = (following, waits)
        }
    }

    /// Whether its outcome may wait for others: not where the next waits for it, or somebody whose turn is always now.
    private func mayWait(_ start: Scheduler.Start, _ state: State) -> Bool {
        !start.isPrompt && !start.isProbe && start.lane != .replay && state.scheduler.running >= Self.many
    }

    /// Whether the loop sleeps longer than somebody waits.
    private func isLate(_ state: State) -> Bool { state.scheduler.soonest.map { $0 < state.sleepsUntil } ?? false }

    // MARK: - what is due

    /// Reads what the scheduler lacks.
    /// - Parameter rested: no look at all endpoints before then: looking may take a fifth of the time, not more.
    /// - Returns: the next such moment.
    private func refill(notBefore rested: ContinuousClock.Instant) async -> ContinuousClock.Instant {
        let now = clock.now
        let began = ContinuousClock.now
        let (looks, new) = state.withLock { state -> (Bool, [NewDelivery]) in
            let new = state.new
            state.new = []
            // And now and then, whatever may have been missed.
            let isDue = state.nextDue.map { $0 <= now } ?? false || began - state.lookedAt >= Self.rest
            guard (state.isDirty || isDue) && began >= rested else { return (false, new) }
            state.isDirty = false
            state.lookedAt = began
            return (true, new)
        }
        var next = rested
        do {
            if looks {
                try await look(at: now)
                next = .now + (ContinuousClock.now - began) * 4
            }
            // Behind what the look found.
            if !new.isEmpty { try await learn(new, at: now) }
            try await fill()
            return next
        } catch {
            logger.error("deliveries cannot be read", metadata: ["error": "\(error)"])
            state.withLock { $0.isDirty = true }
            return .now + .seconds(5)
        }
    }

    /// Reads the terms of endpoints that are not known yet, for what was committed to them.
    private func learn(_ new: [NewDelivery], at now: Timestamp) async throws {
        let endpoints = Set(new.map(\.endpoint))
        let terms = try await database.read { try PendingDeliveries.terms(of: endpoints, in: $0) }
        let moment = ContinuousClock.now
        state.withLock { state in
            for one in terms where !state.scheduler.isConfigured(one.endpoint) { configure(one, &state, now, moment) }
            for one in new { _ = queue(one, &state) }
        }
    }

    /// - Returns: false when its endpoint is not known yet.
    private func queue(_ new: NewDelivery, _ state: inout State) -> Bool {
        guard state.scheduler.isConfigured(new.endpoint) else { return false }
        let lane = LaneID(endpoint: new.endpoint, tenant: new.tenant, lane: .fresh)
        // Behind what is not in memory yet it would go before its turn.
        if state.more[lane] != nil || state.scheduler.queued(new.endpoint, .fresh) >= Self.window {
            state.more[lane, default: LaneBacklog(readAt: .now)].note(new.id)
        } else {
            state.scheduler.add(new.id, to: new.endpoint, .fresh)
        }
        return true
    }

    private func configure(
        _ one: PendingDeliveries.EndpointBacklog, _ state: inout State, _ now: Timestamp,
        _ moment: ContinuousClock.Instant
    ) {
        state.scheduler.configure(
            one.endpoint, of: one.tenant, concurrency: one.concurrency, rate: one.rate,
            opensAt: one.opensAt.map { moment + .milliseconds(max($0.milliseconds - now.milliseconds, 0)) }, at: moment)
    }

    private func look(at now: Timestamp) async throws {
        let moment = ContinuousClock.now
        let known = state.withLock { $0.scheduler.configured }
        let (waiting, resting, next) = try await database.read { tx in
            let waiting = try PendingDeliveries.waiting(in: tx)
            let resting = known.subtracting(waiting.map(\.endpoint))
            return (
                waiting, try PendingDeliveries.terms(of: resting, in: tx),
                try PendingDeliveries.nextDue(after: now, in: tx)
            )
        }
        state.withLock { state in
            state.restrained = state.restrained.filter { $0.value > moment }
            // Who has used up its rate is kept, with nothing to be sent; its terms may have changed.
            for one in resting where state.restrained[one.endpoint] == nil { configure(one, &state, now, moment) }
            // What failed meanwhile knows better, or is to be read again.
            if !state.restrained.isEmpty { state.isDirty = true }
            for one in waiting {
                // What failed meanwhile knows better.
                if state.restrained[one.endpoint] == nil { configure(one, &state, now, moment) }
                for lane in Scheduler.Lane.allCases {
                    guard let due = one.due[lane.rawValue], due <= now else { continue }
                    let id = LaneID(endpoint: one.endpoint, tenant: one.tenant, lane: lane)
                    state.more[id, default: LaneBacklog(readAt: moment)].isOverfull = true
                }
            }
            // What was noted meanwhile stands beside what was read.
            state.nextDue = [state.nextDue.flatMap { $0 > now ? $0 : nil }, next].compactMap(\.self).min()
            state.scheduler.prune(
                keeping: Set(waiting.map(\.endpoint)).union(state.more.keys.map(\.endpoint)), at: moment)
        }
    }

    /// Reads on in lanes that run low, a few at a time: what was found starts before the next are read.
    private func fill() async throws {
        // What is known stands at the beginning of what is due; who was read last comes last.
        let began = ContinuousClock.now
        let lanes = state.withLock { state in
            let low = state.more.filter { state.scheduler.queued($0.key.endpoint, $0.key.lane) < Self.low }
            let turn = low.sorted { $0.value.readAt < $1.value.readAt }.prefix(Self.lanesAtOnce)
            return turn.map { lane, _ in
                state.more[lane] = LaneBacklog(readAt: began)
                let known = state.scheduler.queued(lane.endpoint, lane.lane)
                return (lane: lane, limit: Self.window + Endpoint.concurrencyLimit + known)
            }
        }
        guard !lanes.isEmpty else { return }
        let now = clock.now
        let found = try await database.read { tx in
            try lanes.map {
                try PendingDeliveries.due($0.lane.endpoint, $0.lane.lane.rawValue, limit: $0.limit, at: now, in: tx)
            }
        }
        let isMore = state.withLock { state in
            for (asked, ids) in zip(lanes, found) {
                let added = ids.count { state.scheduler.add($0, to: asked.lane.endpoint, asked.lane.lane) }
                guard ids.count < asked.limit || added == 0, let behind = state.more[asked.lane], !behind.isOverfull
                else { continue }
                // What was committed meanwhile may not have been seen.
                for id in behind.late { state.scheduler.add(id, to: asked.lane.endpoint, asked.lane.lane) }
                state.more[asked.lane] = nil
            }
            return state.more.contains { state.scheduler.queued($0.key.endpoint, $0.key.lane) < Self.low }
        }
        if isMore { signal.wake() }
    }

    /// How long the loop may rest, when nothing wakes it.
    private func pause(until rested: ContinuousClock.Instant) -> Duration {
        let (now, moment) = (clock.now, ContinuousClock.now)
        return state.withLock { state in
            start(&state)
            var pause = max(state.lookedAt + Self.rest - moment, rested - moment)
            if !state.new.isEmpty { return .zero }
            if state.isDirty { pause = min(pause, max(rested - moment, .milliseconds(1))) }
            if let due = state.nextDue {
                pause = min(pause, max(.milliseconds(due.milliseconds - now.milliseconds), rested - moment))
            }
            if let soonest = state.scheduler.soonest { pause = min(pause, soonest - moment) }
            pause = max(pause, .zero)
            state.sleepsUntil = moment + pause
            return pause
        }
    }
}
