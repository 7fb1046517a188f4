import HTTPTransport
import MeetingBaaS
import Scheduling
import Synchronization

/// The limiter of all calls to Meeting BaaS, from the API and the mirror: shedding, the breaker, the account's write
/// budget, and one retry of calls that are safe to repeat.
final class UpstreamLimiter: Sendable {
    /// Calls at once, beyond which new ones are refused.
    static let inFlightLimit = HTTPClients.upstreamLimit
    /// Of one tenant while others call too, so that none takes all places.
    static let tenantLimit = 1500
    static let longestPause = 60

    let budget: WriteBudget
    private let inFlight: InFlight
    private let health = Mutex(Health())
    /// Calls whose reply has not begun, by tenant.
    private let callsByTenant = Mutex<[String: Int]>([:])

    private struct Health {
        var breaker = CircuitBreaker()
        var retries = RetryBudget()
    }

    /// - Parameters:
    ///   - inFlight: counts the calls that go on, bodies included.
    ///   - budget: the writes that the accounts allow.
    init(inFlight: InFlight, budget: WriteBudget = WriteBudget()) {
        self.inFlight = inFlight
        self.budget = budget
    }

    var isOpen: Bool { health.withLock { $0.breaker.isOpen } }

    /// The parts of a reply that show upstream's state.
    struct Signals: Sendable {
        let status: Int
        let limit: Int?
        let remaining: Int?
        let reset: Int?
        let retryAfter: Int?

        init(status: Int, header: (String) -> String?) {
            self.status = status
            limit = header("x-ratelimit-limit").flatMap { Int($0) }
            remaining = header("x-ratelimit-remaining").flatMap { Int($0) }
            reset = header("x-ratelimit-reset").flatMap { Int($0) }
            retryAfter = header("Retry-After").flatMap { RetryAfter.seconds($0) }
        }

        /// The one 429 that ends by itself; the others name no time (facts/meeting-baas.md 3.4). v1's deletion of data has a
        /// limit of its own (1.1).
        func isRate(of operation: UpstreamOperation) -> Bool {
            status == 429 && retryAfter != nil && operation != UpstreamOperation.V1.deleteData
        }
        /// Seconds for which nothing is sent. A longer wait is passed to the caller, not imposed on all callers.
        var pause: Int { min(max(retryAfter ?? 1, 1), UpstreamLimiter.longestPause) }
        var isServerFailure: Bool { (502...504).contains(status) }
    }

    /// - Parameters:
    ///   - tenant: the tenant that makes the call.
    ///   - admit: asked after a write has waited for its turn, each time before it is sent; throws to refuse it.
    ///   - send: one exchange; throws `TransportError`.
    /// - Throws: `UpstreamError` when the call is not made; what `send` throws.
    func run<Reply: Sendable>(
        _ operation: UpstreamOperation, account: String, tenant: String, admit: () async throws -> Void = {},
        signals: (Reply) -> Signals, send: () async throws -> Reply
    ) async throws -> Reply {
        begin(tenant)
        defer { end(tenant) }
        var mayRepeat = true
        while true {
            try self.admit(tenant)
            if !operation.isSafe {
                try await budget.take(account: account, tenant: tenant)
                try await admit()
            }
            try willSend()
            do {
                if !operation.isReadOnly { try ObjectLeases.confirm() }
                let claim = operation.isReadOnly ? nil : IdempotencyClaim.current
                try await claim?.willAct()
                let reply = try await Self.noting(claim, signals, send)
                let replySignals = signals(reply)
                replied(replySignals, operation, account: account)
                // A refused call did nothing: it takes its turn once more, if that comes in time.
                if replySignals.isRate(of: operation), mayRepeat, !operation.isSafe,
                    Double(replySignals.retryAfter ?? 1) < WriteBudget.maxWait
                {
                    mayRepeat = false
                    continue
                }
                guard replySignals.isServerFailure, mayRepeat, await mayRetry(operation) else { return reply }
            } catch let error as TransportError {
                failed(error)
                // A call that has waited its whole time is not repeated.
                guard mayRepeat, error != .timeout, await mayRetry(operation) else { throw error }
            } catch {
                abandoned()
                throw error
            }
            mayRepeat = false
        }
    }

