import JSONValue
import Logging
import Scheduling
import SQL
import Synchronization

/// Reads what is due from the database into the scheduler: which endpoints have something, and the next ids of lanes that
/// run low.
extension DeliveryWorker {
    /// Reads what the scheduler lacks.
    /// - Parameter earliestScan: no look at all endpoints before then: looking may take a fifth of the time, not more.
    /// - Returns: the next such moment.
    func scanAndRefill(notBefore earliestScan: ContinuousClock.Instant) async -> ContinuousClock.Instant {
        let now = clock.now
        let began = ContinuousClock.now
        let (scans, new) = state.withLock { state -> (Bool, [NewDelivery]) in
            let new = state.new
            state.new = []
            // And now and then, whatever may have been missed.
            let isDue = state.nextDue.map { $0 <= now } ?? false || began - state.scannedAt >= Self.scanInterval
            guard (state.isDirty || isDue) && began >= earliestScan else { return (false, new) }
            state.isDirty = false
            state.scannedAt = began
            return (true, new)
        }
        var next = earliestScan
        do {
            if scans {
                try await scanDue(at: now)
                next = .now + (ContinuousClock.now - began) * 4
            }
            // Behind what the look found.
            if !new.isEmpty { try await enqueue(new, at: now) }
            try await refill()
            return next
        } catch {
            logger.error("deliveries cannot be read", metadata: ["error": "\(error)"])
            state.withLock { $0.isDirty = true }
            return .now + .seconds(5)
        }
    }

    /// Reads the terms of endpoints that are not known yet, for what was committed to them.
    private func enqueue(_ new: [NewDelivery], at now: Timestamp) async throws {
        let endpoints = Set(new.map(\.endpoint))
        let limits = try await database.read { try PendingDeliveries.limits(of: endpoints, in: $0) }
        let moment = ContinuousClock.now
        state.withLock { state in
            for one in limits where !state.scheduler.isConfigured(one.endpoint) { configure(one, &state, now, moment) }
            for one in new { _ = queue(one, &state) }
        }
    }

    /// - Returns: false when its endpoint is not known yet.
    func queue(_ new: NewDelivery, _ state: inout State) -> Bool {
        guard state.scheduler.isConfigured(new.endpoint) else { return false }
        let lane = LaneID(endpoint: new.endpoint, tenant: new.tenant, lane: .fresh)
        // Behind what is not in memory yet it would go before its turn.
        if state.more[lane] != nil || state.scheduler.queued(new.endpoint, .fresh) >= Self.highWatermark {
            state.more[lane, default: LaneBacklog(readAt: .now)].add(new.id)
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

    private func scanDue(at now: Timestamp) async throws {
        let moment = ContinuousClock.now
        let known = state.withLock { $0.scheduler.configured }
        let (waiting, resting, next) = try await database.read { tx in
            let waiting = try PendingDeliveries.waiting(in: tx)
            let resting = known.subtracting(waiting.map(\.endpoint))
            return (
                waiting, try PendingDeliveries.limits(of: resting, in: tx),
                try PendingDeliveries.nextDue(after: now, in: tx)
            )
        }
        state.withLock { state in
            state.restrained = state.restrained.filter { $0.value > moment }
            // An endpoint that used up its rate stays configured with nothing to send; its limits may have changed.
            for one in resting where state.restrained[one.endpoint] == nil { configure(one, &state, now, moment) }
            // Endpoints that failed during the read keep their newer state and are read again.
            if !state.restrained.isEmpty { state.isDirty = true }
            for one in waiting {
                // An endpoint that failed during the read keeps its newer state.
                if state.restrained[one.endpoint] == nil { configure(one, &state, now, moment) }
                for lane in Scheduler.Lane.allCases {
                    guard let due = one.due[lane.rawValue], due <= now else { continue }
                    let id = LaneID(endpoint: one.endpoint, tenant: one.tenant, lane: lane)
                    state.more[id, default: LaneBacklog(readAt: moment)].isOverfull = true
                }
            }
            // Due times noted during the read are kept beside the ones it found.
            state.nextDue = [state.nextDue.flatMap { $0 > now ? $0 : nil }, next].compactMap(\.self).min()
            state.scheduler.prune(
                keeping: Set(waiting.map(\.endpoint)).union(state.more.keys.map(\.endpoint)), at: moment)
        }
    }

    /// Reads on in lanes that run low, a few at a time: what was found starts before the next are read.
    private func refill() async throws {
        // Queued deliveries stand at the beginning of those that are due. The lane that was read last comes last.
        let began = ContinuousClock.now
        let lanes = state.withLock { state in
            let lowLanes = state.more.filter {
                state.scheduler.queued($0.key.endpoint, $0.key.lane) < Self.lowWatermark
            }
            let turn = lowLanes.sorted { $0.value.readAt < $1.value.readAt }.prefix(Self.lanesAtOnce)
            return turn.map { lane, _ in
                state.more[lane] = LaneBacklog(readAt: began)
                let known = state.scheduler.queued(lane.endpoint, lane.lane)
                return (lane: lane, limit: Self.highWatermark + Endpoint.concurrencyLimit + known)
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
            for (read, ids) in zip(lanes, found) {
                let added = ids.count { state.scheduler.add($0, to: read.lane.endpoint, read.lane.lane) }
                guard ids.count < read.limit || added == 0, let backlog = state.more[read.lane], !backlog.isOverfull
                else { continue }
                // Deliveries committed during the read may be missing from its result.
                for id in backlog.late { state.scheduler.add(id, to: read.lane.endpoint, read.lane.lane) }
                state.more[read.lane] = nil
            }
            return state.more.contains { state.scheduler.queued($0.key.endpoint, $0.key.lane) < Self.lowWatermark }
        }
        if isMore { signal.wake() }
    }

    /// The time until the loop must run again if nothing wakes it.
    func pause(until earliestScan: ContinuousClock.Instant) -> Duration {
        let (now, moment) = (clock.now, ContinuousClock.now)
        return state.withLock { state in
            start(&state)
            var pause = max(state.scannedAt + Self.scanInterval - moment, earliestScan - moment)
            if !state.new.isEmpty { return .zero }
            if state.isDirty { pause = min(pause, max(earliestScan - moment, .milliseconds(1))) }
            if let due = state.nextDue {
                pause = min(pause, max(.milliseconds(due.milliseconds - now.milliseconds), earliestScan - moment))
            }
            if let soonest = state.scheduler.soonest { pause = min(pause, soonest - moment) }
            pause = max(pause, .zero)
            state.sleepsUntil = moment + pause
            return pause
        }
    }
}
