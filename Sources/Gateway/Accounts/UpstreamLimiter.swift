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

    let budget = WriteBudget()
    private let inFlight: InFlight
    private let health = Mutex(Health())
    /// Calls whose reply has not begun, by tenant.
    private let callsByTenant = Mutex<[String: Int]>([:])

    private struct Health {
        var breaker = CircuitBreaker()
        var retries = RetryBudget()
    }

    /// - Parameter inFlight: counts the calls that go on, bodies included.
    init(inFlight: InFlight) { self.inFlight = inFlight }

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

        /// The one 429 that ends by itself; the others name no time (facts/meeting-baas.md 3.4).
        var isRate: Bool { status == 429 && retryAfter != nil }
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
        callsByTenant.withLock { $0[tenant, default: 0] += 1 }
        defer {
            callsByTenant.withLock { callsByTenant in
                callsByTenant[tenant] = callsByTenant[tenant].flatMap { $0 > 1 ? $0 - 1 : nil }
            }
        }
        var mayRepeat = true
        while true {
            let mayTake = callsByTenant.withLock { $0.count == 1 || $0[tenant] ?? 0 <= Self.tenantLimit }
            guard inFlight.count < Self.inFlightLimit, mayTake else {
                throw UpstreamError.overloaded(retryAfter: 1)
            }
            // A turn is not taken for a call that will not be made.
            if let wait = health.withLock({ $0.breaker.closedUntil(.now) }) {
                throw UpstreamError.overloaded(retryAfter: max(Int(wait.rounded(.up)), 1))
            }
            if !operation.isSafe {
                try await budget.take(account: account, tenant: tenant)
                try await admit()
            }
            let now = ContinuousClock.now
            let refusal = health.withLock { health in
                health.retries.noteCall(at: now)
                return health.breaker.refusal(at: now)
            }
            if let refusal { throw UpstreamError.overloaded(retryAfter: max(Int(refusal.rounded(.up)), 1)) }
            do {
                let claim = operation.isReadOnly ? nil : IdempotencyClaim.current
                try await claim?.willAct()
                let reply = try await Self.noting(claim, signals, send)
                let replySignals = signals(reply)
                recordResult(success: !replySignals.isServerFailure)
                budget.update(
                    account: account, limit: replySignals.limit, remaining: replySignals.remaining,
                    reset: replySignals.reset)
                // v1's deletion of data has a limit of its own (facts/meeting-baas.md 1.1).
                if replySignals.isRate, operation != UpstreamOperation.V1.deleteData {
                    let wait = replySignals.retryAfter ?? 1
                    budget.pause(account: account, seconds: replySignals.pause)
                    // A refused call did nothing: it takes its turn once more, if that comes in time.
                    if mayRepeat, Double(wait) < WriteBudget.maxWait, !operation.isSafe {
                        mayRepeat = false
                        continue
                    }
                }
                guard replySignals.isServerFailure, mayRepeat, await mayRetry(operation) else { return reply }
            } catch let error as TransportError {
                // A reply that is too large is ours to refuse, not a sign of trouble.
                if case .tooLarge = error { recordResult(success: true) } else { recordResult(success: false) }
                // A call that has waited its whole time is not repeated.
                guard mayRepeat, error != .timeout, await mayRetry(operation) else { throw error }
            } catch {
                // The caller is gone, so upstream's state is unknown.
                health.withLock { $0.breaker.abandon(at: .now) }
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
        guard operation.isSafe, health.withLock({ $0.retries.take(at: .now) }) else { return false }
        // Jitter: clients that failed together do not retry together.
        try? await Task.sleep(for: .milliseconds(Int.random(in: 20...120)))
        return !Task.isCancelled
    }

    private func recordResult(success: Bool) { health.withLock { $0.breaker.recordResult(success: success, at: .now) } }
}
