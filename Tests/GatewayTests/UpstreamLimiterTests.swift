import MeetingBaaS
import Scheduling
import Testing

@testable import Gateway

/// The pure parts of what stands before Meeting BaaS; time is given.
@Suite struct UpstreamLimiterTests {
    private let start = ContinuousClock.now

    @Test(arguments: [1, 2, 5, 10, 20, 100])
    func `No second of upstream's holds more writes than its limit`(limit: Int) {
        var bucket = PerSecondLimit(limit: limit)
        // Asked every millisecond for ten seconds.
        let taken = (0..<10_000).filter { bucket.take(at: start + .milliseconds($0)) }
        for from in taken {
            let window = taken.filter { (from..<from + 1000).contains($0) }.count
            #expect(window <= limit, "\(window) writes within a second of limit \(limit)")
        }
        #expect(Double(taken.count) >= 10 * Double(limit) * 0.5, "\(taken.count): it is paced, not starved")
    }

    @Test func `A limit that is told holds from then on`() {
        var bucket = PerSecondLimit(limit: 5)
        bucket.update(limit: 20, remaining: 19, reset: 1, at: start)
        #expect(bucket.limit == 20 && bucket.perSecond + bucket.burst <= 20.9)
        bucket.update(limit: 20, remaining: 0, reset: 2, at: start)
        let (early, late) = (bucket.take(at: start + .seconds(1)), bucket.take(at: start + .milliseconds(2100)))
        #expect(!early && late)
        var other = PerSecondLimit(limit: 5)
        other.update(limit: 0, remaining: nil, reset: nil, at: start)
        #expect(other.limit == 5, "nonsense is not learned")
    }

    @Test func `The wait is told before it is waited`() {
        var bucket = PerSecondLimit(limit: 10)
        while bucket.take(at: start) {}
        let wait = bucket.wait(for: 8, at: start)
        #expect(abs(wait - 8 / bucket.perSecond) < 0.01, "\(wait)")
        bucket.pause(until: start + .seconds(3))
        let longer = bucket.wait(for: 8, at: start)
        #expect(longer > 3.9)
    }

    @Test func `Who writes without pause cannot take what others may send at once`() {
        var account = WriteBudget.Account()
        account.limit.update(limit: 20, remaining: 19, reset: 1, at: start)
        // Rested: the bucket is full.
        let rested = start + .seconds(60)
        let noisy = (0..<10).count { _ in account.takeAtOnce("noisy", at: rested) }
        let quiet = (0..<10).count { _ in account.takeAtOnce("quiet", at: rested) }
        #expect(noisy == Int(account.limit.tenantBurst) && quiet == Int(account.limit.reserve), "\(noisy), \(quiet)")
        // Alone, it is not slowed down: what is kept is kept once.
        var alone = WriteBudget.Account()
        alone.limit.update(limit: 20, remaining: 19, reset: 1, at: start)
        let sent = (0..<10_000).count { alone.takeAtOnce("noisy", at: start + .milliseconds($0)) }
        #expect(Double(sent) >= 10 * alone.limit.perSecond - 2, "\(sent)")
    }
}
