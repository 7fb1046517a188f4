import JSONValue
import Scheduling
import SQL

/// The write budget of an account in the database, which all replicas share: a token bucket by the database's clock.
///
/// Every write of the gateway's takes turns with those of other replicas (`PostgresDatabase`), so what is read here is true
/// until the transaction ends.
enum AccountBudgetStore {
    /// Takes tokens, and stores what replies of Meeting BaaS said, by the database's clock.
    static func take(
        _ account: String, _ request: AccountBudget.Request, in tx: any Transaction
    ) throws -> AccountBudget.Grant { try take(account, request, at: nil, in: tx) }

    /// - Parameter now: nil: the database's time.
    static func take(
        _ account: String, _ request: AccountBudget.Request, at now: Timestamp?, in tx: any Transaction
    ) throws -> AccountBudget.Grant {
        // The time of after the wait for other writers.
        let now = try now ?? ReplicaStore.now(in: tx)
        let row = try tx.first(
            """
            SELECT tokens, refilled_at, limit_per_second, paused_until FROM account_budgets
            WHERE account_id = \(account)
            """)
        var budget =
            try row.map { row in
                AccountBudget(
                    tokens: try row.integer("tokens"), refilledAt: try row.time("refilled_at"),
                    limit: Int(try row.integer("limit_per_second")), pausedUntil: try row.time("paused_until"))
            } ?? AccountBudget(at: now)
        let grant = budget.take(request, at: now)
        try tx.run(
            """
            INSERT INTO account_budgets (account_id, tokens, refilled_at, limit_per_second, paused_until)
            VALUES (\(account), \(budget.tokens), \(budget.refilledAt.milliseconds), \(Int64(budget.limit)),
                \(budget.pausedUntil.milliseconds))
            ON CONFLICT (account_id) DO UPDATE SET tokens = excluded.tokens, refilled_at = excluded.refilled_at,
                limit_per_second = excluded.limit_per_second, paused_until = excluded.paused_until
            """)
        return grant
    }

    /// Budgets of accounts that have not written for a day. Their buckets are full, and a reply names the limit again.
    static func expired(at now: Timestamp) -> ExpiredRows {
        ExpiredRows(
            "account_budgets", key: "account_id", where: "refilled_at < \(now.adding(seconds: -86_400).milliseconds)")
    }
}

/// The state of an account's write budget. A pure state machine; the caller gives the time.
///
/// Its rate and burst are those of `PerSecondLimit`. A clock that was set back gives no tokens.
struct AccountBudget: Equatable {
    struct Request: Sendable, Equatable {
        /// Writes of tenants that have not just written: they may use the whole burst.
        var reserved = 0
        /// Other writes, which leave the reserve of the burst.
        var others = 0
        /// A limit that Meeting BaaS has named, in writes per second.
        var limit: Int?
        /// Nothing is to be sent for so many milliseconds.
        var pause: Int64?
    }

    struct Grant: Sendable, Equatable {
        var reserved = 0
        var others = 0
        /// The limit in writes per second.
        let limit: Int
        /// Tokens that are left.
        let tokens: Double
        /// Seconds for which nothing is sent.
        let pause: Double
        /// Seconds until more comes for writes that were asked for and not granted; 0 if all were.
        let wait: Double
    }

    /// In millionths.
    private(set) var tokens: Int64
    private(set) var refilledAt: Timestamp
    private(set) var limit: Int
    private(set) var pausedUntil: Timestamp

    private static let unit = 1_000_000.0
    private static let longestPause = Int64(UpstreamLimiter.longestPause) * 1000

    init(tokens: Int64, refilledAt: Timestamp, limit: Int, pausedUntil: Timestamp) {
        (self.tokens, self.refilledAt, self.limit, self.pausedUntil) = (tokens, refilledAt, limit, pausedUntil)
    }

    /// The budget of an account that has not written yet.
    init(at now: Timestamp) {
        let full = PerSecondLimit(limit: WriteBudget.presumed).burst
        self.init(
            tokens: Int64(full * Self.unit), refilledAt: now, limit: WriteBudget.presumed,
            pausedUntil: Timestamp(milliseconds: 0))
    }

    mutating func take(_ request: Request, at now: Timestamp) -> Grant {
        refill(at: now)
        if let learned = request.limit, PerSecondLimit.sensible.contains(learned), learned != limit {
            limit = learned
            // Cuts the tokens to the new burst.
            refill(at: now)
        }
        if let pause = request.pause, pause > 0 {
            pausedUntil = max(pausedUntil, Timestamp(milliseconds: now.milliseconds + pause))
        }
        // The clock may be set back later, or was since.
        if pausedUntil <= now { pausedUntil = Timestamp(milliseconds: 0) }
        pausedUntil = min(pausedUntil, Timestamp(milliseconds: now.milliseconds + Self.longestPause))
        let rates = PerSecondLimit(limit: limit)
        let pause = Double(max(pausedUntil.milliseconds - now.milliseconds, 0)) / 1000
        var (reserved, others) = (0, 0)
        if pause == 0 {
            reserved = whole(keeping: 0, most: request.reserved)
            others = whole(keeping: rates.reserve, most: request.others)
        }
        return Grant(
            reserved: reserved, others: others, limit: limit, tokens: Double(tokens) / Self.unit, pause: pause,
            wait: max(pause, wait(request.reserved + request.others - reserved - others, rates)))
    }

    /// Takes whole tokens.
    private mutating func whole(keeping kept: Double, most: Int) -> Int {
        let free = (tokens - Int64(kept * Self.unit)) / Int64(Self.unit)
        let taken = min(max(Int(free), 0), most)
        tokens -= Int64(taken) * Int64(Self.unit)
        return taken
    }

    /// Seconds until some of the missing tokens have come: half as many at once as a tenant's burst. So a replica asks some
    /// twenty times a second at the most, whatever the limit, and one that comes late finds the bucket not yet full.
    private func wait(_ missing: Int, _ rates: PerSecondLimit) -> Double {
        guard missing > 0 else { return 0 }
        let wanted = min(Double(missing), max(1, (rates.tenantBurst / 2).rounded(.down))) + rates.reserve
        return max(wanted - Double(tokens) / Self.unit, 0) / rates.perSecond
    }

    private mutating func refill(at now: Timestamp) {
        let rates = PerSecondLimit(limit: limit)
        let elapsed = Double(max(now.milliseconds - refilledAt.milliseconds, 0))
        // A bucket that is not used for years must not overflow.
        let gained = min(elapsed * rates.perSecond / 1000, rates.burst)
        tokens = min(tokens + Int64(gained * Self.unit), Int64(rates.burst * Self.unit))
        refilledAt = now
    }
}
