import DequeModule

/// Decides which due delivery starts next: deficit round robin over tenants, paid in slot-seconds, so a tenant with
/// slow deliveries gets fewer turns. Inside a tenant its endpoints take turns. A pure state machine; the caller gives
/// the time.
///
/// Slots come in pools that cannot take from each other: hanging late retries or replays leave the slots of first
/// attempts free. A tenant may use a part of a pool, an endpoint its own `concurrency`. A tenant with fewer than
/// `reservedSlots` slots in use never waits for a pool, however many deliveries of others hang in it.
public struct SlotScheduler<Tenant: Hashable & Sendable, Endpoint: Hashable & Sendable, Item: Hashable & Sendable>:
    Sendable
{
    public typealias Instant = ContinuousClock.Instant

    /// The priority class of a delivery. The raw value is its order within an endpoint.
    public enum Lane: Int, Sendable, CaseIterable {
        /// First attempts and the first retry.
        case fresh
        case late
        /// Messages that are sent again on demand: one at a time to an endpoint, in order.
        case replay
    }

    public struct Start: Sendable, Equatable {
        public let item: Item
        public let tenant: Tenant
        public let endpoint: Endpoint
        public let lane: Lane
        /// True for the attempt that tests whether a failing endpoint works again.
        public let isProbe: Bool
        /// True if its tenant uses so few slots that other tenants must not delay it.
        public let isWithinReservedSlots: Bool
        fileprivate let charge: Double
        fileprivate var pool: Int { isProbe ? Lane.allCases.count : lane.rawValue }
    }

    /// Places for fresh, late, replay, and probes.
    private let slots: [Int]
    private let perTenant: [Int]
    private var used: [Int]
    /// Slot-seconds that a tenant may take in one turn.
    private let quantum = 0.05

    private struct EndpointState {
        let tenant: Tenant
        var queues: [Deque<Item>] = Array(repeating: [], count: Lane.allCases.count)
        var running = 0
        var replaying = 0
        var concurrency: Int
        var limit: PerSecondLimit?
        /// Set while the endpoint's breaker is open.
        var opensAt: Instant?
        var isProbing = false
        /// Slot-seconds that one of its attempts took lately.
        var estimate = 0.01
        /// When something started last.
        var usedAt: Instant
        /// Starts so far: every eighth goes to the lanes that wait behind the first.
        var starts = 0
        var isEmpty: Bool { queues.allSatisfy(\.isEmpty) }
    }

    private struct TenantState {
        /// Those with something queued, in the order of their turns.
        var endpoints: Deque<Endpoint> = []
        var running: [Int]
        var deficit = 0.0
    }

    private var endpoints: [Endpoint: EndpointState] = [:]
    private var tenants: [Tenant: TenantState] = [:]
    /// Tenants that may have something to start; the set holds the same. (An `OrderedSet` removes its first in O(n).)
    private var turns: Deque<Tenant> = []
    private var inTurns: Set<Tenant> = []
    /// Tenants that wait for a slot of their own, for a pool, or for a time.
    private var parked: [Tenant: (pools: Set<Int>, until: Instant?)] = [:]
    /// The earliest time at which an item may start, now or in the past.
    public private(set) var soonest: Instant?
    private var known: Set<Item> = []
    public private(set) var running = 0

    /// Slots for first attempts that each tenant has beyond the pool's, and the most attempts in all.
    private let reservedSlots: Int
    private let limit: Int

    /// - Parameters:
    ///   - slots: for fresh, late, replay, and probes.
    ///   - share: of a pool, for one tenant: a part of so many.
    ///   - limit: for attempts in all, reserved slots included.
    public init(slots: [Int] = [512, 128, 64, 128], share: Int = 8, reservedSlots: Int = 4, limit: Int = 4096) {
        self.slots = slots
        self.limit = limit
        self.reservedSlots = reservedSlots
        perTenant = slots.map { max(reservedSlots, $0 / share) }
        used = slots.map { _ in 0 }
    }

    /// Returns true if the item is queued or running.
    public func isKnown(_ item: Item) -> Bool { known.contains(item) }

    public var configured: Set<Endpoint> { Set(endpoints.keys) }

    public func isConfigured(_ endpoint: Endpoint) -> Bool { endpoints[endpoint] != nil }

    public func queued(_ endpoint: Endpoint, _ lane: Lane) -> Int {
        endpoints[endpoint]?.queues[lane.rawValue].count ?? 0
    }

    /// Sets the limits of an endpoint. To be called before its items are added, and again when they change.
    /// - Parameters:
    ///   - rate: starts a second.
    ///   - opensAt: when a probe may go, while its breaker is open.
    public mutating func configure(
        _ endpoint: Endpoint, of tenant: Tenant, concurrency: Int, rate: Int?, opensAt: Instant?, at now: Instant
    ) {
        var state = endpoints[endpoint] ?? EndpointState(tenant: tenant, concurrency: concurrency, usedAt: now)
        state.concurrency = concurrency
        if let rate {
            state.limit = state.limit ?? PerSecondLimit(limit: rate)
            state.limit?.change(limit: rate, at: now)
        } else {
            state.limit = nil
        }
        state.opensAt = opensAt
        endpoints[endpoint] = state
        unpark(tenant)
    }

    /// Restrains an endpoint that failed: one slot until it is configured again, and none before `opensAt` if its
    /// breaker opened.
    public mutating func restrain(_ endpoint: Endpoint, until opensAt: Instant?) {
        guard let state = endpoints[endpoint] else { return }
        let tenant = state.tenant
        // Of two concurrent failures the later time applies.
        endpoints[endpoint]?.opensAt = [state.opensAt, opensAt].compactMap(\.self).max()
        endpoints[endpoint]?.concurrency = 1
        unpark(tenant)
    }

    /// Drops endpoints that have nothing queued or running, are not named, and were not used for ten minutes; if there
    /// are many, at once.
    public mutating func prune(keeping kept: Set<Endpoint>, at now: Instant) {
        let isCrowded = endpoints.count > 1000
        endpoints = endpoints.filter { endpoint, state in
            var limit = state.limit
            // An endpoint whose rate is used up would otherwise start with a full burst.
            let burst = Int(limit?.burst ?? 0)
            let isResting = (limit?.wait(for: burst, at: now) ?? 0) == 0
            let isFresh = !isCrowded && now - state.usedAt < .seconds(600)
            return !state.isEmpty || state.running > 0 || kept.contains(endpoint) || !isResting || isFresh
        }
    }

    /// - Returns: false when it was known already.
    @discardableResult
    public mutating func add(_ item: Item, to endpoint: Endpoint, _ lane: Lane) -> Bool {
        // No copy of the endpoint's state is kept: its queue would be copied to be changed.
        guard let (tenant, wasEmpty) = endpoints[endpoint].map({ ($0.tenant, $0.isEmpty) }),
            known.insert(item).inserted
        else { return false }
        if wasEmpty {
            let fresh = TenantState(running: slots.map { _ in 0 })
            tenants[tenant, default: fresh].endpoints.append(endpoint)
        }
        endpoints[endpoint]?.queues[lane.rawValue].append(item)
        unpark(tenant)
        return true
    }

    /// The next that may start, counted as running from then on.
    public mutating func next(at now: Instant) -> Start? {
        if let moment = soonest, moment <= now {
            for (tenant, wait) in parked where wait.until.map({ $0 <= now }) ?? false { unpark(tenant) }
            soonest = parked.values.compactMap(\.until).min()
        }
        var owing = 0
        while let tenant = turns.first {
            guard let choice = choose(tenant, at: now) else {
                inTurns.remove(turns.removeFirst())
                owing = 0
                continue
            }
            if tenants[tenant]?.deficit ?? 0 > 0 { return start(choice, tenant, at: now) }
            // It is in debt, so the others take their turn. If all are, all get as many quanta as the least needs.
            turns.append(turns.removeFirst())
            owing += 1
            if owing >= turns.count {
                forgive()
                owing = 0
            }
        }
        return nil
    }

    /// The next that may start in the slots that an attempt left when it finished, counted as running from then on.
    ///
    /// One start may need only some of what was left: the slot of its pool, of its tenant, or of its endpoint. Called after
    /// the first `next` that follows a `finish`, until it returns nil. It is cheap: while the pool is full, only the tenant
    /// of the finished attempt is looked at.
    public mutating func next(after finished: Start, at now: Instant) -> Start? {
        if used[finished.pool] < slots[finished.pool] { return next(at: now) }
        guard let choice = choose(finished.tenant, at: now) else { return nil }
        return start(choice, finished.tenant, at: now)
    }

    private mutating func forgive() {
        let least = turns.compactMap { tenants[$0].map { -$0.deficit } }.min() ?? 0
        let rounds = (max(least, 0) / quantum).rounded(.down) + 1
        // No tenant saves up more than a turn.
        for tenant in turns {
            let deficit = min((tenants[tenant]?.deficit ?? 0) + rounds * quantum, quantum)
            tenants[tenant]?.deficit = deficit
        }
    }

    private mutating func choose(_ tenant: Tenant, at now: Instant) -> (endpoint: Endpoint, lane: Lane, probe: Bool)? {
        guard let state = tenants[tenant] else { return nil }
        var pools: Set<Int> = []
        var until: Instant?
        func later(_ moment: Instant) { until = min(until ?? moment, moment) }
        for endpoint in state.endpoints {
            guard var target = endpoints[endpoint], target.running < target.concurrency else { continue }
            if let opensAt = target.opensAt {
                guard !target.isProbing else { continue }
                guard opensAt <= now else {
                    later(opensAt)
                    continue
                }
            }
            let lanes = target.starts % 8 == 7 ? Lane.allCases.reversed() : Lane.allCases
            for lane in lanes where !target.queues[lane.rawValue].isEmpty {
                if lane == .replay, target.replaying > 0 { continue }
                let isProbe = target.opensAt != nil
                let pool = isProbe ? Lane.allCases.count : lane.rawValue
                guard state.running[pool] < perTenant[pool] else { continue }
                guard running < limit, used[pool] < slots[pool] || isReserved(tenant, lane, isProbe) else {
                    pools.insert(pool)
                    continue
                }
                // Taken only when it starts.
                if let wait = target.limit?.wait(for: 1, at: now), wait > 0 {
                    later(now + .seconds(max(wait, 0.001)))
                    break
                }
                return (endpoint, lane, isProbe)
            }
        }
        parked[tenant] = (pools, until)
        soonest = [soonest, until].compactMap(\.self).min()
        return nil
    }

    private func isReserved(_ tenant: Tenant, _ lane: Lane, _ isProbe: Bool) -> Bool {
        lane == .fresh && !isProbe && tenants[tenant]?.running[lane.rawValue] ?? 0 < reservedSlots
    }

    private mutating func start(
        _ choice: (endpoint: Endpoint, lane: Lane, probe: Bool), _ tenant: Tenant, at now: Instant
    ) -> Start? {
        guard let item = endpoints[choice.endpoint]?.queues[choice.lane.rawValue].popFirst(),
            var state = endpoints[choice.endpoint]
        else { return nil }
        let started = Start(
            item: item, tenant: tenant, endpoint: choice.endpoint, lane: choice.lane, isProbe: choice.probe,
            isWithinReservedSlots: isReserved(tenant, choice.lane, choice.probe), charge: state.estimate)
        _ = state.limit?.take(at: now)
        state.running += 1
        state.starts += 1
        state.usedAt = now
        if choice.lane == .replay { state.replaying += 1 }
        if choice.probe { state.isProbing = true }
        endpoints[choice.endpoint] = state
        used[started.pool] += 1
        running += 1
        tenants[tenant]?.running[started.pool] += 1
        tenants[tenant]?.deficit -= started.charge
        // The next turn is another endpoint's.
        if let place = tenants[tenant]?.endpoints.firstIndex(of: choice.endpoint) {
            tenants[tenant]?.endpoints.remove(at: place)
            if !state.isEmpty { tenants[tenant]?.endpoints.append(choice.endpoint) }
        }
        if tenants[tenant]?.deficit ?? 0 <= 0, turns.first == tenant { turns.append(turns.removeFirst()) }
        return started
    }

    /// - Parameter seconds: the time for which the slot was used.
    public mutating func finish(_ start: Start, took seconds: Double) {
        known.remove(start.item)
        let wasFull = used[start.pool] >= slots[start.pool]
        let wasAtLimit = running >= limit
        used[start.pool] -= 1
        running -= 1
        tenants[start.tenant]?.running[start.pool] -= 1
        tenants[start.tenant]?.deficit += start.charge - seconds
        if var state = endpoints[start.endpoint] {
            state.running -= 1
            if start.lane == .replay { state.replaying -= 1 }
            if start.isProbe { state.isProbing = false }
            state.estimate = 0.8 * state.estimate + 0.2 * seconds
            endpoints[start.endpoint] = state
        }
        if let state = tenants[start.tenant], state.endpoints.isEmpty, state.running.allSatisfy({ $0 == 0 }) {
            // Nothing is saved up, and nothing owed.
            tenants[start.tenant] = nil
            parked[start.tenant] = nil
            if inTurns.remove(start.tenant) != nil { turns.removeAll { $0 == start.tenant } }
        } else {
            unpark(start.tenant)
        }
        if wasFull || wasAtLimit {
            // A tenant that waits for a reserved slot may have it again, whichever pool has one more.
            for (tenant, wait) in parked where wasAtLimit ? !wait.pools.isEmpty : wait.pools.contains(start.pool) {
                unpark(tenant)
            }
        }
    }

    private mutating func unpark(_ tenant: Tenant) {
        guard let state = tenants[tenant], !state.endpoints.isEmpty else { return }
        parked[tenant] = nil
        if inTurns.insert(tenant).inserted { turns.append(tenant) }
    }
}
