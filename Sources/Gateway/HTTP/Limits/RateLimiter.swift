import Foundation
import HTTPTypes
import JSONValue
import Scheduling
import Synchronization

/// Token buckets in memory, one for each key: `burst` tokens at most, `perSecond` of them come back.
///
/// A decision costs no look-up anywhere. Replicas each have their own buckets, so that a limit holds for each of them.
final class RateLimiter: Sendable {
    struct Rate: Sendable, Equatable {
        let perSecond: Double
        let burst: Double

        fileprivate var refill: TokenBucket.Rate { .init(perSecond: perSecond, burst: burst) }
    }

    /// The state of a bucket after a request, for the response's headers.
    struct Decision: Sendable, Equatable {
        let isAllowed: Bool
        let rate: Rate
        /// Whole tokens left.
        let remaining: Int
        /// Seconds until one more request may come, when none may now; else until the bucket is full.
        let reset: Int
    }

    /// Buckets that are kept at the most. Above that the one that was asked least lately goes: most likely it is full again, and
    /// a limit that protects fails open.
    static let capacity = 50_000
    private let buckets = Mutex(LRUMap<String, TokenBucket>(capacity: capacity))
    /// Stands for the beginning of the wall clock's time: the buckets count in instants.
    private let epoch = ContinuousClock.now

    /// Takes a token.
    /// - Parameter cost: 0 only looks.
    func take(_ key: String, _ rate: Rate, cost: Double = 1, at now: Timestamp) -> Decision {
        let (refill, instant) = (rate.refill, epoch + .milliseconds(now.milliseconds))
        return buckets.withLock { buckets in
            let known = buckets.value(for: key)
            var bucket = known ?? TokenBucket(tokens: rate.burst)
            bucket.refill(refill, at: instant)
            let isAllowed = bucket.hasTokens(max(cost, 1))
            if isAllowed { bucket.spend(cost) }
            if cost > 0 || known != nil { buckets.insert(bucket, for: key) }
            return Decision(
                isAllowed: isAllowed, rate: rate, remaining: Int(max(bucket.tokens, 0)),
                reset: Int(bucket.wait(for: isAllowed ? rate.burst : 1, refill).rounded(.up)))
        }
    }

    /// Buckets that are kept.
    var count: Int { buckets.withLock { $0.count } }
}

extension RateLimiter.Decision {
    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
    /// - Parameter policy: the limit's name.
    func add(to headers: inout some ResponseFields, _ policy: String) {
        let window = max(Int((rate.burst / rate.perSecond).rounded(.up)), 1)
        headers[.rateLimitPolicy] = "\"\(policy)\";q=\(Int(rate.burst));w=\(window)"
        headers[.rateLimit] = "\"\(policy)\";r=\(remaining);t=\(reset)"
    }

    /// The refusal of a request that has no token.
    func problem(_ policy: String, _ detail: String) -> Problem {
        var problem = Problem(.rateLimited, detail, action: .wait, retryAfter: max(reset, 1))
        add(to: &problem.headers, policy)
        return problem
    }
}

extension HTTPField.Name {
    static let rateLimit = HTTPField.Name.make("RateLimit")
    static let rateLimitPolicy = HTTPField.Name.make("RateLimit-Policy")
}
