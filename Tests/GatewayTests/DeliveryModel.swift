import HTTPTransport
import JSONValue
import Scheduling
import Support

@testable import Gateway

/// Plays database, receivers and clocks for a `DeliveryStateMachine`, as `DeliveryWorker` does with real ones. Nothing waits:
/// time goes from event to event.
///
/// Reads and attempts take time, so that commits fall between a read and its arrival. After each event the machine is held
/// to its promises (`check`).
struct DeliveryModel {
    typealias Machine = DeliveryStateMachine
    typealias Instant = ContinuousClock.Instant

    /// A delivery in the database.
    struct Row {
        let id: String
        let endpoint: String
        var lane = 0
        var step = 0
        var status = Delivery.Status.pending
        var due: Timestamp
        /// Sent again by its tenant: memory may still hold it in its former lane.
        var isResent = false
    }

    /// An endpoint in the database, and its receiver.
    struct Target {
        let id: String
        let tenant: String
        var concurrency = 4
        var rate: Int?
        var isEnabled = true
        var health = EndpointHealth()
        var receiver = Receiver.takes
    }

    enum Receiver: CaseIterable {
        case takes, fails, hangs, asksForTime, isGone
    }

    enum Loop {
        case scanning(Machine.Round, Machine.Scan?)
        case loading(Machine.Round, [PendingDeliveries.EndpointBacklog]?)
        case refilling([Machine.LaneRead], [[String]]?)
        case asleep, ended
    }

    struct Running {
        enum Phase {
            case looking
            case sending
            case ending(AttemptResult)
        }
        let attempt: Machine.Attempt
        let began: Instant
        var phase = Phase.looking
        var until: Instant
        var item: String { attempt.start.item }
    }

    /// A defect that is put between the machine and this model, to see that the checks find it.
    enum Defect: CaseIterable {
        case startsTwice, startsTooMany, startsAfterStop, sharesCommits, ignoresBreaker
        case sleepsTooLong, losesWake, losesCommit, losesFailure, losesRecovery, losesEnd
    }

    /// The limits of an endpoint that the machine was given last.
    struct Limits {
        var concurrency: Int
        var opensAt: Instant?
    }

    var machine: Machine
    var random: SeededGenerator
    var defect: Defect?
    let slots: [Int]
    let share = 2
    let reserved = 2
    let limit = 10

    var rows: [String: Row] = [:]
    var targets: [String: Target] = [:]
    /// Endpoints in the order of their creation.
    var names: [String] = []
    var made = 0
    var loop = Loop.asleep
    var loopUntil: Instant
    var isSignalled = true
    var attempts: [Running] = []

    let origin: Instant
    var instant: Instant
    /// The wall clock's distance from the beginning, in milliseconds, beyond the time that went by.
    var stepped: Int64 = 0
    /// The wall clock was set while the loop slept.
    var isClockSet = false
    var readsFail = false

    var given: [String: Limits] = [:]
    var failedAt: [String: Instant] = [:]
    var startTimes: [String: [Instant]] = [:]
    /// Deliveries that were sent, in the order of their starts.
    var sent: [(number: Int, row: Row)] = []
    var starts = 0
    var startNumbers: [String: Int] = [:]
    var violations: [String] = []
    var hasStopped = false

    init(_ purpose: String, defect: Defect? = nil) {
        random = SeededGenerator(purpose)
        self.defect = defect
        origin = .now
        instant = origin
        loopUntil = origin
        slots = [6, 3, 2, 2]
        machine = Machine(
            at: instant,
            bounds: .init(
                highWatermark: 8, lowWatermark: 3, lanesAtOnce: 2, concurrency: 6, batchThreshold: 4),
            scheduler: .init(slots: slots, share: share, reservedSlots: reserved, limit: limit))
    }

    var time: Timestamp {
        let (seconds, rest) = (instant - origin).components
        return Timestamp(
            milliseconds: 1_800_000_000_000 + stepped + seconds * 1_000 + rest / 1_000_000_000_000_000)
    }
    var moment: Machine.Moment { .init(time: time, instant: instant) }

