import JSONValue
import Foundation
import Logging
import MeetingBaaS
import SQL
import Support
import Synchronization
import Testing

@testable import Gateway

/// How jobs end. The clock here is the test's.
struct JobRunnerTests {
    private final class Hands: Sendable {
        private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
        var now: Timestamp { time.withLock { $0 } }
        func move(seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    private struct Bench: Sendable {
        let database: any Database
        let hands: Hands
        let runner: JobRunner

        func job(_ kind: Job.Kind) async throws -> Row? {
            try await database.read { try $0.first("SELECT * FROM jobs WHERE kind = \(kind.rawValue)") }
        }

        /// Runs jobs until `isDone`.
        func run(until isDone: @escaping @Sendable () async throws -> Bool) async throws {
            let runner = self.runner
            let running = Task { try await runner.run() }
            defer { running.cancel() }
            for _ in 0..<500 {
                if try await isDone() { return }
                // Another task does the work, in its own time.
                try await Task.sleep(for: .milliseconds(20))
            }
            Issue.record("it did not happen within ten seconds")
        }
    }

    private func bench(_ tenants: [String] = ["ten_1"]) async throws -> Bench {
        let database = try await SQLiteDatabase.open(
            path: Fixture.temporaryFolder().appendingPathComponent("jobs.db").path)
        try await Schema.migrator.run(on: database)
        let hands = Hands()
        for id in tenants {
            let tenant = Tenant(
                id: id, slug: "\(id.dropFirst(4))-slug", name: id, status: .active, settings: TenantSettings(),
                createdAt: hands.now)
            try await database.write { try TenantStore.insert(tenant, in: $0) }
        }
        var logger = Logger(label: "jobs")
        logger.logLevel = .critical
        return Bench(
            database: database, hands: hands,
            runner: JobRunner(
                database: database, clock: GatewayClock { hands.now }, logger: logger, metrics: GatewayMetrics()))
    }

    private func add(_ kind: Job.Kind, to bench: Bench) async throws {
        let now = bench.hands.now
        try await bench.database.write { try JobStore.add(kind, "ten_1", "subject", at: now, in: $0) }
    }

    @Test(arguments: Job.Kind.allCases)
    func `A job ends with its last try, but for what deletes`(kind: Job.Kind) async throws {
        let bench = try await bench()
        let tries = Mutex<[Bool]>([])
        bench.runner.handle(kind) { _, lastTry in
            tries.withLock { $0.append(lastTry) }
            throw UpstreamError.unavailable(status: 503)
        }
        try await add(kind, to: bench)
        try await bench.run { try await bench.job(kind)?.integer("attempts") == 1 }
        #expect(tries.withLock { $0 } == [false], "a failure before the end is tried again")
        bench.hands.move(seconds: Job.life + 1)
        let deletes: Set<Job.Kind> = [
            .deleteConnection, .deleteTenant, .deleteCalendar, .deleteUserBots, .endBot, .endCredential, .anonymiseUser,
            .revokeGrant, .updateDeliveries, .endSessions, .bindHeld,
        ]
        if deletes.contains(kind) {
            try await bench.run { try await bench.job(kind)?.integer("attempts") == 2 }
        } else {
            try await bench.run { try await bench.job(kind) == nil }
        }
        #expect(tries.withLock { $0 } == [false, true])
    }

    @Test func `What was added again during its last try gets another`() async throws {
        let bench = try await bench()
        let (database, hands) = (bench.database, bench.hands)
        bench.runner.handle(.checkConnection) { _, lastTry in
            if lastTry {
                let now = hands.now
                try await database.write { try JobStore.add(.checkConnection, "ten_1", "subject", at: now, in: $0) }
            }
            throw UpstreamError.unavailable(status: 503)
        }
        try await add(.checkConnection, to: bench)
        bench.hands.move(seconds: Job.life + 1)
        try await bench.run { try await bench.job(.checkConnection)?.integer("attempts") ?? 0 >= 1 }
        let row = try #require(try await bench.job(.checkConnection))
        #expect(try row.integer("deadline_at") > hands.now.milliseconds)
    }

    @Test func `The time of a suspension does not count, and its end wakes what waited`() async throws {
        let bench = try await bench()
        bench.runner.handle(.renewCalendars) { _, _ in throw UpstreamError.callerSuspended }
        bench.runner.handle(.fillCalendar) { _, _ in throw UpstreamError.unavailable(status: 503) }
        try await add(.renewCalendars, to: bench)
        bench.hands.move(seconds: Job.life + 1)
        try await add(.fillCalendar, to: bench)
        try await bench.run {
            let (one, two) = (try await bench.job(.renewCalendars), try await bench.job(.fillCalendar))
            return try one?.integer("attempts") == 1 && two?.integer("attempts") == 1
        }
        let (now, hands) = (bench.hands.now, bench.hands)
        var waiting = try #require(try await bench.job(.renewCalendars))
        #expect(try waiting.integer("deadline_at") > now.milliseconds && waiting.integer("due_at") > now.milliseconds)
        try await bench.database.write { _ = try JobStore.hasten("ten_1", at: hands.now, limit: 10, in: $0) }
        waiting = try #require(try await bench.job(.renewCalendars))
        #expect(try waiting.integer("due_at") == now.milliseconds)
        let other = try #require(try await bench.job(.fillCalendar))
        #expect(try other.integer("due_at") > now.milliseconds, "what failed otherwise keeps its own time")
    }

    /// A disk that fills up: everything can be read, and nothing written from a moment on.
    private final class FullDisk: Database {
        private let base: any Database
        private let isFull = Mutex(false)
        let claims = Mutex(0)
        private static let fault = SQLError.engine(code: 13, message: "database or disk is full")

        init(base: any Database) { self.base = base }

        func fillUp() { isFull.withLock { $0 = true } }

        func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
            try await base.read(body)
        }
        func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
            claims.withLock { $0 += 1 }
            if isFull.withLock({ $0 }) { throw Self.fault }
            return try await base.write(body)
        }
        func writeInCompany<T: Sendable>(
            _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T { throw Self.fault }
        func write<T: Sendable>(
            _ body: @escaping @Sendable (any Transaction) throws -> T,
            then: @escaping @Sendable (Result<T, any Error>) -> Void
        ) { then(.failure(Self.fault)) }
        func listen(_ told: @escaping @Sendable ([ChangeNotice]) -> Void) {}
        var load: DatabaseLoad { base.load }
        func close() async { await base.close() }
    }

