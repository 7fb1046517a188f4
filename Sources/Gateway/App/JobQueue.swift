import Logging
import ServiceLifecycle
import SQL
import Synchronization
import Wire

/// Work that must be done whatever happens to this process: a row is written in the transaction that makes it
/// necessary, and goes when the work is done. Each kind of work can be repeated without harm.
final class JobQueue: Service {
    enum Kind: String, Sendable, CaseIterable {
        case deleteConnection, deleteTenant, deleteCalendar, renewCalendars, recoverCalendar, fillCalendar
        case checkConnection, deleteUserBots, replay
        case endBot, endCredential, anonymiseUser
        case revokeGrant, renewAppCalendars

        /// True if the work is given up when its last try fails. What deletes ends by itself with its last try, and
        /// must not leave a secret behind because storage failed at that moment.
        var mayBeGivenUp: Bool {
            switch self {
            case .deleteConnection, .deleteTenant, .deleteCalendar, .deleteUserBots, .endBot, .endCredential,
                .anonymiseUser, .revokeGrant:
                false
            case .renewCalendars, .recoverCalendar, .fillCalendar, .checkConnection, .replay, .renewAppCalendars: true
            }
        }
    }

    struct Job: Sendable {
        let id: String
        let tenant: String
        let kind: Kind
        let subject: String
        let attempts: Int
        let deadline: Timestamp
        /// Grows when the work is added again.
        let version: Int64
    }

    /// Does the work; throws to be tried again. `lastTry` is set once the deadline has passed.
    typealias Handler = @Sendable (_ job: Job, _ lastTry: Bool) async throws -> Void

    /// Seven days.
    static let life = 604_800.0
    private static let parallel = 4

    private let database: any Database
    private let clock: GatewayClock
    private let logger: Logger
    private let metrics: Metrics
    private let handlers = Mutex<[Kind: Handler]>([:])
    private let signal = WakeSignal()
    private let running = Mutex<Set<String>>([])

    init(database: any Database, clock: GatewayClock, logger: Logger, metrics: Metrics) {
        self.database = database
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
    }

    func handle(_ kind: Kind, _ handler: @escaping Handler) { handlers.withLock { $0[kind] = handler } }

    /// Rows were committed.
    func wake() { signal.wake() }

    /// Adds the work, or makes it due now if it waits already.
    static func add(
        _ kind: Kind, _ tenant: String, _ subject: String, at now: Timestamp, delay: Double = 0, in tx: any Transaction
    ) throws {
        let due = now.adding(seconds: delay).milliseconds
        try tx.run(
            """
            INSERT INTO jobs (id, tenant_id, kind, subject_id, version, attempts, due_at, deadline_at, created_at)
            VALUES (\(Identifier.make(.job)), \(tenant), \(kind.rawValue), \(subject), 0, 0, \(due),
                \(now.adding(seconds: life).milliseconds), \(now.milliseconds))
            ON CONFLICT (tenant_id, kind, subject_id) DO UPDATE SET due_at = excluded.due_at, attempts = 0,
                deadline_at = excluded.deadline_at, version = jobs.version + 1
            """)
        tx.notify(Notice(.jobs))
    }

    /// Removes work that was done in another way.
    static func remove(_ kind: Kind, _ tenant: String, _ subject: String, in tx: any Transaction) throws {
        try tx.run(
            "DELETE FROM jobs WHERE tenant_id = \(tenant) AND kind = \(kind.rawValue) AND subject_id = \(subject)")
    }

