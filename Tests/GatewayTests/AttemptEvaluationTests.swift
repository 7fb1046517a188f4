import HTTPTransport
import JSONValue
import Scheduling
import Testing

@testable import Gateway
@testable import HTTPTransport

/// The consequences of outcomes; time and chance are given.
@Suite struct AttemptEvaluationTests {
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    private func evaluation(
        _ status: Int?, retryAfter: Double? = nil, error: String? = nil, step: Int = 0, lane: Int = 0,
        isCallback: Bool = false
    ) -> AttemptEvaluation {
        .init(
            outcome: .init(status: status, error: error, retryAfter: retryAfter), step: step, lane: lane,
            isCallback: isCallback, now: now)
    }

    private func next(_ evaluation: AttemptEvaluation) -> PendingDeliveries.Next {
        evaluation.next(.deliveries, random: 0.5)
    }

    @Test func `A delivery is taken, retried on the schedule, or given up after its last attempt`() {
        let taken = next(evaluation(204))
        #expect(taken.status == .delivered && taken.at == nil && taken.reason == nil)
        let steps = RetrySchedule.deliveries.steps
        for step in 0..<steps.count - 1 {
            let next = next(evaluation(500, step: step))
            #expect(next.status == .pending && next.at == now.adding(seconds: steps[step + 1]))
            #expect(next.lane == (step == 0 ? 0 : 1), "after the first retry it makes room for new ones")
        }
        let last = next(evaluation(500, step: steps.count - 1))
        #expect(last.status == .dead && last.at == nil && last.reason == "attempts_exhausted")
        #expect(next(evaluation(nil, error: "timeout")).status == .pending)
        #expect(next(evaluation(500, lane: 2)).lane == 1, "a replay that fails lets the next one go")
    }

    @Test func `A 429 or 503 may ask for more time, others not`() {
        #expect(next(evaluation(429, retryAfter: 60)).at == now.adding(seconds: 60))
        #expect(next(evaluation(503, retryAfter: 60)).at == now.adding(seconds: 60))
        #expect(next(evaluation(429, retryAfter: 1)).at == now.adding(seconds: 5), "not for less")
        #expect(next(evaluation(500, retryAfter: 60)).at == now.adding(seconds: 5))
        let health = evaluation(429, retryAfter: 60).change(of: EndpointHealth(), retryAt: nil).health
        #expect(health.opensAt == now.adding(seconds: 60))
        #expect(evaluation(500, retryAfter: 60).change(of: EndpointHealth(), retryAt: nil).health.opensAt == nil)
    }

    @Test func `A 410 disables an endpoint, and ends one delivery of a callback URL`() {
        let gone = evaluation(410)
        #expect(next(gone).status == .pending, "held with the others")
        let change = gone.change(of: EndpointHealth(), retryAt: nil)
        #expect(change.disabledFor == "410 Gone" && change.result == .disabled && change.health.failures == 1)
        let callback = evaluation(410, isCallback: true)
        #expect(next(callback).status == .dead && next(callback).reason == "gone")
        let kept = callback.change(of: EndpointHealth(), retryAt: nil)
        #expect(kept.disabledFor == nil && kept.result == .failed(next: nil, opensAt: nil))
    }

    @Test func `An endpoint that fails for five days is disabled, a callback URL is not`() {
        var health = EndpointHealth()
        health.failures = EndpointHealth.disableAttempts
        health.failingSince = now.adding(seconds: -EndpointHealth.disableAfter)
        let change = evaluation(nil, error: "timeout").change(of: health, retryAt: now)
        #expect(change.disabledFor == "failing for five days, last with: timeout" && change.result == .disabled)
        let callback = evaluation(nil, error: "timeout", isCallback: true).change(of: health, retryAt: now)
        #expect(callback.disabledFor == nil)
        #expect(callback.result == .failed(next: now, opensAt: callback.health.opensAt))
    }

    @Test func `A failure is noted with the next due time and the breaker's`() {
        var health = EndpointHealth()
        let first = evaluation(500).change(of: health, retryAt: now)
        #expect(first.result == .failed(next: now, opensAt: nil) && first.isHealthStored && !first.hastens)
        #expect(first.health.lastError == "answered 500")
        health.failures = EndpointHealth.threshold - 1
        let opening = evaluation(500).change(of: health, retryAt: now)
        #expect(opening.result == .failed(next: now, opensAt: now.adding(seconds: 10)))
    }

    @Test
    func `A delivery concerns an endpoint only if it failed before, and what waits is due when its breaker was open`() {
        let taken = evaluation(200)
        #expect(!taken.concerns(EndpointHealth()) && evaluation(500).concerns(EndpointHealth()))
        var health = EndpointHealth()
        health.failures = 1
        #expect(taken.concerns(health))
        let healed = taken.change(of: health, retryAt: nil)
        #expect(healed.result == .recovered && healed.isHealthStored && !healed.hastens && healed.health.failures == 0)
        (health.failures, health.pause, health.opensAt) = (5, 10, now)
        #expect(taken.change(of: health, retryAt: nil).hastens)
        // Another attempt healed it meanwhile.
        let again = taken.change(of: EndpointHealth(), retryAt: nil)
        #expect(!again.isHealthStored && again.result == .recovered)
    }
}
