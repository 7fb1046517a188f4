import MeetingBaaS
import Testing
import Webhooks

@testable import Gateway

/// The pure parts of what stands before Meeting BaaS; time is given.
@Suite struct UpstreamLimiterTests {
    private let start = ContinuousClock.now

    @Test(arguments: [1, 2, 5, 10, 20, 100])
    func `No second of upstream's holds more writes than its limit`(limit: Int) {
        var pace = TokenBucket(limit: limit)
        // Asked every millisecond for ten seconds.
        let taken = (0..<10_000).filter { pace.take(at: start + .milliseconds($0)) }
        for from in taken {
            let window = taken.filter { (from..<from + 1000).contains($0) }.count
            #expect(window <= limit, "\(window) writes within a second of limit \(limit)")
        }
        #expect(Double(taken.count) >= 10 * Double(limit) * 0.5, "\(taken.count): it is paced, not starved")
    }

    @Test func `A limit that is told holds from then on`() {
        var pace = TokenBucket(limit: 5)
        pace.learn(limit: 20, remaining: 19, reset: 1, at: start)
        #expect(pace.limit == 20 && pace.perSecond + pace.burst <= 20.9)
        pace.learn(limit: 20, remaining: 0, reset: 2, at: start)
        let (early, late) = (pace.take(at: start + .seconds(1)), pace.take(at: start + .milliseconds(2100)))
        #expect(!early && late)
        var other = TokenBucket(limit: 5)
        other.learn(limit: 0, remaining: nil, reset: nil, at: start)
        #expect(other.limit == 5, "nonsense is not learned")
    }

    @Test func `The wait is told before it is waited`() {
        var pace = TokenBucket(limit: 10)
        while pace.take(at: start) {}
        let wait = pace.wait(for: 8, at: start)
        #expect(abs(wait - 8 / pace.perSecond) < 0.01, "\(wait)")
        pace.pause(until: start + .seconds(3))
        let longer = pace.wait(for: 8, at: start)
        #expect(longer > 3.9)
    }

    @Test func `Who writes without pause cannot take what others may send at once`() {
        var account = WriteBudget.Account()
        account.pace.learn(limit: 20, remaining: 19, reset: 1, at: start)
        // Rested: the bucket is full.
        let rested = start + .seconds(60)
        let noisy = (0..<10).count { _ in account.takeAtOnce("noisy", at: rested) }
        let quiet = (0..<10).count { _ in account.takeAtOnce("quiet", at: rested) }
        #expect(noisy == Int(account.pace.laneBurst) && quiet == Int(account.pace.reserve), "\(noisy), \(quiet)")
        // Alone, it is not slowed down: what is kept is kept once.
        var alone = WriteBudget.Account()
        alone.pace.learn(limit: 20, remaining: 19, reset: 1, at: start)
        let sent = (0..<10_000).count { alone.takeAtOnce("noisy", at: start + .milliseconds($0)) }
        #expect(Double(sent) >= 10 * alone.pace.perSecond - 2, "\(sent)")
    }

    private func refusal(_ breaker: inout Breaker, _ at: ContinuousClock.Instant) -> Double? { breaker.refusal(at: at) }
    private func taken(_ budget: inout RetryBudget, of count: Int, _ at: ContinuousClock.Instant) -> Int {
        (0..<count).count { _ in budget.take(at: at) }
    }

    @Test func `The breaker opens after failures in a row, probes, and closes again`() {
        var breaker = Breaker()
        for _ in 1..<Breaker.threshold { breaker.note(success: false, at: start) }
        #expect(refusal(&breaker, start) == nil)
        breaker.note(success: true, at: start)
        for _ in 0..<Breaker.threshold { breaker.note(success: false, at: start) }
        #expect(breaker.isOpen)
        #expect((refusal(&breaker, start) ?? 0) > 1)
        let probe = start + .seconds(2)
        #expect(refusal(&breaker, probe) == nil, "one may go and see")
        #expect(refusal(&breaker, probe) != nil, "the others wait for it")
        breaker.note(success: false, at: probe)
        #expect((refusal(&breaker, probe) ?? 0) > 3, "twice as long now")
        let again = probe + .seconds(4)
        #expect(refusal(&breaker, again) == nil)
        breaker.note(success: true, at: again)
        #expect(!breaker.isOpen)
        #expect(refusal(&breaker, again) == nil)
    }

    @Test func `A probe that never ends is followed by another`() {
        var breaker = Breaker()
        for _ in 0..<Breaker.threshold { breaker.note(success: false, at: start) }
        #expect(refusal(&breaker, start + .seconds(3)) == nil)
        #expect(refusal(&breaker, start + .seconds(10)) != nil)
        #expect(refusal(&breaker, start + .seconds(40)) == nil)
    }

    @Test func `Repeats are a fifth of the calls, and three a second`() {
        var budget = RetryBudget()
        #expect(taken(&budget, of: 10, start) == 3)
        for _ in 0..<51 { budget.noteCall(at: start) }
        #expect(taken(&budget, of: 50, start) == 10)
        #expect(taken(&budget, of: 10, start + .seconds(1)) == 3)
    }
}
