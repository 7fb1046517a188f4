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

    /// Addresses that are kept at the most. Above that the one that came least lately goes; the limit in all still holds.
    static let capacity = 50_000
    private let perAddress: TokenBucket.Rate
    private let total: TokenBucket.Rate
    private var all: TokenBucket
    private var byAddress = LRUMap<String, TokenBucket>(capacity: capacity)
    /// Turns that were taken so far.
    private(set) var taken = 0

    /// - Parameters:
    ///   - perAddress: turns a second for each address.
    ///   - total: turns a second in all.
    init(perAddress: Int, total: Int = 500, at now: ContinuousClock.Instant = .now) {
        self.perAddress = Self.oneSecond(perAddress)
        self.total = Self.oneSecond(total)
        all = TokenBucket(tokens: Double(total), at: now)
    }

    /// The number of addresses kept.
    var count: Int { byAddress.count }

    mutating func take(_ address: String, at now: ContinuousClock.Instant) -> Decision {
        all.refill(total, at: now)
        guard all.hasTokens(1) else { return .allWait(until: now + .seconds(all.wait(for: 1, total))) }
        var bucket = byAddress.value(for: address) ?? TokenBucket(tokens: perAddress.burst, at: now)
        let isTaken = bucket.take(perAddress, at: now)
        byAddress.insert(bucket, for: address)
        guard isTaken else { return .addressWaits(until: now + .seconds(bucket.wait(for: 1, perAddress))) }
        all.spend()
        taken += 1
        return .taken
    }

    /// The rate of a bucket that holds the turns of one second, one at least.
    private static func oneSecond(_ turns: Int) -> TokenBucket.Rate {
        .init(perSecond: Double(turns), burst: max(Double(turns), 1))
    }
}
