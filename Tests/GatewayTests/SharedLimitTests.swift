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

    private func time(_ second: Int) -> Timestamp { Timestamp(milliseconds: Int64(1_000_000 + second * 1_000)) }

    /// - Parameter second: the one that has ended.
    private func exchange(_ one: RateLimiter, _ two: RateLimiter, second: Int = 0) {
        let (ofOne, ofTwo) = (one.takeCounts(), two.takeCounts())
        one.charge(ofTwo, at: time(second + 1))
        two.charge(ofOne, at: time(second + 1))
    }

    @Test func `Together they admit little more than the limit, alone one admits all of it`() {
        let (one, two) = (RateLimiter(), RateLimiter())
        exchange(one, two)
        var sums: [Int] = []
        for second in 0..<12 {
            sums.append(admitted(one, 300, second: second) + admitted(two, 300, second: second))
            exchange(one, two, second: second)
        }
        // The bursts of both are gone by then. Over two seconds, as replicas ask in turns.
        for (first, second) in zip(sums[4...], sums[5...]) { #expect(first + second <= 260, "\(sums)") }
        #expect(sums[4...].reduce(0, +) >= 8 * 80, "\(sums)")
        // Then one of them alone.
        var alone: [Int] = []
        for second in 12..<20 {
            alone.append(admitted(one, 300, second: second))
            exchange(one, two, second: second)
        }
        #expect(alone.suffix(4).allSatisfy { $0 >= 95 }, "\(alone)")
    }

    @Test(arguments: [false, true])
    func `A tenant that comes to a replica after a while finds no more than what others have left`(isNew: Bool) {
        let (one, two) = (RateLimiter(), RateLimiter())
        exchange(one, two)
        if !isNew { #expect(admitted(one, 1, second: 0) == 1) }
        for second in 0..<20 {
            #expect(admitted(two, 300, second: second) >= 95)
            exchange(one, two, second: second)
        }
        // Its whole limit went to the other one.
        let found = one.take("t", Self.rate, cost: 0, at: time(20)).remaining
        #expect(found <= 5, "\(found)")
        // And one that rests has it again.
        #expect(one.take("t", Self.rate, cost: 0, at: time(22)).remaining >= 95)
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
