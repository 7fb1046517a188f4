import Foundation
import JSONValue
import Logging
import MeetingBaaS
import SQL
import Support
import Synchronization
import Testing

@testable import Gateway

/// The end of jobs. The clock here is the test's.
struct JobRunnerTests {
    private final class Hands: Sendable {
        private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
        var now: Timestamp { time.withLock { $0 } }
        func move(seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    private struct Bench: Sendable {
        let database: any Database
        let replica: Replica
        let hands: Hands

        func job(_ kind: JobKind) async throws -> Row? {
            try await database.read { try $0.first("SELECT * FROM jobs WHERE kind = \(kind.name)") }
        }

        /// - Parameter disk: stands before the database.
        func runner(_ jobs: [any Job], on disk: FullDisk? = nil) throws -> JobRunner {
            let hands = self.hands
            return try JobRunner(
                jobs: jobs, database: disk ?? database, replica: replica, clock: GatewayClock { hands.now },
                logger: Logger(label: "jobs") { _ in SwiftLogNoOpLogHandler() }, metrics: PrometheusFactory())
        }

        /// Runs jobs until `isDone`.
        func run(_ jobs: any Job..., until isDone: @escaping @Sendable () async throws -> Bool) async throws {
            let runner = try runner(jobs)
            let running = Task { try await runner.run() }
            defer { running.cancel() }
            try await JobRunnerTests.until(isDone)
        }
    }

    private static func until(_ isDone: @escaping @Sendable () async throws -> Bool) async throws {
        for _ in 0..<3_000 {
            if try await isDone() { return }
            // Another task does the work, in its own time.
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("it did not happen within a minute")
    }

    private func bench(_ tenants: [String] = ["ten_1"]) async throws -> Bench {
        let database = try await migratedDatabase()
        let hands = Hands()
        for id in tenants {
            let tenant = Tenant(
                id: id, slug: "\(id.dropFirst(4))-slug", name: id, status: .active, settings: TenantSettings(),
                createdAt: hands.now)
            try await database.write { try TenantStore.insert(tenant, in: $0) }
        }
        return Bench(database: database, replica: .alone(database, logger: Logger(label: "test")), hands: hands)
    }

    private typealias Work = @Sendable (_ job: QueuedJob, _ isLastTry: Bool) async throws -> Void

    /// A job of a real kind whose work is the test's.
    private struct TestJob<Real: Job>: Job {
        static var kind: JobKind { Real.kind }
        let work: Work
        func run(_ job: QueuedJob, isLastTry: Bool) async throws { try await work(job, isLastTry) }
    }

    private typealias Check = TestJob<CheckConnectionJob>
    private typealias Fill = TestJob<FillCalendarJob>
    private typealias Renew = TestJob<RenewCalendarsJob>
    private typealias Again = TestJob<ReplayJob>
    private typealias Delete = TestJob<DeleteCalendarJob>
    private typealias Disconnect = TestJob<DeleteConnectionJob>

    private func add(_ kind: JobKind, to bench: Bench) async throws {
        let now = bench.hands.now
        try await bench.database.write { try JobStore.add(kind, "ten_1", "subject", at: now, in: $0) }
    }

    @Test(arguments: [true, false])
    func `A job ends with its last try, but for what deletes`(deletes: Bool) async throws {
        let bench = try await bench()
        let tries = Mutex<[Bool]>([])
        let work: Work = { _, isLastTry in
            tries.withLock { $0.append(isLastTry) }
            throw UpstreamError.unavailable(status: 503)
        }
        let kind = deletes ? Delete.kind : Check.kind
        let job: any Job = deletes ? Delete(work: work) : Check(work: work)
        try await add(kind, to: bench)
        try await bench.run(job) { try await bench.job(kind)?.integer("attempts") == 1 }
        #expect(tries.withLock { $0 } == [false], "a failure before the end is tried again")
        bench.hands.move(seconds: QueuedJob.ttl + 1)
        if deletes {
            try await bench.run(job) { try await bench.job(kind)?.integer("attempts") == 2 }
        } else {
            try await bench.run(job) { try await bench.job(kind) == nil }
        }
        #expect(tries.withLock { $0 } == [false, true])
    }

    @Test func `Two jobs of one kind stop the start`() async throws {
        let bench = try await bench()
        #expect(throws: JobRunner.DuplicateKindError(name: "checkConnection")) {
            try bench.runner([Check { _, _ in }, Fill { _, _ in }, Check { _, _ in }])
        }
    }

    @Test func `What was added again during its last try gets another`() async throws {
        let bench = try await bench()
        let (database, hands) = (bench.database, bench.hands)
        let check = Check { _, isLastTry in
            if isLastTry {
                let now = hands.now
                try await database.write { try JobStore.add(Check.kind, "ten_1", "subject", at: now, in: $0) }
            }
            throw UpstreamError.unavailable(status: 503)
        }
        try await add(Check.kind, to: bench)
        bench.hands.move(seconds: QueuedJob.ttl + 1)
        try await bench.run(check) { try await bench.job(Check.kind)?.integer("attempts") ?? 0 >= 1 }
        let row = try #require(try await bench.job(Check.kind))
        #expect(try row.integer("deadline_at") > hands.now.milliseconds)
    }

    @Test func `The time of a suspension does not count, and its end wakes what waited`() async throws {
        let bench = try await bench()
        let renew = Renew { _, _ in throw UpstreamError.callerSuspended }
        let backfillJob = Fill { _, _ in throw UpstreamError.unavailable(status: 503) }
        try await add(Renew.kind, to: bench)
        bench.hands.move(seconds: QueuedJob.ttl + 1)
        try await add(Fill.kind, to: bench)
        try await bench.run(renew, backfillJob) {
            let (one, two) = (try await bench.job(Renew.kind), try await bench.job(Fill.kind))
            return try one?.integer("attempts") == 1 && two?.integer("attempts") == 1
        }
        let (now, hands) = (bench.hands.now, bench.hands)
        var waiting = try #require(try await bench.job(Renew.kind))
        #expect(try waiting.integer("deadline_at") > now.milliseconds && waiting.integer("due_at") > now.milliseconds)
        try await bench.database.write { _ = try JobStore.hasten("ten_1", at: hands.now, limit: 10, in: $0) }
        waiting = try #require(try await bench.job(Renew.kind))
        #expect(try waiting.integer("due_at") == now.milliseconds)
        let other = try #require(try await bench.job(Fill.kind))
        #expect(try other.integer("due_at") > now.milliseconds, "what failed otherwise keeps its own time")
    }

    /// A disk that fills up: everything can be read, and nothing written from a moment on.
    fileprivate final class FullDisk: Database {
        private let base: any Database
        private let isFull = Mutex(false)
        let claims = Mutex(0)
        private static let error = SQLError.unavailable(.diskFull, "13: database or disk is full")

        init(base: any Database) { self.base = base }

        func fillUp() { isFull.withLock { $0 = true } }

        func read<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T {
            try await base.read(priority: priority, body)
        }
        func write<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T {
            claims.withLock { $0 += 1 }
            if isFull.withLock({ $0 }) { throw Self.error }
            return try await base.write(priority: priority, body)
        }
        func write<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T,
            then: @escaping @Sendable (Result<T, any Error>) -> Void
        ) { then(.failure(Self.error)) }
        func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void) {}
        var load: DatabaseLoad { base.load }
        func close() async { await base.close() }
    }

