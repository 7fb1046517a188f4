import Foundation
import HTTPTypes
import JSONValue
import Scheduling
import Synchronization

/// Token buckets in memory, one for each key: `burst` tokens at most, `perSecond` of them come back.
///
/// A decision costs no look-up anywhere. Where replicas share a limit, `RequestReports` takes what the others admitted.
final class RateLimiter: Sendable {
    struct Rate: Sendable, Equatable {
        let perSecond: Double
        let burst: Double

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
    private struct State {
        var buckets = LRUMap<String, TokenBucket>(capacity: capacity)
        /// Tokens taken for each key since the last report; nil where nobody asks for them.
        var counts: [String: Int]?
        /// Each of so many replicas admits an equal part.
        var share = 1.0
    }
    private let state = Mutex(State())
    /// Stands for the beginning of the wall clock's time: the buckets count in instants.
    private let epoch = ContinuousClock.now

    /// Takes a token.
    /// - Parameter cost: 0 only looks.
    func take(_ key: String, _ rate: Rate, cost: Double = 1, at now: Timestamp) -> Decision {
        let instant = epoch + .milliseconds(now.milliseconds)
        return state.withLock { state in
            let refill = TokenBucket.Rate(perSecond: rate.perSecond / state.share, burst: rate.burst / state.share)
            let known = state.buckets.value(for: key)
            var bucket = known ?? TokenBucket(tokens: refill.burst)
            bucket.refill(refill, at: instant)
            let isAllowed = bucket.hasTokens(max(cost, 1))
            if isAllowed {
                bucket.spend(cost)
                state.counts?[key, default: 0] += Int(cost)
            }
            if cost > 0 || known != nil { state.buckets.insert(bucket, for: key) }
            return Decision(
                isAllowed: isAllowed, rate: rate, remaining: Int(max(bucket.tokens, 0)),
                reset: Int(bucket.wait(for: isAllowed ? refill.burst : 1, refill).rounded(.up)))
        }
    }

    /// Buckets that are kept.
    var count: Int { state.withLock { $0.buckets.count } }

    // MARK: - several replicas

    /// The tokens taken for each key since the last call, which begins to count them.
    func takeCounts() -> [String: Int] {
        state.withLock { state in
            defer { state.counts = [:] }
            return state.counts ?? [:]
        }
    }

    /// Takes the tokens that other replicas gave away, from buckets that are known here.
    func charge(_ counts: [String: Int]) {
        state.withLock { state in
            for (key, count) in counts {
                guard var bucket = state.buckets.value(for: key) else { continue }
                bucket.spend(Double(count))
                state.buckets.insert(bucket, for: key)
            }
        }
    }

    /// Each of so many replicas admits an equal part from now on.
    func setShare(_ replicas: Int) { state.withLock { $0.share = Double(max(replicas, 1)) } }
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
