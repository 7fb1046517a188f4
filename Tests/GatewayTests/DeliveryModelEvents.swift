import HTTPTransport
import JSONValue
import Scheduling

@testable import Gateway
@testable import HTTPTransport

extension DeliveryModel.Receiver {
    var outcome: DeliveryClient.Outcome {
        switch self {
        case .takes, .hangs: .init(status: 204)
        case .fails: .init(status: 500)
        case .asksForTime: .init(status: 429, retryAfter: 20)
        case .isGone: .init(status: 410)
        }
    }
}

/// Changes from outside: commits, tenants, operators, clocks.
extension DeliveryModel {
    @discardableResult
    mutating func addEndpoint(tenant: String, concurrency: Int = 4, rate: Int? = nil) -> String {
        let id = "ep_\(names.count)"
        names.append(id)
        targets[id] = Target(id: id, tenant: tenant, concurrency: concurrency, rate: rate)
        return id
    }

    /// One commit that makes deliveries which are due at once.
    /// - Returns: their ids.
    @discardableResult
    mutating func commit(_ endpoints: [String]) -> [String] {
        var new: [NewDelivery] = []
        var ids: [String] = []
        for endpoint in endpoints {
            guard let target = targets[endpoint] else { continue }
            let id = add(endpoint, lane: 0, due: time)
            ids.append(id)
            if target.isEnabled {
                new.append(NewDelivery(id: id, endpoint: endpoint, tenant: target.tenant, message: nil))
            } else {
                rows[id]?.status = .held
            }
        }
        if defect == .losesCommit, made % 3 == 0 { return ids }
        if !new.isEmpty { perform(machine.committed(new, at: instant)) }
        return ids
    }

    @discardableResult
    private mutating func add(_ endpoint: String, lane: Int, due: Timestamp) -> String {
        made += 1
        let number = String(made)
        let id = "dlv_" + String(repeating: "0", count: 6 - number.count) + number
        rows[id] = Row(id: id, endpoint: endpoint, lane: lane, due: due)
        return id
    }

    mutating func replay(_ endpoint: String, count: Int) {
        for _ in 0..<count {
            let id = add(endpoint, lane: 2, due: time)
            if !isOpen(endpoint) { rows[id]?.status = .held }
        }
        change()
    }

    /// A notice that deliveries were changed.
    mutating func change() {
        machine.deliveriesChanged()
        isSignalled = true
    }

    mutating func setEnabled(_ endpoint: String, _ isEnabled: Bool) {
        targets[endpoint]?.isEnabled = isEnabled
        for var row in rows.values where row.endpoint == endpoint {
            if !isEnabled, row.status == .pending {
                row.status = .held
            } else if isEnabled, row.status == .held {
                row.status = .pending
                row.step = 0
                if row.lane != 2 {
                    // A late one that memory still holds changes its lane.
                    row.isResent = row.isResent || row.lane != 0
                    (row.lane, row.due) = (0, time)
                }
            }
            rows[row.id] = row
        }
        if isEnabled { change() }
    }

    /// Makes everything that was not taken due again.
    mutating func resend(where isMeant: (Row) -> Bool = { _ in true }) {
        for var row in rows.values where row.status != .held && row.status != .delivered && isMeant(row) {
            row.isResent = row.isResent || row.lane != 0
            (row.status, row.step, row.lane, row.due) = (.pending, 0, 0, time)
            rows[row.id] = row
        }
        change()
    }

    mutating func stop() {
        hasStopped = true
        if defect != .startsAfterStop { machine.stop() }
        isSignalled = true
    }

    /// Something happens that the machine has not asked for.
    mutating func happen(isCalm: Bool) {
        guard let endpoint = names.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<(isCalm ? 12 : 24), using: &random) {
        case 0...7:
            let more = Int.random(in: 0...2, using: &random)
            commit([endpoint] + (0..<more).compactMap { _ in names.randomElement(using: &random) })
        case 8: for _ in 0..<Int.random(in: 5...15, using: &random) { commit([endpoint]) }
        case 9: replay(endpoint, count: Int.random(in: 1...6, using: &random))
        case 10, 11:
            let tenant = "ten_\(Int.random(in: 0...3, using: &random))"
            let rate = !isCalm && chance(20) ? Int.random(in: 1...10, using: &random) : nil
            if names.count < 8 {
                addEndpoint(tenant: tenant, concurrency: Int.random(in: 1...6, using: &random), rate: rate)
            }
        case 12...14:
            targets[endpoint]?.receiver = Receiver.allCases.randomElement(using: &random) ?? .takes
        case 15: targets[endpoint]?.receiver = .takes
        case 16: setEnabled(endpoint, !isOpen(endpoint))
        case 17: setEnabled(endpoint, true)
        case 18:
            targets[endpoint]?.concurrency = Int.random(in: 1...6, using: &random)
            change()
        case 19: resend { $0.endpoint == endpoint }
        case 20, 21:
            // Deleted, or done by a process that has its lease now.
            if let row = rows.values.map(\.id).sorted().randomElement(using: &random) { rows[row] = nil }
        case 22:
            stepped += Int64.random(in: -60_000...60_000, using: &random)
            isClockSet = true
        default: change()
        }
    }

    // MARK: - time

    /// The time of the next event that needs nothing from outside.
    var nextEvent: Instant? {
        var next = attempts.map(\.until).min()
        if case .ended = loop { return next }
        let loopNext = isAsleep && isSignalled ? instant : loopUntil
        next = min(next ?? loopNext, loopNext)
        return next
    }

    var isAsleep: Bool { if case .asleep = loop { true } else { false } }

    /// Runs everything that is due until a time.
    mutating func run(until end: Instant) {
        while violations.isEmpty, let next = nextEvent, next <= end {
            instant = max(instant, next)
            if let index = attempts.indices.filter({ attempts[$0].until <= instant }).randomElement(using: &random),
                !isLoopDue || chance(50)
            {
                advance(index)
            } else if isLoopDue {
                runLoop()
            }
            check()
        }
        instant = max(instant, end)
    }

    private var isLoopDue: Bool {
        if case .ended = loop { return false }
        return isAsleep && isSignalled || loopUntil <= instant
    }
}