    /// - Parameter isFullAtStart: else storage fails while the job runs.
    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func `Work is not done over and over while storage takes no outcome`(isFullAtStart: Bool) async throws {
        let bench = try await bench()
        try await add(.deleteCalendar, to: bench)
        let hands = bench.hands
        var logger = Logger(label: "jobs")
        logger.logLevel = .critical
        let disk = FullDisk(base: bench.database)
        if isFullAtStart { disk.fillUp() }
        let runner = JobRunner(
            database: disk, clock: GatewayClock { hands.now }, logger: logger, metrics: GatewayMetrics())
        let runs = Mutex(0)
        runner.handle(.deleteCalendar) { _, _ in
            runs.withLock { $0 += 1 }
            disk.fillUp()
            runner.wake()
        }
        let running = Task { try await runner.run() }
        // Time is what must not bring another run: the first pause is two seconds.
        try await Task.sleep(for: .milliseconds(700))
        running.cancel()
        try await running.value
        #expect(runs.withLock { $0 } == (isFullAtStart ? 0 : 1))
        #expect(disk.claims.withLock { $0 } < 8, "nor is the claim repeated without a pause")
    }

    @Test func `Work that is added again while it runs is due then, whether the run fails or not`() async throws {
        for fails in [false, true] {
            let bench = try await bench()
            let (database, hands) = (bench.database, bench.hands)
            let runs = Mutex(0)
            bench.runner.handle(.checkConnection) { _, _ in
                guard
                    runs.withLock({
                        $0 += 1; return $0
                    }) == 1
                else { return }
                let now = hands.now
                try await database.write { try JobStore.add(.checkConnection, "ten_1", "subject", at: now, in: $0) }
                if fails { throw UpstreamError.unavailable(status: 503) }
            }
            try await add(.checkConnection, to: bench)
            // The clock stands still: with a back-off it would not run again.
            try await bench.run { try await bench.job(.checkConnection) == nil }
            #expect(runs.withLock { $0 } == 2)
        }
    }

