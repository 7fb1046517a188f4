import Foundation
import MeetingBaaS
import Scheduling
import Synchronization

/// Meeting BaaS takes 5 to 20 writes per second of an account, from all senders together (facts/meeting-baas.md 3.4).
/// Writes are paced below that limit and shared by turns between tenants. A write waits at most `maxWait`; otherwise it
/// is refused with the seconds until its turn would come. A part of the burst is reserved for tenants that have not
/// just written, so a tenant that writes without pause cannot use up the burst of the others.
///
/// The limit comes from `x-ratelimit-*`. Kept in memory where one process writes to the accounts; replicas share the budget
/// in the database (`SharedWriteBudget`).
final class WriteBudget: Sendable {
    /// The longest that a write waits for its turn.
    static let maxWait = 5.0
    /// The limit until the account's first reply: the smallest plan's.
    static let presumed = 5

    /// Accounts are dropped after this time without a write, once there are more than `keptAccounts`.
    static let forgottenAfter = Duration.seconds(3600)
    static let keptAccounts = 1000

    typealias Instant = ContinuousClock.Instant

    struct Waiter: Sendable {
        let id: Int
        let until: Instant
        let continuation: CheckedContinuation<Int?, Never>
    }

    struct Account {
        var limit = PerSecondLimit(limit: WriteBudget.presumed)
        var queue = FairQueue<String, Waiter>()
        var tenantBursts = PerTenantBurst()
        var isPumping = false
        var lastID = 0
        /// The time of the last write, or of the last reply with limits.
        var usedAt = Instant.now

        /// Returns true if the account may be dropped: its rate is presumed again later.
        func isIdle(at now: Instant) -> Bool {
            queue.isEmpty && !isPumping && now - usedAt > WriteBudget.forgottenAfter
        }

        /// Returns true if a write need not wait: its tenant has some burst left, or more is free than what is
        /// reserved.
        mutating func takeAtOnce(_ tenant: String, at now: Instant) -> Bool {
            if limit.reserve > 0, !queue.contains(tenant), tenantBursts.has(tenant, limit, at: now),
                limit.take(at: now)
            {
                tenantBursts.spend(tenant)
                return true
            }
            return queue.isEmpty && limit.take(at: now, keeping: limit.reserve)
        }
    }

    /// The burst left for each tenant. A tenant that is not listed has not written for a while.
    struct PerTenantBurst {
        private var left: [String: (bucket: TokenBucket, usedAt: Instant)] = [:]

        mutating func has(_ tenant: String, _ limit: PerSecondLimit, at now: Instant) -> Bool {
            if left.count > 1000 { left = left.filter { (now - $0.value.usedAt).seconds < 60 } }
            var bucket = left[tenant]?.bucket ?? TokenBucket(tokens: limit.tenantBurst)
            bucket.refill(.init(perSecond: limit.perSecond / 2, burst: limit.tenantBurst), at: now)
            left[tenant] = (bucket, now)
            return bucket.hasTokens(1)
        }

        mutating func spend(_ tenant: String) { left[tenant]?.bucket.spend() }
    }

    private let accounts = Mutex<[String: Account]>([:])
    /// The budget in the database, where other processes write to the same accounts.
    private let shared: SharedWriteBudget?

    init(shared: SharedWriteBudget? = nil) { self.shared = shared }

    /// Writes that wait for their turn, for metrics.
    var waiting: Int { accounts.withLock { $0.values.reduce(0) { $0 + $1.queue.count } } + (shared?.waiting ?? 0) }

