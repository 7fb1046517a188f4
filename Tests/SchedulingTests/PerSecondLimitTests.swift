import Scheduling
import Testing

/// Time is given.
@Suite struct PerSecondLimitTests {
    private let start = ContinuousClock.now

    private func taken(_ limit: inout PerSecondLimit, at now: ContinuousClock.Instant) -> Int {
        var count = 0
        while limit.take(at: now) { count += 1 }
        return count
    }

    @Test(arguments: [1, 2, 5, 7, 10, 50]) func `No second holds more than the limit, however it is asked`(most: Int) {
        var limit = PerSecondLimit(limit: most)
        let taken = (0..<5_000).filter { limit.take(at: start + .milliseconds($0)) }
        for from in taken { #expect(taken.count { (from..<from + 1000).contains($0) } <= most) }
        #expect(Double(taken.count) >= 5 * Double(most) * 0.5)
    }

    @Test func `A fifth goes at once, and the wait is known before it is waited`() {
        var limit = PerSecondLimit(limit: 10)
        #expect(limit.burst == 2 && taken(&limit, at: start) == 2)
        let wait = limit.wait(for: 1, at: start)
        #expect(abs(wait - 1 / limit.perSecond) < 1e-9)
        #expect(taken(&limit, at: start + .seconds(wait)) == 1)
        let longer = limit.wait(for: 1, keeping: 1, at: start + .seconds(wait))
        #expect(abs(longer - 2 / limit.perSecond) < 1e-9)
    }

    @Test func `While it is paused nothing goes, and the longer pause counts`() {
        var limit = PerSecondLimit(limit: 10)
        limit.pause(until: start + .seconds(5))
        limit.pause(until: start + .seconds(2))
        #expect(taken(&limit, at: start + .seconds(4)) == 0)
        let wait = limit.wait(for: 1, at: start + .seconds(4))
        #expect(wait == 1)
        #expect(taken(&limit, at: start + .seconds(5)) == 2)
    }

    @Test func `A new limit holds from then on, and gives no tokens for the time before`() {
        var limit = PerSecondLimit(limit: 100)
        limit.change(limit: 5, at: start)
        #expect(limit.limit == 5 && taken(&limit, at: start) == 1)
        limit.change(limit: 100, at: start)
        #expect(taken(&limit, at: start) == 0)
    }
}
