import JSONValue
import Scheduling

@testable import Gateway

/// The promises of the delivery worker.
extension DeliveryModel {
    mutating func violate(_ text: String) {
        let at = Int((instant - origin) / .milliseconds(1))
        violations.append("after \(at) ms: \(text)")
    }

    private var probePool: Int { 3 }
    private func pool(_ start: Machine.Scheduler.Start) -> Int { start.isProbe ? probePool : start.lane.rawValue }
    private func used(_ pool: Int, tenant: String? = nil) -> Int {
        attempts.count {
            self.pool($0.attempt.start) == pool && (tenant == nil || $0.attempt.start.tenant == tenant)
        }
    }
    private func count(_ endpoint: String, where isMeant: (Machine.Scheduler.Start) -> Bool = { _ in true }) -> Int {
        attempts.count { $0.attempt.start.endpoint == endpoint && isMeant($0.attempt.start) }
    }
    private func perTenant(_ pool: Int) -> Int { max(reserved, slots[pool] / share) }

    /// Checks a start before it is counted.
    mutating func checkStart(_ attempt: Machine.Attempt) {
        let start = attempt.start
        let (endpoint, pool) = (start.endpoint, pool(start))
        if hasStopped { violate("\(start.item) starts after the stop") }
        if isRunning(start.item) { violate("\(start.item) runs twice") }
        if attempts.count >= limit { violate("more than \(limit) attempts") }
        if let limits = given[endpoint] {
            if count(endpoint) >= limits.concurrency {
                violate("\(endpoint) has \(count(endpoint) + 1) attempts of \(limits.concurrency)")
            }
            if let opensAt = limits.opensAt {
                if instant < opensAt { violate("\(endpoint) starts while its breaker is open") }
                if !start.isProbe || count(endpoint, where: \.isProbe) > 0 {
                    violate("\(endpoint) has more than a probe")
                }
            }
        } else {
            violate("\(endpoint) starts without limits")
        }
        if start.lane == .replay, count(endpoint, where: { $0.lane == .replay }) > 0 {
            violate("\(endpoint) has two replays at once")
        }
        let ofTenant = used(pool, tenant: start.tenant)
        if ofTenant >= perTenant(pool) { violate("\(start.tenant) has \(ofTenant + 1) slots of pool \(pool)") }
        let isReserved = start.lane == .fresh && !start.isProbe && ofTenant < reserved
        // Starts beyond a pool's slots are within reserved ones.
        let others = attempts.count { self.pool($0.attempt.start) == pool && !$0.attempt.start.isWithinReservedSlots }
        if others >= slots[pool], !isReserved { violate("pool \(pool) has more than \(slots[pool]) slots in use") }
        if start.isWithinReservedSlots != isReserved {
            violate("\(start.item): reserved is \(start.isWithinReservedSlots)")
        }
        if attempt.mayBatchCommit, start.isProbe || start.lane == .replay || start.isWithinReservedSlots {
            violate("\(start.item) may share a commit that another waits for")
        }
        if let rate = targets[endpoint]?.rate {
            let inSecond = startTimes[endpoint, default: []].count { $0 > instant - .seconds(1) }
            if inSecond >= rate { violate("\(endpoint) has \(inSecond + 1) starts within a second of \(rate)") }
        }
    }

    /// The earliest time at which a delivery may start, with the attempts that go on; nil when it waits for the end of one,
    /// or is not to be sent.
    private func mayStart(_ row: Row) -> Instant? {
        guard row.status == .pending, !row.isResent, isOpen(row.endpoint), !isRunning(row.id),
            let target = targets[row.endpoint], target.rate == nil
        else { return nil }
        let due = moment.instant(of: row.due)
        // The machine has not heard of the endpoint: it is to read it.
        guard var limits = given[row.endpoint] else { return due }
        // An endpoint that works again has its slots again, as soon as the worker knows.
        if target.health == EndpointHealth(since: target.health.since), !isEnding(row.endpoint) {
            limits = Limits(concurrency: max(limits.concurrency, target.concurrency), opensAt: nil)
        }
        guard count(row.endpoint) < limits.concurrency, attempts.count < limit else { return nil }
        if limits.opensAt != nil, count(row.endpoint, where: \.isProbe) > 0 { return nil }
        if row.lane == 2, count(row.endpoint, where: { $0.lane == .replay }) > 0 { return nil }
        let pool = limits.opensAt == nil ? row.lane : probePool
        let ofTenant = used(pool, tenant: target.tenant)
        guard ofTenant < perTenant(pool) else { return nil }
        guard used(pool) < slots[pool] || pool == 0 && ofTenant < reserved else { return nil }
        return max(due, limits.opensAt ?? due)
    }

    /// An outcome of the endpoint is stored, and the machine does not know it yet.
    private func isEnding(_ endpoint: String) -> Bool {
        attempts.contains {
            if case .ending = $0.phase { $0.attempt.start.endpoint == endpoint } else { false }
        }
    }

    /// Checks that nothing which may start waits for longer than the loop sleeps.
    mutating func check() {
        if machine.running != attempts.count {
            violate("\(attempts.count) attempts go on, and the machine counts \(machine.running)")
        }
        guard isAsleep, !isSignalled, !hasStopped, !isClockSet else { return }
        for row in rows.values {
            guard let earliest = mayStart(row) else { continue }
            let latest = max(earliest, instant, machine.earliestScan) + .milliseconds(2)
            guard loopUntil > latest else { continue }
            let late = Int((loopUntil - latest) / .milliseconds(1))
            violate("\(row.id) of \(row.endpoint), lane \(row.lane), may start, and the loop sleeps \(late) ms longer")
        }
    }

    /// Checks that each lane of an endpoint was sent in the order of due times, unless something went wrong.
    mutating func checkOrder() {
        for lane in 0...2 {
            for endpoint in names {
                let order = sent.filter { $0.row.endpoint == endpoint && $0.row.lane == lane }
                    .sorted { $0.number < $1.number }.map(\.row)
                if zip(order, order.dropFirst()).contains(where: { ($0.due, $0.id) > ($1.due, $1.id) }) {
                    violate("lane \(lane) of \(endpoint) was sent as \(order.map(\.id))")
                }
            }
        }
    }

    /// Lets everything work again, and checks that all is delivered.
    mutating func checkEnd() {
        readsFail = false
        for name in names {
            targets[name]?.receiver = .takes
            if !isOpen(name) { setEnabled(name, true) }
        }
        for _ in 0..<40 where rows.values.contains(where: { $0.status != .delivered }) && violations.isEmpty {
            resend { _ in true }
            run(until: instant + .seconds(70))
        }
        let rest = rows.values.filter { $0.status != .delivered }
        if let one = rest.first { violate("\(rest.count) were never taken, such as \(one)") }
    }

    /// Stops, and checks that the worker ends with its last attempt.
    mutating func checkStop() {
        stop()
        run(until: instant + .seconds(100))
        if case .ended = loop {} else { violate("the loop goes on after the stop") }
        if machine.running > 0 || !attempts.isEmpty { violate("\(attempts.count) attempts go on after the stop") }
        commit(names)
        run(until: instant + .seconds(100))
        if !attempts.isEmpty { violate("a commit starts attempts after the stop") }
    }
}