    func isOpen(_ endpoint: String) -> Bool { targets[endpoint]?.isEnabled ?? false }
    func isRunning(_ id: String) -> Bool { attempts.contains { $0.item == id } }
    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: range, using: &random))
    }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    // MARK: - the loop

    mutating func runLoop() {
        switch loop {
        case .ended: return
        case .asleep:
            isSignalled = false
            guard !machine.isStopping else {
                loop = .ended
                return
            }
            isClockSet = false
            let round = machine.beginRound(at: moment)
            guard round.scanned != nil else { return load(round) }
            loop = .scanning(round, chance(50) ? scan(round) : nil)
            loopUntil = instant + milliseconds(0...4)
        case .scanning(let round, let early):
            guard !hasReadFailed() else { return }
            let scan = early ?? self.scan(round)
            machine.found(
                .init(waiting: scan.waiting.map(tampered), resting: scan.resting.map(tampered), nextDue: scan.nextDue),
                in: round, at: instant)
            for one in scan.waiting + scan.resting
            where failedAt[one.endpoint].map({ $0 <= round.began.instant }) ?? true {
                recordLimits(one, at: round.began)
            }
            load(round)
        case .loading(let round, let early):
            guard !hasReadFailed() else { return }
            let limits = early ?? self.limits(round.unknown)
            for one in limits where !machine.scheduler.isConfigured(one.endpoint) { recordLimits(one, at: moment) }
            machine.found(limits.map(tampered), in: round, at: moment)
            refill()
        case .refilling(let lanes, let early):
            guard !hasReadFailed() else { return }
            if machine.read(lanes, found: early ?? due(lanes)) { isSignalled = true }
            sleep()
        }
    }

    private mutating func load(_ round: Machine.Round) {
        guard !round.unknown.isEmpty else { return refill() }
        loop = .loading(round, chance(50) ? limits(round.unknown) : nil)
        loopUntil = instant + milliseconds(0...4)
    }

    private mutating func refill() {
        let lanes = machine.lanesToRead(at: instant)
        guard !lanes.isEmpty else { return sleep() }
        loop = .refilling(lanes, chance(50) ? due(lanes) : nil)
        loopUntil = instant + milliseconds(0...4)
    }

    private mutating func hasReadFailed() -> Bool {
        guard readsFail, chance(10) else { return false }
        machine.roundFailed(at: instant)
        sleep()
        return true
    }

    private mutating func sleep() {
        let (starts, pause) = machine.prepareSleep(at: moment)
        for one in starts { begin(one) }
        loop = .asleep
        loopUntil = instant + pause
        if defect == .sleepsTooLong { loopUntil += .seconds(3) }
    }

    // MARK: - attempts

    mutating func perform(_ actions: Machine.Actions) {
        // A tenant's reserved slots come first.
        let starts = actions.starts + [actions.following].compactMap(\.self)
        for one in starts where one.start.isWithinReservedSlots { begin(one) }
        for one in starts where !one.start.isWithinReservedSlots { begin(one) }
        if actions.wakesLoop, defect != .losesWake { isSignalled = true }
    }

    private mutating func begin(_ given: Machine.Attempt) {
        var attempt = given
        if defect == .sharesCommits { attempt = .init(start: given.start, new: given.new, mayBatchCommit: true) }
        checkStart(attempt)
        starts += 1
        startNumbers[attempt.start.item] = starts
        startTimes[attempt.start.endpoint, default: []].append(instant)
        attempts.append(Running(attempt: attempt, began: instant, until: instant + milliseconds(0...3)))
        if defect == .startsTwice, starts % 5 == 0 {
            defect = nil
            begin(attempt)
        }
    }

    /// Goes on with the attempt whose time has come.
    mutating func advance(_ index: Int) {
        let running = attempts[index]
        switch running.phase {
        case .looking: readRow(index)
        case .sending:
            attempts[index].phase = .ending(outcome(of: running.item))
            attempts[index].until = instant + milliseconds(0...3)
        case .ending(var result):
            attempts.remove(at: index)
            let endpoint = running.attempt.start.endpoint
            if case .failed(_, let opensAt) = result {
                failedAt[endpoint] = instant
                let opens = [given[endpoint]?.opensAt, opensAt.map { moment.instant(of: $0) }].compactMap(\.self).max()
                given[endpoint] = Limits(concurrency: 1, opensAt: opens)
                if defect == .losesFailure { result = .done }
                if defect == .ignoresBreaker { result = .failed(next: nil, opensAt: nil) }
            }
            if defect == .losesRecovery, result == .recovered { result = .done }
            let seconds = (instant - running.began) / .seconds(1)
            if defect == .losesEnd, starts % 5 == 0 { return }
            let actions = machine.ended(running.attempt, result, took: seconds, at: moment)
            if let next = actions.following,
                next.start.isWithinReservedSlots != running.attempt.start.isWithinReservedSlots
            {
                violate("\(next.start.item) follows in a task of another priority")
            }
            perform(actions)
        }
    }

    private mutating func readRow(_ index: Int) {
        let id = attempts[index].item
        attempts[index].until = instant + milliseconds(0...2)
        guard var row = rows[id], row.status == .pending, let target = targets[row.endpoint], target.isEnabled else {
            attempts[index].phase = .ending(.done)
            return
        }
        guard row.due <= time else {
            attempts[index].phase = .ending(.postponed(row.due))
            return
        }
        if readsFail, chance(3) {
            row.due = time.adding(seconds: 60)
            rows[id] = row
            attempts[index].phase = .ending(.postponed(row.due))
            return
        }
        sent.append((startNumbers[id] ?? 0, row))
        attempts[index].phase = .sending
        attempts[index].until = instant + (target.receiver == .hangs ? .seconds(30) : milliseconds(1...900))
    }

    /// Stores the outcome of what was sent.
    private mutating func outcome(of id: String) -> AttemptResult {
        guard var row = rows[id], var target = targets[row.endpoint] else { return .done }
        let evaluation = AttemptEvaluation(
            outcome: target.receiver.outcome, step: row.step, lane: row.lane, isCallback: false, now: time)
        let next = evaluation.next(.deliveries, random: Double.random(in: 0..<1, using: &random))
        if row.status != .held || next.status != .pending { row.status = next.status }
        row.due = next.at ?? row.due
        row.lane = next.lane
        row.step += 1
        rows[id] = row
        guard evaluation.concerns(target.health) else { return .done }
        let change = evaluation.change(of: target.health, retryAt: next.at)
        target.health = change.health
        targets[target.id] = target
        if change.hastens {
            let now = time
            for other in rows.values where other.endpoint == target.id && other.status == .pending && other.due > now {
                rows[other.id]?.due = now
            }
            machine.deliveriesChanged()
            isSignalled = true
        }
        if change.disabledFor != nil { setEnabled(target.id, false) }
        return change.result
    }

    mutating func recordLimits(_ one: PendingDeliveries.EndpointBacklog, at now: Machine.Moment) {
        given[one.endpoint] = Limits(concurrency: one.concurrency, opensAt: one.opensAt.map { now.instant(of: $0) })
    }
}
