import JSONValue
import Scheduling

/// The rules of the delivery worker: what is loaded, which delivery starts now, and when the worker looks again.
///
/// Pure: commits, outcomes, rows that were read and times go in; attempts to make, reads to make and the time to sleep come
/// out. `DeliveryWorker` carries them out.
///
/// The database says what is due. Memory holds only the order in which deliveries start: a window of ids for each lane of an
/// endpoint. Within a lane, deliveries start in the order of their due times. Once stopped, nothing starts.
struct DeliveryStateMachine: Sendable {
    typealias Scheduler = SlotScheduler<String, String, String>
    typealias Instant = ContinuousClock.Instant

    /// One moment by both clocks: due times are of the wall clock, which may be set; waits are of the other.
    struct Moment: Sendable {
        let time: Timestamp
        let instant: Instant

        /// The instant of a time; now for one that has passed.
        func instant(of due: Timestamp) -> Instant {
            instant + .milliseconds(max(due.milliseconds - time.milliseconds, 0))
        }
    }

    struct Bounds: Sendable {
        /// The most ids in memory for a lane of an endpoint, and the number below which more are read.
        var highWatermark = 128
        var lowWatermark = 32
        /// The most lanes that are read at once.
        var lanesAtOnce = 32
        /// The most attempts of one endpoint at once.
        var concurrency = Endpoint.concurrencyLimit
        /// The number of concurrent attempts from which on outcomes share commits.
        var batchThreshold = 32
        /// All endpoints are looked at so often, whatever may have been missed.
        var scanInterval = Duration.seconds(60)
        /// The time without a look at all endpoints after a read that failed.
        var errorPause = Duration.seconds(5)
    }

    /// An attempt to make now.
    struct Attempt: Sendable {
        let start: Scheduler.Start
        /// The delivery as its commit announced it, a moment ago; nil for one that was read.
        let new: NewDelivery?
        /// True if the outcome may share a commit with others.
        let mayBatchCommit: Bool
    }

    struct Actions: Sendable {
        /// Each begins a task of its own.
        var starts: [Attempt] = []
        /// The next attempt of the task whose attempt ended.
        var following: Attempt?
        /// True if the loop has something to read, or to start at an earlier time than it sleeps to.
        var wakesLoop = false
    }

    struct LaneID: Hashable, Sendable {
        let endpoint: String
        let tenant: String
        let lane: Scheduler.Lane
    }

    /// The state of a lane of which the database holds more than memory.
    struct LaneBacklog: Sendable {
        /// When it was read last, or found.
        var readAt: Instant
        /// Committed since that reading began; and whether there were too many to note.
        var late: [String] = []
        var isOverfull = false

        mutating func append(_ id: String, most: Int) {
            if late.count < most { late.append(id) } else { isOverfull = true }
        }
    }

    let bounds: Bounds
    var scheduler: Scheduler
    /// Lanes of which the database holds more than memory.
    var backlogs: [LaneID: LaneBacklog] = [:]
    /// Committed to endpoints that are not known yet.
    var unknown: [NewDelivery] = []
    /// Something changed since all endpoints were looked at.
    var isDirty = true
    var scannedAt: Instant
    /// No look at all endpoints before then: looking may take a fifth of the time, not more.
    var earliestScan: Instant
    /// Endpoints that failed since the last look, and when.
    var restrained: [String: Instant] = [:]
    /// Deliveries that a read found due while they were queued or running.
    var foundAgain: Set<String> = []
    /// The earliest due time after the last look.
    var nextDue: Timestamp?
    /// When the loop wakes by itself.
    var sleepsUntil: Instant
    private(set) var isStopping = false

    init(at now: Instant, bounds: Bounds = Bounds(), scheduler: Scheduler = Scheduler()) {
        self.bounds = bounds
        self.scheduler = scheduler
        (scannedAt, earliestScan, sleepsUntil) = (now, now, now)
    }

    /// Attempts that go on.
    var running: Int { scheduler.running }

    // MARK: - inputs

    /// Deliveries were changed: released, sent again, given up. The loop is to be woken.
    mutating func deliveriesChanged() { isDirty = true }

    /// Endpoints that another process delivers to from now on. What is queued for them ends with its attempt, which sends
    /// nothing.
    mutating func invalidate(_ isForeign: (_ endpoint: String) -> Bool) {
        backlogs = backlogs.filter { !isForeign($0.key.endpoint) }
        unknown.removeAll { isForeign($0.endpoint) }
    }