    /// Returns whether work of one of these kinds waits for the tenant.
    static func waits(_ tenant: String, _ kinds: [Kind], in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT id FROM jobs WHERE tenant_id = \(tenant) AND kind IN \(list: kinds.map(\.rawValue)) LIMIT 1
            """) != nil
    }

    /// The tenant may call Meeting BaaS again: what waited for that is due.
    static func hasten(_ tenant: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE jobs SET due_at = \(now.milliseconds), attempts = 0
            WHERE tenant_id = \(tenant) AND due_at > \(now.milliseconds) AND last_error = \(suspended)
            """)
        tx.notify(Notice(.jobs))
    }

    /// The `last_error` of work that waits until its tenant is active again.
    private static let suspended = Problem.Code.tenantSuspended.rawValue

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    let (jobs, wait) = await self.due()
                    for job in jobs {
                        group.addTask {
                            await self.perform(job)
                            self.running.withLock { _ = $0.remove(job.id) }
                            self.signal.wake()
                        }
                    }
                    await self.signal.wait(upTo: wait)
                }
                group.cancelAll()
            }
        }
    }

    /// What can be started now, marked as running, and how long to wait otherwise.
    private func due() async -> ([Job], Duration) {
        let busy = running.withLock { $0 }
        do {
            let (jobs, wait) = try await due(except: busy)
            let started = Array(jobs.prefix(Self.parallel - busy.count))
            running.withLock { $0.formUnion(started.map(\.id)) }
            return (started, wait)
        } catch {
            logger.error("the job queue cannot be read", metadata: ["error": "\(error)"])
            return ([], .seconds(5))
        }
    }

    private func due(except running: Set<String>) async throws -> (jobs: [Job], wait: Duration) {
        let now = clock.now
        return try await database.read { tx in
            let rows = try tx.run(
                """
                SELECT id, tenant_id, kind, subject_id, version, attempts, due_at, deadline_at FROM jobs
                ORDER BY due_at LIMIT 64
                """)
            var jobs: [Job] = []
            var wait = Duration.seconds(60)
            for row in rows {
                let dueAt = Timestamp(milliseconds: try row.integer("due_at"))
                if dueAt > now {
                    wait = min(wait, .milliseconds(dueAt.milliseconds - now.milliseconds))
                    break
                }
                guard let kind = Kind(rawValue: try row.text("kind")) else { continue }
                let id = try row.text("id")
                if running.contains(id) { continue }
                jobs.append(
                    Job(
                        id: id, tenant: try row.text("tenant_id"), kind: kind, subject: try row.text("subject_id"),
                        attempts: Int(try row.integer("attempts")),
                        deadline: Timestamp(milliseconds: try row.integer("deadline_at")),
                        version: try row.integer("version")))
            }
            return (jobs, wait)
        }
    }

    private func perform(_ job: Job) async {
        guard let handler = handlers.withLock({ $0[job.kind] }) else { return }
        let now = clock.now
        do {
            try await handler(job, now >= job.deadline)
            metrics.count(.jobs, job.kind.rawValue, "done")
            // Added again while it ran: it stays for another run.
            _ = try await database.write { tx in
                try tx.run("DELETE FROM jobs WHERE id = \(job.id) AND version = \(job.version)")
            }
        } catch {
            if Task.isCancelled { return }
            let reason = Self.reason(error)
            if now >= job.deadline, job.kind.mayBeGivenUp, reason != Self.suspended, await giveUp(job, reason) {
                return
            }
            metrics.count(.jobs, job.kind.rawValue, "failed")
            logger.warning(
                "job failed, will be tried again",
                metadata: [
                    "job.kind": .string(job.kind.rawValue), "tenant.id": .string(job.tenant),
                    "job.subject": .string(job.subject), "job.attempts": .stringConvertible(job.attempts + 1),
                    "error": .string(reason),
                ])
            let delay = min(5.0 * Double(1 << min(job.attempts, 12)), 3600)
            let due = clock.now.adding(seconds: delay).milliseconds
            // The time of a suspension does not count.
            let deadline = reason == Self.suspended ? clock.now.adding(seconds: Self.life) : job.deadline
            let isNoted: Void? = try? await database.write { tx in
                try tx.run(
                    """
                    UPDATE jobs SET attempts = attempts + 1, due_at = \(due), last_error = \(reason)
                    WHERE id = \(job.id)
                    """)
                guard deadline > job.deadline else { return }
                try tx.run(
                    """
                    UPDATE jobs SET deadline_at = \(deadline.milliseconds)
                    WHERE id = \(job.id) AND version = \(job.version)
                    """)
            }
            // Storage keeps no later time for it: due as it is, it would run again and again without a pause.
            if isNoted == nil { try? await Task.sleep(for: .seconds(min(delay, 60))) }
        }
    }

    /// The last try has failed.
    /// - Returns: false when the row stays: it was added again meanwhile, or storage failed.
    private func giveUp(_ job: Job, _ reason: String) async -> Bool {
        let isGone = try? await database.write { tx in
            try !tx.run("DELETE FROM jobs WHERE id = \(job.id) AND version = \(job.version) RETURNING id").isEmpty
        }
        guard isGone == true else { return false }
        metrics.count(.jobs, job.kind.rawValue, "given_up")
        logger.error(
            "job given up after its last try",
            metadata: [
                "job.kind": .string(job.kind.rawValue), "tenant.id": .string(job.tenant),
                "job.subject": .string(job.subject), "job.attempts": .stringConvertible(job.attempts + 1),
                "error": .string(reason),
            ])
        return true
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let problem as Problem: problem.code.rawValue
        case let refused as any RefusedByOthers: refused.problem.code.rawValue
        case let error as SQLError: "\(error)"
        default: "\(type(of: error))"
        }
    }
}
