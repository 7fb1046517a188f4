import JSONValue
import Scheduling

/// The reads from the database into the scheduler: which endpoints have something, and the next ids of lanes that run
/// low. A round of the loop begins, reads what it is asked to, and says what was found.
extension DeliveryStateMachine {
    /// The reads of one round, beside those of `lanesToRead`.
    struct Round: Sendable {
        let began: Moment
        /// Set for a look at all endpoints: those that are known, whose limits are read too.
        let scanned: Set<String>?
        /// Deliveries to endpoints whose limits are to be read.
        let unknown: [NewDelivery]
    }

    /// Rows that a look at all endpoints found.
    struct Scan: Sendable {
        /// Endpoints that are open and have something pending.
        let waiting: [PendingDeliveries.EndpointBacklog]
        /// Those that are known and have nothing.
        let resting: [PendingDeliveries.EndpointBacklog]
        /// When the next delivery is due after the round began.
        let nextDue: Timestamp?
    }

    /// The next ids of a lane to be read.
    struct LaneRead: Sendable {
        let lane: LaneID
        let limit: Int
    }

    mutating func beginRound(at now: Moment) -> Round {
        defer { unknown = [] }
        // And now and then, whatever may have been missed.
        let isDue = nextDue.map { $0 <= now.time } ?? false || now.instant - scannedAt >= bounds.scanInterval
        guard isDirty || isDue, now.instant >= earliestScan else {
            return Round(began: now, scanned: nil, unknown: unknown)
        }
        isDirty = false
        scannedAt = now.instant
        return Round(began: now, scanned: scheduler.configured, unknown: unknown)
    }

    mutating func found(_ scan: Scan, in round: Round, at now: Instant) {
        let began = round.began
        earliestScan = now + (now - began.instant) * 4
        restrained = restrained.filter { $0.value > began.instant }
        // An endpoint that used up its rate stays configured with nothing to send; its limits may have changed.
        for one in scan.resting where restrained[one.endpoint] == nil { configure(one, at: began) }
        // Endpoints that failed during the read keep their newer state and are read again.
        if !restrained.isEmpty { isDirty = true }
        for one in scan.waiting {
            if restrained[one.endpoint] == nil { configure(one, at: began) }
            for lane in Scheduler.Lane.allCases {
                guard let due = one.due[lane.rawValue], due <= began.time else { continue }
                let id = LaneID(endpoint: one.endpoint, tenant: one.tenant, lane: lane)
                backlogs[id, default: LaneBacklog(readAt: began.instant)].isOverfull = true
            }
        }
        // Due times noted during the read are kept beside the ones it found.
        nextDue = [nextDue.flatMap { $0 > began.time ? $0 : nil }, scan.nextDue].compactMap(\.self).min()
        scheduler.prune(
            keeping: Set(scan.waiting.map(\.endpoint)).union(backlogs.keys.map(\.endpoint)), at: began.instant)
    }

    /// The limits of endpoints that were not known, for what was committed to them.
    mutating func found(_ limits: [PendingDeliveries.EndpointBacklog], in round: Round, at now: Moment) {
        for one in limits where !scheduler.isConfigured(one.endpoint) { configure(one, at: now) }
        for one in round.unknown { _ = queue(one, at: now.instant) }
        // Committed during the read; what is committed from now on goes behind it.
        let during = unknown
        unknown = during.filter { !queue($0, at: now.instant) }
    }

    /// Lanes that run low, a few at a time: what was found starts before the next are read.
    mutating func lanesToRead(at now: Instant) -> [LaneRead] {
        // Queued deliveries stand at the beginning of those that are due. The lane that was read last comes last.
        let lowLanes = backlogs.filter { isLow($0.key) }
        let turn = lowLanes.sorted { $0.value.readAt < $1.value.readAt }.prefix(bounds.lanesAtOnce)
        return turn.map { lane, _ in
            backlogs[lane] = LaneBacklog(readAt: now)
            let known = scheduler.queued(lane.endpoint, lane.lane)
            return LaneRead(lane: lane, limit: bounds.highWatermark + bounds.concurrency + known)
        }
    }

    /// - Parameter found: the ids of each lane, in order.
    /// - Returns: true if more lanes are to be read at once.
    mutating func read(_ lanes: [LaneRead], found: [[String]]) -> Bool {
        for (read, ids) in zip(lanes, found) {
            var added = 0
            for id in ids {
                if scheduler.add(id, to: read.lane.endpoint, read.lane.lane) {
                    added += 1
                } else {
                    foundAgain.insert(id)
                }
            }
            guard ids.count < read.limit || added == 0, let backlog = backlogs[read.lane], !backlog.isOverfull
            else { continue }
            // Deliveries committed during the read may be missing from its result.
            for id in backlog.late { scheduler.add(id, to: read.lane.endpoint, read.lane.lane) }
            backlogs[read.lane] = nil
        }
        return backlogs.keys.contains { isLow($0) }
    }

    /// A read failed. What it was to find is found by the next look at all endpoints.
    mutating func roundFailed(at now: Instant) {
        isDirty = true
        earliestScan = now + bounds.errorPause
    }

    // MARK: - pieces

    /// - Returns: false when its endpoint is not known yet.
    mutating func queue(_ new: NewDelivery, at now: Instant) -> Bool {
        guard scheduler.isConfigured(new.endpoint) else { return false }
        let lane = LaneID(endpoint: new.endpoint, tenant: new.tenant, lane: .fresh)
        // Behind what is not in memory yet it would go before its turn.
        if backlogs[lane] != nil || scheduler.queued(new.endpoint, .fresh) >= bounds.highWatermark {
            backlogs[lane, default: LaneBacklog(readAt: now)].append(new.id, most: bounds.highWatermark)
        } else {
            scheduler.add(new.id, to: new.endpoint, .fresh)
        }
        return true
    }

    func isLow(_ lane: LaneID) -> Bool { scheduler.queued(lane.endpoint, lane.lane) < bounds.lowWatermark }

    private mutating func configure(_ one: PendingDeliveries.EndpointBacklog, at now: Moment) {
        scheduler.configure(
            one.endpoint, of: one.tenant, concurrency: one.concurrency, rate: one.rate,
            opensAt: one.opensAt.map { now.instant(of: $0) }, at: now.instant)
    }
}
