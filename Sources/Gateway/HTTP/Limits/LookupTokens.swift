import Scheduling

/// The turns of credential look-ups in storage: so many a second for each address, and so many in all.
///
/// One turn is one read, in which many credentials of the address may be looked up together. Times are given.
struct LookupTokens {
    enum Decision: Equatable {
        case taken
        /// The address has no turn before this time.
        case addressWaits(until: ContinuousClock.Instant)
        /// No look-up starts before this time.
        case allWait(until: ContinuousClock.Instant)
    }

    /// A bucket that holds the turns of one second.
    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant

        mutating func fill(_ perSecond: Double, at now: ContinuousClock.Instant) {
            guard now > at else { return }
            tokens = min(tokens + (now - at).seconds * perSecond, max(perSecond, 1))
            at = now
        }

        /// The time of the next whole token.
        func next(_ perSecond: Double) -> ContinuousClock.Instant { at + .seconds(max(1 - tokens, 1e-6) / perSecond) }
    }

    /// Addresses that are kept at the most. Above that the one that came least lately goes; the limit in all still holds.
    static let capacity = 50_000
    private let perAddress: Double
    private let total: Double
    private var all: Bucket
    private var byAddress = LRUMap<String, Bucket>(capacity: capacity)
    /// Turns that were taken so far.
    private(set) var taken = 0

    /// - Parameters:
    ///   - perAddress: turns a second for each address.
    ///   - total: turns a second in all.
    init(perAddress: Int, total: Int = 500, at now: ContinuousClock.Instant = .now) {
        self.perAddress = Double(perAddress)
        self.total = Double(total)
        all = Bucket(tokens: Double(total), at: now)
    }

    /// The number of addresses kept.
    var count: Int { byAddress.count }

    mutating func take(_ address: String, at now: ContinuousClock.Instant) -> Decision {
        all.fill(total, at: now)
        guard all.tokens >= 1 else { return .allWait(until: all.next(total)) }
        var bucket = byAddress.value(for: address) ?? Bucket(tokens: max(perAddress, 1), at: now)
        bucket.fill(perAddress, at: now)
        guard bucket.tokens >= 1 else {
            byAddress.insert(bucket, for: address)
            return .addressWaits(until: bucket.next(perAddress))
        }
        bucket.tokens -= 1
        all.tokens -= 1
        taken += 1
        byAddress.insert(bucket, for: address)
        return .taken
    }
}