    /// Returns when the write may be sent.
    /// - Parameter tenant: whose write it is.
    /// - Throws: `UpstreamError.rateLimited`, also when the caller was cancelled meanwhile; `storageUnavailable` where the
    ///   budget is in the database, which did not answer.
    func take(account: String, tenant: String) async throws {
        if let shared { return try await shared.take(account: account, tenant: tenant) }
        enum Verdict { case go, refuse(Double), wait(Int) }
        let now = ContinuousClock.now
        let verdict: Verdict = accounts.withLock { accounts in
            if accounts.count > Self.keptAccounts { accounts = accounts.filter { !$0.value.isIdle(at: now) } }
            var state = accounts[account] ?? Account()
            state.usedAt = now
            defer { accounts[account] = state }
            if state.takeAtOnce(tenant, at: now) { return .go }
            let wait = state.limit.wait(
                for: state.queue.ahead(of: tenant) + 1, keeping: state.limit.reserve, at: now)
            if wait > Self.maxWait { return .refuse(wait) }
            state.lastID += 1
            return .wait(state.lastID)
        }
        switch verdict {
        case .go: return
        case .refuse(let wait): throw UpstreamError.rateLimited(retryAfter: Int(min(wait, 3600).rounded(.up)))
        case .wait(let id):
            let refusedFor = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let waiter = Waiter(id: id, until: now + .seconds(2 * Self.maxWait), continuation: continuation)
                    accounts.withLock { $0[account]?.queue.add(waiter, lane: tenant) }
                    if Task.isCancelled { leave(account, id) } else { pump(account) }
                }
            } onCancel: {
                leave(account, id)
            }
            // Either way nothing was sent.
            if Task.isCancelled { throw UpstreamError.rateLimited(retryAfter: 1) }
            if let refusedFor { throw UpstreamError.rateLimited(retryAfter: refusedFor) }
        }
    }

    private func leave(_ account: String, _ id: Int) {
        let gone = accounts.withLock { $0[account]?.queue.remove { $0.id == id } ?? [] }
        for waiter in gone { waiter.continuation.resume(returning: nil) }
    }

    /// Applies a reply's `x-ratelimit-*`: writes per second, writes left in this second, seconds until the next.
    func update(account: String, limit: Int?, remaining: Int?, reset: Int?) {
        guard limit != nil || remaining == 0 else { return }
        if let shared { return shared.update(account: account, limit: limit, remaining: remaining, reset: reset) }
        let now = ContinuousClock.now
        accounts.withLock { accounts in
            accounts[account, default: Account()].limit.update(
                limit: limit, remaining: remaining, reset: reset, at: now)
        }
    }

    /// Upstream refused a write for its rate: nothing is sent for so long.
    func pause(account: String, seconds: Int) {
        if let shared { return shared.pause(account: account, for: .seconds(seconds)) }
        let until = ContinuousClock.now + .seconds(seconds)
        accounts.withLock { $0[account, default: Account()].limit.pause(until: until) }
    }

    /// Sends waiters on as their turns come, until none waits.
    private func pump(_ account: String) {
        let starts = accounts.withLock { accounts in
            guard let state = accounts[account], !state.isPumping else { return false }
            accounts[account]?.isPumping = true
            return true
        }
        guard starts else { return }
        Task {
            while let pause = self.serve(account) {
                // The next token of the account's rate limit comes after this time.
                try? await Task.sleep(for: .seconds(pause))
            }
        }
    }

    /// - Returns: seconds until the next may go; nil when no write waits any more.
    private func serve(_ account: String) -> Double? {
        let now = ContinuousClock.now
        var (going, late): ([Waiter], [Waiter]) = ([], [])
        let pause: Double? = accounts.withLock { accounts in
            guard var state = accounts[account] else { return nil }
            defer { accounts[account] = state }
            late = state.queue.remove { $0.until <= now }
            while !state.queue.isEmpty, state.limit.take(at: now, keeping: state.limit.reserve) {
                if let waiter = state.queue.next() { going.append(waiter) }
            }
            if state.queue.isEmpty { state.isPumping = false }
            return state.queue.isEmpty
                ? nil : max(state.limit.wait(for: 1, keeping: state.limit.reserve, at: now), 0.005)
        }
        for waiter in going { waiter.continuation.resume(returning: nil) }
        for waiter in late { waiter.continuation.resume(returning: Int(Self.maxWait)) }
        return pause
    }
}

extension PerSecondLimit {
    /// Of the burst, what one tenant may take, and what is kept for those that did not.
    var tenantBurst: Double { max(1, (burst / 2).rounded(.down)) }
    var reserve: Double { burst - tenantBurst }

    /// The pause after a reply that leaves no more writes in this second.
    static func pause(reset: Int?) -> Duration { .milliseconds(1000 * min(max(reset ?? 1, 0), 5)) }

    /// Limits that are believed.
    static let sensible = 1...100_000

    /// Applies a reply's limits: writes per second, writes left in this second, seconds until the next.
    mutating func update(limit: Int?, remaining: Int?, reset: Int?, at now: Instant) {
        if let limit, Self.sensible.contains(limit) { change(limit: limit, at: now) }
        // Another client writes under this key too.
        if remaining == 0 { pause(until: now + Self.pause(reset: reset)) }
    }
}