    @Test func `Work of a kind that nobody does stays, and costs nothing`() async throws {
        let bench = try await bench()
        try await add(.fillCalendar, to: bench)
        try await bench.database.write { tx in
            _ = try tx.run("UPDATE jobs SET kind = 'ofALaterVersion', due_at = 0")
        }
        try await add(.checkConnection, to: bench)
        let disk = FullDisk(base: bench.database)
        var logger = Logger(label: "jobs")
        logger.logLevel = .critical
        let hands = bench.hands
        let runner = JobRunner(
            database: disk, clock: GatewayClock { hands.now }, logger: logger, metrics: GatewayMetrics())
        runner.handle(.fillCalendar) { _, _ in }
        let running = Task { try await runner.run() }
        // Nothing is to happen in this time.
        try await Task.sleep(for: .milliseconds(300))
        running.cancel()
        try await running.value
        #expect(disk.claims.withLock { $0 } == 1, "the end of former leases")
        #expect(try await bench.job(.checkConnection) != nil)
        let left = try await bench.database.read { try $0.run("SELECT id FROM jobs").count }
        #expect(left == 2)
    }

    @Test func `A thousand backfills of one tenant keep nobody waiting`() async throws {
        let bench = try await bench(["ten_1", "ten_2"])
        let now = bench.hands.now
        try await bench.database.write { tx in
            for number in 0..<1_000 { try JobStore.add(.fillCalendar, "ten_1", "cal_\(number)", at: now, in: tx) }
            try JobStore.add(.deleteConnection, "ten_1", "con_1", at: now, in: tx)
            try JobStore.add(.replay, "ten_1", "rpl_1", at: now, in: tx)
            try JobStore.add(.fillCalendar, "ten_2", "cal_other", at: now, in: tx)
            try tx.run("UPDATE jobs SET due_at = due_at - 60000 WHERE kind = 'fillCalendar' AND tenant_id = 'ten_1'")
        }
        let done = Mutex<[String]>([])
        for kind in [Job.Kind.fillCalendar, .deleteConnection, .replay] {
            bench.runner.handle(kind) { job, _ in
                if job.kind == .fillCalendar, job.tenant == "ten_1" {
                    // A slow call to Meeting BaaS.
                    try await Task.sleep(for: .milliseconds(200))
                }
                done.withLock { $0.append(job.subject) }
            }
        }
        let awaited: Set = ["con_1", "rpl_1", "cal_other"]
        try await bench.run { awaited.isSubset(of: done.withLock { $0 }) }
        #expect(done.withLock { $0.count } < 20, "they did not wait for the backfills")
    }

    @Test func `A lease keeps others from a job until it runs out, and a lost one changes nothing`() async throws {
        let bench = try await bench()
        let now = bench.hands.now
        try await add(.deleteCalendar, to: bench)
        func claim(at time: Timestamp) async throws -> Job? {
            try await bench.database.write { tx in
                let waiting = try JobStore.waiting([.deleteCalendar], at: time, in: tx)
                return try JobStore.claim(waiting, running: [], at: time, in: tx).first
            }
        }
        let first = try #require(try await claim(at: now))
        #expect(try await claim(at: now.adding(seconds: JobStore.leaseSeconds - 1)) == nil)
        try await bench.database.write {
            try JobStore.renew([first], at: now.adding(seconds: 60), in: $0)
        }
        #expect(try await claim(at: now.adding(seconds: JobStore.leaseSeconds + 1)) == nil)
        let second = try #require(try await claim(at: now.adding(seconds: JobStore.leaseSeconds + 61)))
        #expect(second.lease == first.lease + 1)
        try await bench.database.write { tx in
            #expect(try !JobStore.remove(first, in: tx))
            try JobStore.postpone(first, until: now.adding(seconds: 9_999), deadline: now, reason: "late", in: tx)
        }
        let row = try #require(try await bench.job(.deleteCalendar))
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
        try await Replayer(database: bench.database, clock: GatewayClock { now }).giveUp("ten_1", replay.0.id)
        let isRunning = try await bench.database.read { try ReplayStore.isRunning(replay.1, in: $0) }
        #expect(!isRunning)
        let left = try await bench.database.read { try ReplayStore.find("ten_1", replay.0.id, in: $0)?.state }
        #expect(left == .cancelled)
    }
}
