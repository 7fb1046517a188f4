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
    private struct Entry {
        /// The first use cuts its tokens to the burst.
        var bucket = TokenBucket(tokens: .greatestFiniteMagnitude)
        /// nil until it is asked here: only the request names its limit.
        var refill: TokenBucket.Rate?
        /// Tokens that other replicas gave away before that.
        var charges: [(count: Double, at: ContinuousClock.Instant)] = []

        mutating func charge(_ count: Double, at instant: ContinuousClock.Instant) {
            guard let refill else {
                if charges.count >= RateLimiter.keptCharges { charges.removeFirst() }
                charges.append((count, instant))
                return
            }
            // A bucket that was not asked for long is full again before the tokens go.
            bucket.refill(refill, at: instant)
            bucket.spend(count)
        }

        mutating func apply(_ refill: TokenBucket.Rate, at instant: ContinuousClock.Instant) {
            self.refill = refill
            for charge in charges { self.charge(charge.count, at: charge.at) }
            charges = []
            bucket.refill(refill, at: instant)
        }
    }
    /// The last reports about a key that was not asked here yet. A second each: older ones have been made up for.
    private static let keptCharges = 8

    private struct State {
        var buckets = LRUMap<String, Entry>(capacity: capacity)
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
            var entry = known ?? Entry()
            entry.apply(refill, at: instant)
            let isAllowed = entry.bucket.hasTokens(max(cost, 1))
            if isAllowed {
                entry.bucket.spend(cost)
                state.counts?[key, default: 0] += Int(cost)
            }
            if cost > 0 || known != nil { state.buckets.insert(entry, for: key) }
            return Decision(
                isAllowed: isAllowed, rate: rate, remaining: Int(max(entry.bucket.tokens, 0)),
                reset: Int(entry.bucket.wait(for: isAllowed ? refill.burst : 1, refill).rounded(.up)))
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

    /// Takes the tokens that other replicas gave away.
    func charge(_ counts: [String: Int], at now: Timestamp) {
        let instant = epoch + .milliseconds(now.milliseconds)
        state.withLock { state in
            for (key, count) in counts {
                var entry = state.buckets.value(for: key) ?? Entry()
                entry.charge(Double(count), at: instant)
                state.buckets.insert(entry, for: key)
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