    /// Takes what was committed as due just now, and starts what may start: for a tenant that sends little nothing
    /// stands between its webhook's commit and its delivery.
    mutating func committed(_ new: [NewDelivery], at now: Instant) -> Actions {
        let others = new.filter { !queue($0, at: now) }
        unknown += others.map(\.withoutMessage)
        let starts = startAll(new, at: now)
        return Actions(starts: starts, wakesLoop: !others.isEmpty || isLate)
    }

    /// - Parameter seconds: the time that the attempt took.
    mutating func ended(_ attempt: Attempt, _ result: AttemptResult, took seconds: Double, at now: Moment) -> Actions {
        let done = attempt.start
        var actions = Actions(wakesLoop: isDirty)
        scheduler.finish(done, took: seconds)
        // The success of another may have made it due again after its failure was stored: only a read shows that.
        let mayBeDue = foundAgain.remove(done.item) != nil
        switch result {
        case .done: break
        case .postponed(let due):
            noteDue(due)
            if mayBeDue { isDirty = true }
            actions.wakesLoop = true
        case .recovered, .disabled:
            isDirty = true
            actions.wakesLoop = true
        case .failed(let next, let opensAt):
            if let next { noteDue(next) }
            if mayBeDue { isDirty = true }
            restrained[done.endpoint] = now.instant
            scheduler.restrain(done.endpoint, until: opensAt.map { now.instant(of: $0) })
            actions.wakesLoop = true
        }
        startAfter(attempt, &actions, at: now.instant)
        let lane = LaneID(endpoint: done.endpoint, tenant: done.tenant, lane: done.lane)
        if backlogs[lane] != nil, isLow(lane) { actions.wakesLoop = true }
        if isLate { actions.wakesLoop = true }
        return actions
    }

    /// Starts nothing from then on. The worker has ended when no attempt goes on.
    mutating func stop() { isStopping = true }

    /// Starts what may start before the loop sleeps.
    /// - Returns: the attempts, and the time until the loop must run again if nothing wakes it.
    mutating func prepareSleep(at now: Moment) -> (starts: [Attempt], pause: Duration) {
        let starts = startAll(at: now.instant)
        let untilScan = earliestScan - now.instant
        var pause = max(scannedAt + bounds.scanInterval - now.instant, untilScan)
        if isDirty { pause = min(pause, max(untilScan, .milliseconds(1))) }
        if let nextDue {
            pause = min(pause, max(.milliseconds(nextDue.milliseconds - now.time.milliseconds), untilScan))
        }
        if let soonest = scheduler.soonest { pause = min(pause, soonest - now.instant) }
        pause = unknown.isEmpty ? max(pause, .zero) : .zero
        sleepsUntil = now.instant + pause
        return (starts, pause)
    }

    // MARK: - starting

    private mutating func next(at now: Instant) -> Scheduler.Start? { isStopping ? nil : scheduler.next(at: now) }

    /// - Parameter new: what was committed a moment ago.
    private mutating func startAll(_ new: [NewDelivery] = [], at now: Instant) -> [Attempt] {
        guard var start = next(at: now) else { return [] }
        let newByID = Dictionary(new.map { ($0.id, $0) }) { first, _ in first }
        var starts: [Attempt] = []
        while true {
            starts.append(attempt(start, newByID[start.item]))
            guard let following = next(at: now) else { return starts }
            start = following
        }
    }

    /// Starts what the end of an attempt lets start. The first that has its priority follows in its task.
    private mutating func startAfter(_ ended: Attempt, _ actions: inout Actions, at now: Instant) {
        var start = next(at: now)
        while let one = start {
            // A task has one priority.
            if actions.following == nil, one.isWithinReservedSlots == ended.start.isWithinReservedSlots {
                actions.following = attempt(one, nil)
            } else {
                actions.starts.append(attempt(one, nil))
            }
            start = scheduler.next(after: ended.start, at: now)
        }
    }

    /// The outcome never shares a commit for an attempt within reserved slots, a probe or a replay, since the next attempt
    /// waits for those.
    private func attempt(_ start: Scheduler.Start, _ new: NewDelivery?) -> Attempt {
        let mayBatchCommit =
            !start.isWithinReservedSlots && !start.isProbe && start.lane != .replay
            && scheduler.running >= bounds.batchThreshold
        return Attempt(start: start, new: new, mayBatchCommit: mayBatchCommit)
    }

    private mutating func noteDue(_ due: Timestamp) { nextDue = min(nextDue ?? due, due) }

    /// True if the loop sleeps past the next start.
    private var isLate: Bool { scheduler.soonest.map { $0 < sleepsUntil } ?? false }
}
