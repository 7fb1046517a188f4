import JSONValue

/// The health of an endpoint: a circuit breaker with half-open probes that finally disables the endpoint. A pure state
/// machine; the caller gives the time.
///
/// After `threshold` failures in a row nothing is sent for a while, then one delivery that is due goes as a probe; each
/// that fails doubles the pause. Deliveries keep their own schedules meanwhile, so a long outage uses up none of them.
/// After five days of failure and twenty attempts the endpoint is disabled, and what is for it held.
struct EndpointHealth: Sendable, Equatable {
    /// In a row.
    var failures = 0
    var failingSince: Timestamp?
    /// While the breaker is open: when the next probe may go.
    var opensAt: Timestamp?
    /// Seconds that it stays open before a probe; 0 while it is closed.
    var pause = 0
    var lastError: String?
    /// When the present state began.
    var since: Timestamp?

    static let threshold = 5
    static let (firstPause, lastPause) = (10, 600)
    static let (disableAfter, disableAttempts) = (5.0 * 86_400, 20)
    static let errorLength = 200

    enum Verdict: Sendable, Equatable {
        case unchanged, changed
        /// The breaker closed: what waits may go.
        case recovered
        case disable(reason: String)
    }

    enum State: String, Sendable, CaseIterable {
        case healthy, failing, disabled
        case halfOpen = "half_open"
    }

    func state(at now: Timestamp) -> State {
        if let opensAt { return opensAt <= now ? .halfOpen : .failing }
        return failures > 0 ? .failing : .healthy
    }

    mutating func succeed(at now: Timestamp) -> Verdict {
        guard failures > 0 || opensAt != nil else { return .unchanged }
        // Opened by failures, that is; who asked for time got it.
        let wasOpen = pause > 0
        self = EndpointHealth(since: now)
        return wasOpen ? .recovered : .changed
    }

    /// - Parameters:
    ///   - error: for the tenant's eyes.
    ///   - retryAfter: seconds that a 429 or 503 asked for; the whole endpoint is left alone so long, ten minutes at most.
    mutating func fail(_ error: String, retryAfter: Double?, at now: Timestamp) -> Verdict {
        failures += 1
        failingSince = failingSince ?? now
        since = failingSince
        lastError = String(error.prefix(Self.errorLength))
        // An attempt that began before the breaker opened says nothing new.
        let isOpen = opensAt.map { $0 > now } ?? false
        if !isOpen, failures >= Self.threshold {
            pause = pause == 0 ? Self.firstPause : min(pause * 2, Self.lastPause)
            opensAt = now.adding(seconds: Double(pause))
        }
        if let retryAfter, retryAfter > 0 {
            let requested = now.adding(seconds: min(retryAfter, Double(Self.lastPause)))
            opensAt = max(opensAt ?? requested, requested)
        }
        if failures >= Self.disableAttempts, let from = failingSince, now.seconds(since: from) >= Self.disableAfter {
            return .disable(reason: "failing for five days, last with: \(lastError ?? "")")
        }
        return .changed
    }
}
