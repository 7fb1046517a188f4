import CoreMetrics
import JSONValue
import Logging
import ServiceLifecycle
import SQL
import Synchronization

/// Runs jobs: claims what is due by priority and in turn between tenants, renews leases, and tries again with back-off.
///
/// Not swift-jobs: that has no driver for SQLite, so a job could not be added in the transaction that needs it, and its
/// workers give tenants no turns.
final class JobRunner: Service {
    private let database: any Database
    private let replica: Replica
    private let clock: GatewayClock
    private let logger: Logger
    private let performers: [JobKind: any Job]
    private let metrics: [JobKind: JobMetrics]
    private let signal = WakeSignal()
    private let state = Mutex(State())

    private struct State {
        var slots = JobSlots()
        var jobs: [String: QueuedJob] = [:]
        var tasks: [String: Task<Void, Never>] = [:]
        /// Looks at the table that failed in a row.
        var failures = 0
    }

    /// Work of other processes, and leases that ran out, are found by then.
    private static let longestPause = Duration.seconds(60)
    private static let renewEvery = Duration.seconds(30)
    /// With other replicas, which may take a job over: one whose lease is lost ends soon.
    private static let renewEveryOfReplicas = Duration.seconds(3)

    /// Two jobs of one kind.
    struct DuplicateKindError: Error, Equatable {
        let name: String
    }

    /// - Parameter jobs: one for each kind. Rows of other kinds stay in the table.
    /// - Throws: `DuplicateKindError`.
    init(
        jobs: [any Job], database: any Database, replica: Replica, clock: GatewayClock, logger: Logger,
        metrics: any MetricsFactory
    ) throws {
        var performers: [JobKind: any Job] = [:]
        for job in jobs {
            let kind = type(of: job).kind
            guard !performers.keys.contains(where: { $0.name == kind.name }) else {
                throw DuplicateKindError(name: kind.name)
            }
            performers[kind] = job
        }
        self.performers = performers
        self.database = database
        self.replica = replica
        self.clock = clock
        self.logger = logger
        self.metrics = Dictionary(uniqueKeysWithValues: performers.keys.map { ($0, JobMetrics($0, metrics)) })
    }

    /// Rows were committed.
    func wake() { signal.wake() }