    /// - Parameter isFullAtStart: else storage fails while the job runs.
    @Test(.timeLimit(.minutes(5)), arguments: [true, false])
    func `Work is not done over and over while storage takes no outcome`(isFullAtStart: Bool) async throws {
        let bench = try await bench()
        try await add(Delete.kind, to: bench)
        let disk = FullDisk(base: bench.database)
        if isFullAtStart { disk.fillUp() }
        let runs = Mutex(0)
        let wake = Mutex<(@Sendable () -> Void)?>(nil)
        let runner = try bench.runner(
            [
                Delete { _, _ in
                    runs.withLock { $0 += 1 }
                    disk.fillUp()
                    wake.withLock { $0 }?()
                }
            ], on: disk)
        wake.withLock { $0 = { runner.wake() } }
        let running = Task { try await runner.run() }
        try await Self.until { isFullAtStart ? disk.claims.withLock { $0 } > 0 : runs.withLock { $0 } > 0 }
        // Time is what must not bring another run: the first pause is two seconds.
        try await Task.sleep(for: .milliseconds(700))
        running.cancel()
        try await running.value
        // The job holds it, and the runner the job.
        wake.withLock { $0 = nil }
        #expect(runs.withLock { $0 } == (isFullAtStart ? 0 : 1))
        #expect(disk.claims.withLock { $0 } < 8, "nor is the claim repeated without a pause")
    }

    @Test func `Work that is added again while it runs is due then, whether the run fails or not`() async throws {
        for fails in [false, true] {
            let bench = try await bench()
            let (database, hands) = (bench.database, bench.hands)
            let runs = Mutex(0)
            let check = Check { _, _ in
                guard
                    runs.withLock({
                        $0 += 1; return $0
                    }) == 1
                else { return }
                let now = hands.now
                try await database.write { try JobStore.add(Check.kind, "ten_1", "subject", at: now, in: $0) }
                if fails { throw UpstreamError.unavailable(status: 503) }
            }
            try await add(Check.kind, to: bench)
            // The clock stands still: with a back-off it would not run again.
            try await bench.run(check) { try await bench.job(Check.kind) == nil }
            #expect(runs.withLock { $0 } == 2)
        }
    }

