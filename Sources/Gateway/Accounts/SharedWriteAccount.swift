import Foundation
import Scheduling

/// One account's writes in this process, and the state of the common budget when it was last asked. A pure state machine;
/// the caller gives the time.
struct SharedWriteAccount {
    typealias Instant = ContinuousClock.Instant

    struct Waiter: Sendable {
        let id: UUID
        let tenant: String
        let until: Instant
        let end: @Sendable (SharedWriteBudget.Turn) -> Void
    }

    enum Step: Equatable {
        case stop
        /// Seconds until there is something to do.
        case wait(Double)
        case ask(AccountBudget.Request)
    }

    /// The pause after the database did not answer, before a pause is stored that nobody waits for.
    private static let retryReport = Duration.seconds(1)
    /// Replies to writes that were sent together name nearly the same pause: it is stored once.
    private static let samePause = Duration.milliseconds(100)

    /// Seconds; more than the ways of replicas to the database differ.
    private static let courtesy = 0.005

    /// Writes of tenants that have not just written.
    private var reserved = FairQueue<String, Waiter>()
    private var others = FairQueue<String, Waiter>()
    private var tenantBursts = WriteBudget.PerTenantBurst()
    /// The budget as it was last read. Other replicas may have taken from it since.
    private var limit = PerSecondLimit(limit: WriteBudget.presumed)
    private var pausedUntil: Instant?
    /// Before this time the others need not ask for tokens.
    private var askAt: Instant?
    /// When the others last got tokens.
    private var grantedAt: Instant?
    /// Learned from a reply, and not stored yet.
    private var learned: Int?
    private var unstoredPause: Instant?
    private var reportAt: Instant?
    private var isPumping = false
    private let signal = WakeSignal()
    private var usedAt = Instant.now

    var waiting: Int { reserved.count + others.count }

    /// Returns true if the account may be dropped: its limit is read again later.
    func isIdle(at now: Instant) -> Bool {
        waiting == 0 && !isPumping && now - usedAt > WriteBudget.forgottenAfter
    }

    // MARK: - writes that come and go

    /// - Returns: the seconds that a write would have to wait, if that is too long.
    mutating func admit(_ tenant: String, at now: Instant) -> Double? {
        usedAt = now
        if isRested(tenant, at: now) { return nil }
        let wait = limit.wait(for: others.ahead(of: tenant) + 1, keeping: limit.reserve, at: now)
        return wait > WriteBudget.maxWait ? wait : nil
    }

    /// Returns true if a write may use the reserve, and a token for it was left when the budget was last read.
    private mutating func isRested(_ tenant: String, at now: Instant) -> Bool {
        limit.reserve > 0 && !others.contains(tenant) && tenantBursts.has(tenant, limit, at: now)
            && limit.wait(for: 1, at: now) == 0
    }

    mutating func add(_ waiter: Waiter, at now: Instant) {
        if isRested(waiter.tenant, at: now) {
            tenantBursts.spend(waiter.tenant)
            reserved.add(waiter, lane: waiter.tenant)
        } else {
            others.add(waiter, lane: waiter.tenant)
        }
    }

    mutating func remove(where isGone: (Waiter) -> Bool) -> [Waiter] {
        reserved.remove(where: isGone) + others.remove(where: isGone)
    }

    /// Takes out those that waited too long.
    mutating func late(at now: Instant) -> [Waiter] { remove { $0.until <= now } }

    // MARK: - replies

    mutating func setLimit(_ learned: Int) {
        guard PerSecondLimit.sensible.contains(learned) else { return }
        self.learned = learned == limit.limit ? nil : learned
    }

    /// - Returns: true if the pause is to be stored.
    mutating func pause(until: Instant) -> Bool {
        usedAt = .now
        let known = max(pausedUntil ?? until - .seconds(3600), unstoredPause ?? until - .seconds(3600))
        guard until > known + Self.samePause else { return false }
        unstoredPause = until
        limit.pause(until: until)
        return true
    }