    /// Sends, and records in the claim on the request's Idempotency-Key whether that may have had an effect.
    private static func noting<Reply: Sendable>(
        _ claim: IdempotencyClaim?, _ signals: (Reply) -> Signals, _ send: () async throws -> Reply
    ) async throws -> Reply {
        guard let claim else { return try await send() }
        do {
            let reply = try await send()
            if !(400..<500).contains(signals(reply).status) { claim.didAct() }
            Failpoint.reach(.afterAnswer)
            return reply
        } catch {
            if (error as? TransportError)?.mayHaveArrived ?? true { claim.didAct() }
            throw error
        }
    }

    private func mayRetry(_ operation: UpstreamOperation) async -> Bool {
        guard operation.isSafe, let pause = pauseBeforeRetry() else { return false }
        // The jitter; a caller that leaves meanwhile ends it.
        try? await Task.sleep(for: pause)
        return !Task.isCancelled
    }

    // MARK: The steps of a call, for one that is no task

    /// Counts a call. `end` follows, when its reply has begun or when there is none.
    func begin(_ tenant: String) { callsByTenant.withLock { $0[tenant, default: 0] += 1 } }

    func end(_ tenant: String) {
        callsByTenant.withLock { callsByTenant in
            callsByTenant[tenant] = callsByTenant[tenant].flatMap { $0 > 1 ? $0 - 1 : nil }
        }
    }

    /// Asked first, each time before a call is sent: a turn is not taken for a call that will not be made.
    /// - Throws: `UpstreamError.overloaded`.
    func admit(_ tenant: String) throws {
        let mayTake = callsByTenant.withLock { $0.count == 1 || $0[tenant] ?? 0 <= Self.tenantLimit }
        guard inFlight.count < Self.inFlightLimit, mayTake else { throw UpstreamError.overloaded(retryAfter: 1) }
        if let wait = health.withLock({ $0.breaker.closedUntil(.now) }) { throw Self.overloaded(for: wait) }
    }

    /// Asked last before a call is sent. One of `replied`, `failed` and `abandoned` follows.
    /// - Throws: `UpstreamError.overloaded`.
    func willSend() throws {
        let now = ContinuousClock.now
        let wait = health.withLock { health in
            health.retries.noteCall(at: now)
            return health.breaker.refusal(at: now)
        }
        if let wait { throw Self.overloaded(for: wait) }
    }

    private static func overloaded(for seconds: Double) -> UpstreamError {
        .overloaded(retryAfter: max(Int(seconds.rounded(.up)), 1))
    }

    /// The reply's head came.
    func replied(_ reply: Signals, _ operation: UpstreamOperation, account: String) {
        recordResult(success: !reply.isServerFailure)
        budget.update(account: account, limit: reply.limit, remaining: reply.remaining, reset: reply.reset)
        if reply.isRate(of: operation) { budget.pause(account: account, seconds: reply.pause) }
    }

    func failed(_ error: TransportError) {
        // A reply that is too large is ours to refuse, not a sign of trouble.
        if case .tooLarge = error { recordResult(success: true) } else { recordResult(success: false) }
    }

    /// The caller is gone, so upstream's state is unknown.
    func abandoned() { health.withLock { $0.breaker.abandon(at: .now) } }

    /// Takes one retry of a safe call. Jitter: clients that failed together do not retry together.
    /// - Returns: the pause before it; nil when there have been too many.
    func pauseBeforeRetry() -> Duration? {
        health.withLock { $0.retries.take(at: .now) } ? .milliseconds(Int.random(in: 20...120)) : nil
    }

    private func recordResult(success: Bool) { health.withLock { $0.breaker.recordResult(success: success, at: .now) } }
}