    @Test func `Work of a kind that nobody does stays, and costs nothing`() async throws {
        let bench = try await bench()
        try await add(Fill.kind, to: bench)
        try await bench.database.write { tx in
            _ = try tx.run("UPDATE jobs SET kind = 'ofALaterVersion', due_at = 0")
        }
        try await add(Check.kind, to: bench)
        let disk = FullDisk(base: bench.database)
        let runner = try bench.runner([Fill { _, _ in }], on: disk)
        let running = Task { try await runner.run() }
        try await Self.until { disk.claims.withLock { $0 } > 0 }
        // Nothing is to happen in this time.
        try await Task.sleep(for: .milliseconds(300))
        running.cancel()
        try await running.value
        #expect(disk.claims.withLock { $0 } == 1, "the end of former leases")
        #expect(try await bench.job(Check.kind) != nil)
        let left = try await bench.database.read { try $0.run("SELECT id FROM jobs").count }
        #expect(left == 2)
    }

    @Test func `A thousand backfills of one tenant keep nobody waiting`() async throws {
        let bench = try await bench(["ten_1", "ten_2"])
        let now = bench.hands.now
        try await bench.database.write { tx in
            for number in 0..<1_000 { try JobStore.add(Fill.kind, "ten_1", "cal_\(number)", at: now, in: tx) }
            try JobStore.add(Disconnect.kind, "ten_1", "con_1", at: now, in: tx)
            try JobStore.add(Again.kind, "ten_1", "rpl_1", at: now, in: tx)
            try JobStore.add(Fill.kind, "ten_2", "cal_other", at: now, in: tx)
            try tx.run("UPDATE jobs SET due_at = due_at - 60000 WHERE kind = 'fillCalendar' AND tenant_id = 'ten_1'")
        }
        let done = Mutex<[String]>([])
        let work: Work = { job, _ in
            if job.kind == Fill.kind, job.tenant == "ten_1" {
                // A slow call to Meeting BaaS.
                try await Task.sleep(for: .milliseconds(200))
            }
            done.withLock { $0.append(job.subject) }
        }
        let awaited: Set = ["con_1", "rpl_1", "cal_other"]
        try await bench.run(Fill(work: work), Disconnect(work: work), Again(work: work)) {
            awaited.isSubset(of: done.withLock { $0 })
        }
        #expect(done.withLock { $0.count } < 20, "they did not wait for the backfills")
    }

    @Test func `A lease keeps others from a job until it runs out, and a lost one changes nothing`() async throws {
        let bench = try await bench()
        let now = bench.hands.now
        try await add(Delete.kind, to: bench)
        func claim(at time: Timestamp) async throws -> QueuedJob? {
            try await bench.database.write { tx in
                let waiting = try JobStore.waiting([Delete.kind], at: time, in: tx)
                return try JobStore.claim(waiting, running: [], at: time, in: tx).first
            }
        }
        let first = try #require(try await claim(at: now))
        #expect(try await claim(at: now.adding(seconds: JobStore.leaseSeconds - 1)) == nil)
        _ = try await bench.database.write {
            try JobStore.renew([first], at: now.adding(seconds: 60), in: $0)
        }
        #expect(try await claim(at: now.adding(seconds: JobStore.leaseSeconds + 1)) == nil)
        let second = try #require(try await claim(at: now.adding(seconds: JobStore.leaseSeconds + 61)))
        #expect(second.lease == first.lease + 1)
        try await bench.database.write { tx in
            #expect(try !JobStore.remove(first, in: tx))
            try JobStore.postpone(first, until: now.adding(seconds: 9_999), deadline: now, reason: "late", in: tx)
        }
        let row = try #require(try await bench.job(Delete.kind))
        #expect(try row.integer("attempts") == 0 && row.integer("leased_until") > now.milliseconds)
        #expect(try await bench.database.write { try JobStore.remove(second, in: $0) })
    }

    @Test func `A replay that is given up leaves its endpoint free`() async throws {
        let bench = try await bench()
        let now = bench.hands.now
        let replay = try await bench.database.write { tx in
            for _ in 0..<3 {
                try MessageStore.emit("test.event", "ten_1", data: [:], context: MessageContext(), at: now, in: tx)
            }
            try EndpointStore.insert(
                Endpoint(
                    id: "ep_1", tenant: "ten_1", url: "https://x.example.com/", description: nil, eventTypes: ["*"],
                    status: .enabled, sealedSecret: [1], createdAt: now, callbackMethod: nil), in: tx)
            let endpoint = try #require(try EndpointStore.target("ten_1", "ep_1", in: tx))
            let replay = try ReplayStore.begin(
                endpoint, since: now.adding(seconds: -60), until: nil, types: nil, statuses: Replay.Status.allCases,
                at: now, in: tx)
            return (replay, endpoint)
        }
        try await ReplayJob(database: bench.database, clock: GatewayClock { now }).giveUp("ten_1", replay.0.id)
        let isRunning = try await bench.database.read { try ReplayStore.isRunning(replay.1, in: $0) }
        #expect(!isRunning)
        let left = try await bench.database.read { try ReplayStore.find("ten_1", replay.0.id, in: $0)?.state }
        #expect(left == .cancelled)
    }
}
