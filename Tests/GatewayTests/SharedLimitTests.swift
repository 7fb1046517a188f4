import JSONValue
import Testing

@testable import Gateway

/// Two replicas' buckets for one tenant, which exchange what they admitted each second.
struct SharedLimitTests {
    private static let rate = RateLimiter.Rate(perSecond: 100, burst: 100)

    /// Asks so many times within one second.
    private func admitted(_ limiter: RateLimiter, _ requests: Int, second: Int) -> Int {
        (0..<requests).count { number in
            let now = Timestamp(milliseconds: Int64(1_000_000 + second * 1_000 + number * 1_000 / requests))
            return limiter.take("t", Self.rate, at: now).isAllowed
        }
    }

    private func exchange(_ one: RateLimiter, _ two: RateLimiter) {
        let (ofOne, ofTwo) = (one.takeCounts(), two.takeCounts())
        one.charge(ofTwo)
        two.charge(ofOne)
    }

    @Test func `Together they admit little more than the limit, alone one admits all of it`() {
        let (one, two) = (RateLimiter(), RateLimiter())
        exchange(one, two)
        var sums: [Int] = []
        for second in 0..<12 {
            sums.append(admitted(one, 300, second: second) + admitted(two, 300, second: second))
            exchange(one, two)
        }
        // The bursts of both are gone by then. Over two seconds, as replicas ask in turns.
        for (first, second) in zip(sums[4...], sums[5...]) { #expect(first + second <= 260, "\(sums)") }
        #expect(sums[4...].reduce(0, +) >= 8 * 80, "\(sums)")
        // Then one of them alone.
        var alone: [Int] = []
        for second in 12..<20 {
            alone.append(admitted(one, 300, second: second))
            exchange(one, two)
        }
        #expect(alone.suffix(4).allSatisfy { $0 >= 95 }, "\(alone)")
    }

    @Test func `Without reports each admits an equal part`() {
        let limiter = RateLimiter()
        limiter.setShare(2)
        #expect(admitted(limiter, 300, second: 0) <= 101)
        #expect((49...51).contains(admitted(limiter, 300, second: 1)))
        limiter.setShare(1)
        #expect(admitted(limiter, 300, second: 2) >= 99)
    }
}
