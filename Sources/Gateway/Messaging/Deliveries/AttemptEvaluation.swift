import HTTPTransport
import JSONValue
import Scheduling

/// The result of one attempt for the worker.
enum AttemptResult: Sendable, Equatable {
    /// Delivered, given up, or nothing to send any more: delivered, held or deleted meanwhile.
    case done
    /// An endpoint took its first delivery after a failure: more of it may start than did.
    case recovered
    /// - Parameters:
    ///   - next: when the delivery is due again.
    ///   - opensAt: when its endpoint's breaker lets a probe through, if it is open.
    case failed(next: Timestamp?, opensAt: Timestamp?)
    /// An endpoint was disabled, and a message reports it to its tenant.
    case disabled
    /// Nothing was sent; it is due again then.
    case postponed(Timestamp)
}

/// The consequences of an attempt's outcome for its delivery and its endpoint. Pure: the caller gives time and chance.
struct AttemptEvaluation: Sendable {
    let outcome: DeliveryClient.Outcome
    /// Attempts before this one since the retry schedule began.
    let step: Int
    let lane: Int
    /// True for the callback URL of bots. One such URL serves many bots.
    let isCallback: Bool
    /// The time of the outcome.
    let now: Timestamp

    /// Seconds that a 429 or 503 asked for.
    private var requestedPause: Double? {
        outcome.status == 429 || outcome.status == 503 ? outcome.retryAfter : nil
    }

    /// The delivery's next state.
    /// - Parameter random: uniform in 0..<1, for the delay's jitter.
    func next(_ schedule: RetrySchedule, random: Double) -> PendingDeliveries.Next {
        if outcome.delivered { return .init(status: .delivered, at: nil, lane: 0, reason: nil) }
        // A 410 of a callback URL ends this delivery only.
        if outcome.status == 410, isCallback { return .init(status: .dead, at: nil, lane: 0, reason: "gone") }
        guard let delay = schedule.delay(after: step + 1, retryAfter: requestedPause, random: random) else {
            return .init(status: .dead, at: nil, lane: 0, reason: "attempts_exhausted")
        }
        return .init(
            status: .pending, at: now.adding(seconds: delay), lane: step >= 1 || lane == 2 ? 1 : 0, reason: nil)
    }

    /// Returns false if the outcome leaves an endpoint of this health as it is.
    func concerns(_ health: EndpointHealth) -> Bool {
        !outcome.delivered || health.failures > 0 || health.opensAt != nil
    }

    /// A change of an endpoint by an outcome.
    struct EndpointChange: Sendable {
        let health: EndpointHealth
        let isHealthStored: Bool
        /// True if all that waits for a retry at the endpoint becomes due.
        var hastens = false
        /// Set if the endpoint is disabled.
        var disabledFor: String?
        let result: AttemptResult
    }

    /// - Parameters:
    ///   - health: the endpoint's present one; other attempts may have ended meanwhile.
    ///   - retryAt: when the delivery is due again.
    func change(of health: EndpointHealth, retryAt: Timestamp?) -> EndpointChange {
        var health = health
        if outcome.delivered {
            let verdict = health.succeed(at: now)
            return EndpointChange(
                health: health, isHealthStored: verdict != .unchanged, hastens: verdict == .recovered,
                result: .recovered)
        }
        let verdict = health.fail(
            outcome.error ?? "answered \(outcome.status ?? 0)", retryAfter: requestedPause, at: now)
        var reason: String?
        if !isCallback {
            // After a 410 the receiver refuses all further deliveries. Pending ones are held, not dropped.
            if outcome.status == 410 {
                reason = "410 Gone"
            } else if case .disable(let why) = verdict {
                reason = why
            }
        }
        return EndpointChange(
            health: health, isHealthStored: verdict != .unchanged, disabledFor: reason,
            result: reason == nil ? .failed(next: retryAt, opensAt: health.opensAt) : .disabled)
    }
}
