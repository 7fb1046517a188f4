import Foundation
import Logging
import MeetingBaaS
import Scheduling
import SQL
import Synchronization

/// The write budget of accounts that replicas share: tokens of a row in the database, taken as this process needs them.
///
/// Writes of one process that wait take their tokens together, in one short transaction, and get them by turns between
/// tenants as in `WriteBudget`. What replies say of a limit travels with the next request for tokens; a pause is stored at
/// once. While the database does not answer, no write is sent.
final class SharedWriteBudget: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Turn: Sendable {
        case go
        /// Refused, with the seconds after which to try again.
        case refused(Int)
        /// The database did not answer.
        case failed
    }

    private let accounts = Mutex<[String: SharedWriteAccount]>([:])
    private let database: any Database
    private let logger: Logger

    init(database: any Database, logger: Logger) { (self.database, self.logger) = (database, logger) }

    var waiting: Int { accounts.withLock { $0.values.reduce(0) { $0 + $1.waiting } } }

    /// Returns when the write may be sent.
    /// - Throws: `UpstreamError.rateLimited`, also when the caller was cancelled meanwhile; `storageUnavailable`.
    func take(account: String, tenant: String) async throws {
        let now = ContinuousClock.now
        let refusedFor: Double? = accounts.withLock { accounts in
            if accounts.count > WriteBudget.keptAccounts { accounts = accounts.filter { !$0.value.isIdle(at: now) } }
            return accounts[account, default: SharedWriteAccount()].admit(tenant, at: now)
        }
        if let refusedFor { throw UpstreamError.rateLimited(retryAfter: Int(min(refusedFor, 3600).rounded(.up))) }
        let id = UUID()
        let turn = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Turn, Never>) in
                accounts.withLock {
                    $0[account, default: SharedWriteAccount()].add(
                        .init(id: id, tenant: tenant, until: now + .seconds(2 * WriteBudget.maxWait)) {
                            continuation.resume(returning: $0)
                        }, at: now)
                }
                if Task.isCancelled { leave(account, id) } else { pump(account) }
            }
        } onCancel: {
            leave(account, id)
        }
        // Either way nothing was sent.
        if Task.isCancelled { throw UpstreamError.rateLimited(retryAfter: 1) }
        switch turn {
        case .go: return
        case .refused(let seconds): throw UpstreamError.rateLimited(retryAfter: seconds)
        case .failed: throw UpstreamError.storageUnavailable(retryAfter: 5)
        }
    }

    private func leave(_ account: String, _ id: UUID) {
        let gone = accounts.withLock { $0[account]?.remove { $0.id == id } ?? [] }
        for waiter in gone { waiter.end(.go) }
    }

    /// Notes a reply's `x-ratelimit-*`, as `WriteBudget` does.
    func update(account: String, limit: Int?, remaining: Int?, reset: Int?) {
        accounts.withLock { accounts in
            if let limit { accounts[account, default: SharedWriteAccount()].setLimit(limit) }
        }
        // Another client writes under this key too.
        if remaining == 0 { pause(account: account, for: PerSecondLimit.pause(reset: reset)) }
    }

    /// Nothing is sent for so long, by any replica.
    func pause(account: String, for duration: Duration) {
        let isNew = accounts.withLock {
            $0[account, default: SharedWriteAccount()].pause(until: .now + duration)
        }
        if isNew { pump(account) }
    }

    // MARK: - the database

    /// Serves an account until nothing of it waits.
    private func pump(_ account: String) {
        let (starts, signal) = accounts.withLock { $0[account]?.startPumping() ?? (false, nil) }
        guard starts else {
            signal?.wake()
            return
        }
        Task {
            while let pause = await self.serve(account) {
                // Until the next token comes, or somebody else needs one.
                if pause > 0 { await signal?.wait(upTo: .seconds(pause)) }
            }
        }
    }

    /// - Returns: seconds until there is something to do; nil when nothing waits any more.
    private func serve(_ account: String) async -> Double? {
        let (late, step) = accounts.withLock { accounts in
            let now = ContinuousClock.now
            return (accounts[account]?.late(at: now) ?? [], accounts[account]?.next(at: now) ?? .stop)
        }
        // Before the database is asked: it may not answer for long.
        for waiter in late { waiter.end(.refused(Int(WriteBudget.maxWait))) }
        switch step {
        case .stop: return nil
        case .wait(let seconds): return seconds
        case .ask(let request):
            do {
                let grant = try await database.write(priority: .high) {
                    try AccountBudgetStore.take(account, request, in: $0)
                }
                let going = accounts.withLock { $0[account]?.apply(grant, for: request, at: .now) ?? [] }
                for waiter in going { waiter.end(.go) }
            } catch {
                logger.warning(
                    "no write is sent to Meeting BaaS: its budget cannot be read",
                    metadata: ["account.id": .string(account), "error": "\(error)"])
                let refused = accounts.withLock { $0[account]?.failed(request, at: .now) ?? [] }
                for waiter in refused { waiter.end(.failed) }
            }
            return 0
        }
    }
}