    // MARK: - the budget

    /// - Returns: true if the caller is to serve the account; the signal wakes whoever serves it.
    mutating func startPumping() -> (Bool, WakeSignal?) {
        defer { isPumping = true }
        return (!isPumping, signal)
    }

    mutating func next(at now: Instant) -> Step {
        if let until = unstoredPause, until <= now { unstoredPause = nil }
        let isReportDue = unstoredPause != nil && (reportAt ?? now) <= now
        if waiting == 0, unstoredPause == nil {
            isPumping = false
            return .stop
        }
        let pause = max(seconds(until: pausedUntil, at: now), seconds(until: unstoredPause, at: now))
        let mayAsk = pause == 0 && (!reserved.isEmpty || !others.isEmpty && seconds(until: askAt, at: now) == 0)
        guard mayAsk || isReportDue else {
            let report = unstoredPause == nil ? .infinity : seconds(until: reportAt, at: now)
            let tokens = waiting == 0 ? .infinity : max(pause, reserved.isEmpty ? seconds(until: askAt, at: now) : 0)
            // The first write may have waited too long before that.
            return .wait(min(max(min(report, tokens), 0.001), 1))
        }
        var request = AccountBudget.Request(limit: learned)
        // More is never granted than the burst.
        let most = Int(limit.burst)
        if mayAsk {
            request.reserved = min(reserved.count, most)
            request.others = min(others.count, most - request.reserved)
        }
        if let unstoredPause { request.pause = Int64((unstoredPause - now) / .milliseconds(1)) }
        return .ask(request)
    }

    private func seconds(until instant: Instant?, at now: Instant) -> Double {
        instant.map { max(($0 - now) / .seconds(1), 0) } ?? 0
    }

    /// - Returns: the writes that go.
    mutating func apply(
        _ grant: AccountBudget.Grant, for request: AccountBudget.Request, at now: Instant
    ) -> [Waiter] {
        if learned == request.limit { learned = nil }
        limit = PerSecondLimit(limit: grant.limit, tokens: grant.tokens, at: now)
        pausedUntil = grant.pause > 0 ? now + .seconds(grant.pause) : nil
        if let pausedUntil { limit.pause(until: pausedUntil) }
        // One that came meanwhile may be longer.
        if let until = unstoredPause, until <= (pausedUntil ?? now) + Self.samePause { unstoredPause = nil }
        if let unstoredPause { limit.pause(until: unstoredPause) }
        reportAt = nil
        if grant.others > 0 { grantedAt = now }
        // For the time of one token, who got one asks after the others, also those whose way to the database is longer.
        let yields = grantedAt.map { (now - $0) / .seconds(1) < 1 / limit.perSecond } ?? false
        // The database counts in milliseconds.
        let wait = (grant.wait > 0 ? grant.wait + 0.001 : 0) + (yields ? Self.courtesy : 0)
        askAt = wait > 0 ? now + .seconds(wait) : nil

        // A token whose write was cancelled meanwhile, and that no other waits for, is lost: used later, it would be one too
        // many in its second.
        // So is one that came during a pause that was learned meanwhile.
        let isPaused = seconds(until: unstoredPause, at: now) > 0
        let (fromReserve, fromRest) = isPaused ? (0, 0) : (grant.reserved, grant.others)
        var going: [Waiter] = []
        while going.count < fromReserve, let waiter = reserved.next() ?? others.next() { going.append(waiter) }
        while going.count < fromReserve + fromRest, let waiter = others.next() { going.append(waiter) }
        // Those that found no token take turns with the others.
        while reserved.count > 0, fromReserve < request.reserved, let waiter = reserved.next() {
            others.add(waiter, lane: waiter.tenant)
        }
        return going
    }

    /// The database did not answer.
    /// - Returns: the writes that are refused.
    mutating func failed(_ request: AccountBudget.Request, at now: Instant) -> [Waiter] {
        reportAt = now + Self.retryReport
        return remove { _ in true }
    }
}