    var invalidations: [Invalidation] { [.wake(.jobs, all: wake) { [self] _ in wake() }] }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.endLeases()
            await withDiscardingTaskGroup { group in
                group.addTask { await self.renewLeases() }
                while !Task.isCancelled {
                    let (jobs, cooldown, pause) = await self.claim()
                    for job in jobs {
                        group.addTask { await self.performLeased(job) }
                    }
                    // Limits the look-ups to a fifth of the time, however often something wakes the runner.
                    try? await Task.sleep(for: cooldown)
                    await self.signal.wait(upTo: pause)
                }
                group.cancelAll()
            }
        }
    }

    // MARK: - claiming

    /// Leases what may start.
    /// - Returns: also how long to rest, and for how long there is nothing to do after that unless something wakes it.
    private func claim() async -> (jobs: [QueuedJob], cooldown: Duration, pause: Duration) {
        let began = ContinuousClock.now
        do {
            // Others take what this replica claims now.
            guard replica.mayAct else { return ([], .zero, .seconds(1)) }
            let (now, owner) = (clock.now, replica.owner)
            let kinds = Array(performers.keys)
            let waiting = try await database.read { try JobStore.waiting(kinds, at: now, in: $0) }
            let (chosen, next, running) = state.withLock { state in
                let (start, next) = state.slots.choose(waiting, at: now)
                return (start, next, state.slots.running)
            }
            let jobs =
                chosen.isEmpty
                ? []
                : try await database.write {
                    try JobStore.claim(chosen, running: running, owner: owner, at: now, in: $0)
                }
            state.withLock { state in
                state.failures = 0
                for job in jobs {
                    state.slots.begin(job)
                    state.jobs[job.id] = job
                }
            }
            let cooldown = min((ContinuousClock.now - began) * 4, .seconds(1))
            // A tenant may have more of the kind.
            if !jobs.isEmpty { return (jobs, cooldown, .zero) }
            // Nothing was claimed where a lease ran out under a job of this process.
            if !chosen.isEmpty { return (jobs, cooldown, .seconds(5)) }
            let due = next.map { Duration.milliseconds($0.milliseconds - clock.now.milliseconds) } ?? Self.longestPause
            return (jobs, cooldown, min(max(due, .zero), Self.longestPause))
        } catch {
            logger.error("jobs cannot be claimed", metadata: ["error": "\(error)"])
            let failures = state.withLock { state in
                state.failures += 1
                return state.failures
            }
            return ([], .seconds(min(1 << min(failures, 6), 60)), .zero)
        }
    }

    /// Leases found at the start are of processes that have ended, but for those of replicas that live.
    private func endLeases() async {
        do {
            try await database.write { try JobStore.endLeases(in: $0) }
        } catch {
            logger.error("leases of jobs cannot be ended; they run out", metadata: ["error": "\(error)"])
        }
    }

    private func renewLeases() async {
        while !Task.isCancelled {
            // A lease has to be renewed before it ends: a quarter of its life, or as often as a replica is renewed.
            try? await Task.sleep(for: replica.isShared ? Self.renewEveryOfReplicas : Self.renewEvery)
            let jobs = state.withLock { Array($0.jobs.values) }
            guard !jobs.isEmpty, !Task.isCancelled else { continue }
            guard replica.mayAct else {
                cancel(jobs)
                continue
            }
            let (now, owner) = (clock.now, replica.owner)
            let lost = try? await database.write { try JobStore.renew(jobs, owner: owner, at: now, in: $0) }
            if let lost, !lost.isEmpty { cancel(jobs.filter { lost.contains($0.id) }) }
        }
    }

    /// Ends the work on jobs that others may have by now.
    private func cancel(_ jobs: [QueuedJob]) {
        let tasks = state.withLock { state in
            jobs.filter { state.jobs[$0.id]?.lease == $0.lease }.compactMap { state.tasks[$0.id] }
        }
        for task in tasks { task.cancel() }
        logger.warning("leases of jobs were lost; they run elsewhere", metadata: ["jobs": "\(tasks.count)"])
    }

    // MARK: - one job

    private func performLeased(_ job: QueuedJob) async {
        // A task of its own: it ends when its lease is lost.
        let task = Task { await perform(job) }
        state.withLock { $0.tasks[job.id] = task }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        state.withLock { state in
            state.slots.end(job.id)
            (state.jobs[job.id], state.tasks[job.id]) = (nil, nil)
        }
        signal.wake()
    }

    private func perform(_ job: QueuedJob) async {
        guard let performer = performers[job.kind] else { return }
        let isLast = clock.now >= job.deadline
        do {
            try await TenantScope.$current.withValue(.tenant(job.tenant)) {
                try await performer.run(job, isLastTry: isLast)
            }
            metrics[job.kind]?.done.increment()
            await store(job) { _ = try JobStore.remove(job, in: $0) }
        } catch {
            if Task.isCancelled {
                await store(job) { try JobStore.release(job, in: $0) }
            } else {
                await recordFailure(error, of: job, isLast: isLast)
            }
        }
    }

    private func recordFailure(_ error: any Error, of job: QueuedJob, isLast: Bool) async {
        let reason = Self.reason(error)
        let isSuspended = reason == JobStore.suspended
        if isLast, job.kind.mayBeGivenUp, !isSuspended {
            let isGone = try? await database.write { try JobStore.remove(job, in: $0) }
            if isGone == true {
                metrics[job.kind]?.givenUp.increment()
                logger.error("job given up after its last try", metadata: Self.metadata(job, reason))
            }
            return
        }
        metrics[job.kind]?.failed.increment()
        logger.warning("job failed, will be tried again", metadata: Self.metadata(job, reason))
        let now = clock.now
        let due = now.adding(seconds: Self.delay(afterTries: job.attempts))
        // The time of a suspension does not count.
        let deadline = isSuspended ? now.adding(seconds: QueuedJob.ttl) : job.deadline
        await store(job) { try JobStore.postpone(job, until: due, deadline: deadline, reason: reason, in: $0) }
    }

    /// Seconds: 5, doubled with each try, an hour at most.
    static func delay(afterTries tries: Int) -> Double { min(5.0 * Double(1 << min(tries, 12)), 3600) }

    /// When the outcome cannot be stored, the lease keeps the job from running again until it has run out.
    private func store(_ job: QueuedJob, _ body: @escaping @Sendable (any Transaction) throws -> Void) async {
        do {
            try await database.write(body)
        } catch {
            logger.error("the outcome of a job cannot be stored", metadata: Self.metadata(job, "\(error)"))
        }
    }

    private static func metadata(_ job: QueuedJob, _ reason: String) -> Logger.Metadata {
        [
            "job.kind": .string(job.kind.name), "tenant.id": .string(job.tenant),
            "job.subject": .string(job.subject), "job.attempts": .stringConvertible(job.attempts + 1),
            "error": .string(reason),
        ]
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let problem as Problem: problem.code.rawValue
        case let refused as any ProblemConvertible: refused.problem.code.rawValue
        case let error as SQLError: "\(error)"
        default: "\(type(of: error))"
        }
    }
}
