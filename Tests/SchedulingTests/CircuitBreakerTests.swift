import Scheduling
import Testing

@Suite struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    private func refusal(_ breaker: inout CircuitBreaker, _ at: ContinuousClock.Instant) -> Double? {
        breaker.refusal(at: at)
    }
    private func taken(_ budget: inout RetryBudget, of count: Int, _ at: ContinuousClock.Instant) -> Int {
        (0..<count).count { _ in budget.take(at: at) }
    }

    @Test func `The breaker opens after failures in a row, probes, and closes again`() {
        var breaker = CircuitBreaker()
        for _ in 1..<CircuitBreaker.threshold { breaker.recordResult(success: false, at: start) }
        #expect(refusal(&breaker, start) == nil)
        breaker.recordResult(success: true, at: start)
        for _ in 0..<CircuitBreaker.threshold { breaker.recordResult(success: false, at: start) }
        #expect(breaker.isOpen)
        #expect((refusal(&breaker, start) ?? 0) > 1)
        let probe = start + .seconds(2)
        #expect(refusal(&breaker, probe) == nil, "one may go and see")
        #expect(refusal(&breaker, probe) != nil, "the others wait for it")
        breaker.recordResult(success: false, at: probe)
        #expect((refusal(&breaker, probe) ?? 0) > 3, "twice as long now")
        let again = probe + .seconds(4)
        #expect(refusal(&breaker, again) == nil)
        breaker.recordResult(success: true, at: again)
        #expect(!breaker.isOpen)
        #expect(refusal(&breaker, again) == nil)
    }

    @Test func `A probe that never ends is followed by another`() {
        var breaker = CircuitBreaker()
        for _ in 0..<CircuitBreaker.threshold { breaker.recordResult(success: false, at: start) }
        #expect(refusal(&breaker, start + .seconds(3)) == nil)
        #expect(refusal(&breaker, start + .seconds(10)) != nil)
        #expect(refusal(&breaker, start + .seconds(40)) == nil)
    }

    @Test func `Asking until when it is closed is no call, and a probe that was given up is followed by the next call`()
    {
        var breaker = CircuitBreaker()
        #expect(breaker.closedUntil(start) == nil)
        for _ in 0..<CircuitBreaker.threshold { breaker.recordResult(success: false, at: start) }
        #expect(breaker.closedUntil(start + .seconds(1)) == 1)
        let probe = start + .seconds(2)
        #expect(breaker.closedUntil(probe) == nil && breaker.closedUntil(probe) == nil, "it takes no probe")
        #expect(refusal(&breaker, probe) == nil)
        #expect(breaker.closedUntil(probe) == 1, "the probe is under way")
        breaker.abandon(at: probe)
        #expect(breaker.isOpen && refusal(&breaker, probe) == nil, "the next call is the probe")
        breaker.recordResult(success: true, at: probe)
        breaker.abandon(at: probe)
        #expect(!breaker.isOpen, "a closed one stays closed")
    }

    @Test func `Calls save up no more than thirty repeats, and a failure while it is open changes nothing`() {
        var budget = RetryBudget()
        for _ in 0..<1000 { budget.noteCall(at: start) }
        #expect(taken(&budget, of: 100, start) == Int(RetryBudget.most))
        var breaker = CircuitBreaker()
        for _ in 0..<CircuitBreaker.threshold { breaker.recordResult(success: false, at: start) }
        breaker.recordResult(success: false, at: start + .seconds(1))
        #expect(breaker.closedUntil(start + .seconds(1)) == 1)
    }

    @Test func `Repeats are a fifth of the calls, and three a second`() {
        var budget = RetryBudget()
        #expect(taken(&budget, of: 10, start) == 3)
        for _ in 0..<51 { budget.noteCall(at: start) }
        #expect(taken(&budget, of: 50, start) == 10)
        #expect(taken(&budget, of: 10, start + .seconds(1)) == 3)
    }
}
