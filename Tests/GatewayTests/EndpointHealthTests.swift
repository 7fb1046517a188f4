import JSONValue
import Testing

@testable import Gateway

/// The breaker of an endpoint; time is given.
@Suite struct EndpointHealthTests {
    private let start = Timestamp(milliseconds: 1_800_000_000_000)

    private func failed(_ times: Int, every seconds: Double = 1) -> (EndpointHealth, Timestamp) {
        var health = EndpointHealth()
        var now = start
        for _ in 0..<times {
            now = now.adding(seconds: seconds)
            _ = health.fail("timeout", retryAfter: nil, at: now)
        }
        return (health, now)
    }

    @Test func `It opens after failures in a row, probes, and closes again`() {
        var (health, now) = failed(EndpointHealth.threshold - 1)
        #expect(health.opensAt == nil && health.state(at: now) == .failing)
        var verdict = health.succeed(at: now)
        #expect(verdict == .changed && health.state(at: now) == .healthy)
        (health, now) = failed(EndpointHealth.threshold)
        #expect(health.opensAt == now.adding(seconds: 10) && health.state(at: now) == .failing)
        // An attempt that began earlier says nothing new.
        _ = health.fail("timeout", retryAfter: nil, at: now.adding(seconds: 1))
        #expect(health.pause == 10)
        let probe = now.adding(seconds: 10)
        #expect(health.state(at: probe) == .halfOpen)
        _ = health.fail("timeout", retryAfter: nil, at: probe)
        #expect(health.pause == 20 && health.opensAt == probe.adding(seconds: 20))
        verdict = health.succeed(at: probe.adding(seconds: 20))
        #expect(verdict == .recovered)
        #expect(health.failures == 0 && health.opensAt == nil && health.lastError == nil)
        verdict = health.succeed(at: probe.adding(seconds: 21))
        #expect(verdict == .unchanged)
    }

    @Test func `The pause ends at ten minutes`() {
        let (health, _) = failed(40, every: 700)
        #expect(health.pause == EndpointHealth.lastPause)
    }

    @Test func `It is switched off after five days and twenty attempts, not before both`() {
        var (health, now) = failed(19, every: 6 * 86_400 / 19)
        var verdict = health.fail("x", retryAfter: nil, at: now.adding(seconds: 1))
        #expect(verdict == .disable(reason: "failing for five days, last with: x"))
        (health, now) = failed(100, every: 60)
        verdict = health.fail("x", retryAfter: nil, at: now)
        #expect(verdict == .changed, "many, but within two hours")
    }

    @Test func `Who asks for time gets it, all of the endpoint`() {
        var health = EndpointHealth()
        _ = health.fail("answered 429", retryAfter: 60, at: start)
        #expect(health.opensAt == start.adding(seconds: 60))
        _ = health.fail("answered 429", retryAfter: 1_000_000, at: start.adding(seconds: 60))
        #expect(health.opensAt == start.adding(seconds: 660), "ten minutes at most; the delivery itself waits longer")
    }

    @Test func `What a receiver echoes of what it was told is not kept`() {
        #expect(DeliveryAttempt.kept(Array("you said s3cret!".utf8), ["s3cret"]) == "you said [redacted]!")
        #expect(DeliveryAttempt.kept([], ["s3cret"]) == nil && DeliveryAttempt.kept(Array("ok".utf8), [""]) == "ok")
    }

    @Test func `Only links that stood there are made fresh`() {
        let found: JSON = ["video": "https://new/v", "audio": .null, "transcription": "https://new/t"]
        #expect(
            ArtifactLinkRefresher.replaced(
                #"{"video":"https://old/v","audio":"https://old/a","transcription":null,"n":1.50}"#, found)
                == #"{"video":"https://new/v","audio":"https://old/a","transcription":null,"n":1.50}"#)
        #expect(ArtifactLinkRefresher.replaced(#"{"mp4":"https://old/v"}"#, found) == #"{"mp4":"https://new/v"}"#)
    }
}
