import Scheduling
import Support
import Testing

/// Time is given.
@Suite struct TokenBucketTests {
    private let start = ContinuousClock.now
    private let rate = TokenBucket.Rate(perSecond: 2, burst: 4)

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func taken(
        _ bucket: inout TokenBucket, keeping kept: Double = 0, at now: ContinuousClock.Instant
    ) -> Int {
        var count = 0
        while bucket.take(rate, keeping: kept, at: now) { count += 1 }
        return count
    }

    @Test func `It gives its burst, then its rate, and never more than its burst at once`() {
        var bucket = TokenBucket(tokens: 4)
        #expect(taken(&bucket, at: start) == 4 && bucket.tokens == 0)
        #expect(bucket.wait(for: 1, rate) == 0.5 && bucket.wait(for: 4, rate) == 2)
        #expect(taken(&bucket, at: at(0.499)) == 0 && taken(&bucket, at: at(0.5)) == 1)
        #expect(taken(&bucket, at: at(1000)) == 4)
        // More than fits at the beginning is cut at the first use.
        var overfull = TokenBucket(tokens: 100, at: start)
        #expect(taken(&overfull, at: start) == 4)
        // Counted from the given beginning, not from the first use.
        var empty = TokenBucket(tokens: 0, at: start)
        #expect(taken(&empty, at: at(1)) == 2)
    }

    @Test func `Tokens that must be left over stay`() {
        var bucket = TokenBucket(tokens: 4)
        #expect(taken(&bucket, keeping: 3, at: start) == 1 && bucket.tokens == 3)
        #expect(bucket.wait(for: 1 + 3, rate) == 0.5)
    }

    @Test func `A clock that is set back gives nothing and takes nothing, and does not stop the bucket`() {
        var bucket = TokenBucket(tokens: 1)
        #expect(taken(&bucket, at: at(100)) == 1)
        #expect(taken(&bucket, at: start) == 0)
        #expect(taken(&bucket, at: at(0.5)) == 1)
    }

    @Test func `Tokens can be spent, added and looked at`() {
        var bucket = TokenBucket(tokens: 2)
        bucket.refill(rate, at: start)
        #expect(bucket.hasTokens(2) && !bucket.hasTokens(3))
        bucket.spend(2)
        #expect(!bucket.hasTokens(1) && bucket.hasTokens(0))
        bucket.add(0.5, rate)
        #expect(bucket.tokens == 0.5)
        bucket.add(100, rate)
        #expect(bucket.tokens == 4, "no more than the burst")
        // A sum of tenths is a whole token.
        var tenths = TokenBucket(tokens: 0, at: start)
        for _ in 0..<10 { tenths.add(0.1, rate) }
        #expect(tenths.hasTokens(1) && tenths.tokens == 1 && tenths.wait(for: 1, rate) == 0)
    }

    @Test func `A rate that changes keeps the tokens, up to its burst`() {
        var bucket = TokenBucket(tokens: 4)
        let smaller = TokenBucket.Rate(perSecond: 1, burst: 1)
        bucket.refill(rate, at: start)
        bucket.refill(smaller, at: start)
        #expect(bucket.tokens == 1)
        #expect(taken(&bucket, at: start) == 1)
        #expect(bucket.wait(for: 1, smaller) == 1)
    }

    @Test func `After the wait that it names, the tokens are there, whatever was taken`() {
        SeededGenerator.announce("bucket")
        var random = SeededGenerator("bucket")
        for _ in 0..<2_000 {
            let rate = TokenBucket.Rate(
                perSecond: Double.random(in: 0.1...500, using: &random),
                burst: Double(Int.random(in: 1...50, using: &random)))
            var bucket = TokenBucket(tokens: rate.burst, at: start)
            var now = start
            var (count, elapsed) = (0.0, 0.0)
            for _ in 0..<20 {
                if bucket.take(rate, at: now) {
                    count += 1
                } else {
                    let wait = bucket.wait(for: 1, rate)
                    #expect(wait > 0)
                    now += .seconds(wait)
                    elapsed += wait
                    let isTaken = bucket.take(rate, at: now)
                    #expect(isTaken)
                    count += 1
                }
            }
            #expect(count <= rate.burst + elapsed * rate.perSecond + 1e-6)
        }
    }
}
