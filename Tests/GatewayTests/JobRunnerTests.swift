import Foundation
import Logging
import MeetingBaaS
import SQL
import Support
import Synchronization
import Testing
import Wire

@testable import Gateway

/// How jobs end. The clock here is the test's.
struct JobQueueTests {
    private final class Hands: Sendable {
        private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
        var now: Timestamp { time.withLock { $0 } }
        func move(seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    private struct Bench: Sendable {
        let database: any Database
        let hands: Hands
        let queue: JobRunner

        func job(_ kind: Job.Kind) async throws -> Row? {
            try await database.read { try $0.first("SELECT * FROM jobs WHERE kind = \(kind.rawValue)") }
        }

        /// Runs the queue until `isDone`.
        func run(until isDone: @escaping @Sendable () async throws -> Bool) async throws {
            let queue = self.queue
            let running = Task { try await queue.run() }
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
            queue: JobRunner(
                database: database, clock: GatewayClock { hands.now }, logger: logger, metrics: Metrics()))
    }

    private func add(_ kind: Job.Kind, to bench: Bench) async throws {
        let now = bench.hands.now
        try await bench.database.write { try JobStore.add(kind, "ten_1", "subject", at: now, in: $0) }
    }

    @Test(arguments: Job.Kind.allCases)
    func `A job ends with its last try, but for what deletes`(kind: Job.Kind) async throws {
        let bench = try await bench()
        let tries = Mutex<[Bool]>([])
        bench.queue.handle(kind) { _, lastTry in
            tries.withLock { $0.append(lastTry) }
            throw UpstreamFault.unavailable(status: 503)
        }
        try await add(kind, to: bench)
        try await bench.run { try await bench.job(kind)?.integer("attempts") == 1 }
        #expect(tries.withLock { $0 } == [false], "a failure before the end is tried again")
        bench.hands.move(seconds: Job.life + 1)
        let deletes: Set<Job.Kind> = [
            .deleteConnection, .deleteTenant, .deleteCalendar, .deleteUserBots, .endBot, .endCredential, .anonymiseUser,
            .revokeGrant,
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
        bench.queue.handle(.checkConnection) { _, lastTry in
            if lastTry {
                let now = hands.now
                try await database.write { try JobStore.add(.checkConnection, "ten_1", "subject", at: now, in: $0) }
            }
            throw UpstreamFault.unavailable(status: 503)
        }
        try await add(.checkConnection, to: bench)
        bench.hands.move(seconds: Job.life + 1)
        try await bench.run { try await bench.job(.checkConnection)?.integer("attempts") ?? 0 >= 1 }
        let row = try #require(try await bench.job(.checkConnection))
        #expect(try row.integer("deadline_at") > hands.now.milliseconds)
    }

    @Test func `The time of a suspension does not count, and its end wakes what waited`() async throws {
        let bench = try await bench()
        bench.queue.handle(.renewCalendars) { _, _ in throw UpstreamFault.callerSuspended }
        bench.queue.handle(.fillCalendar) { _, _ in throw UpstreamFault.unavailable(status: 503) }
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
        try await bench.database.write { try JobStore.hasten("ten_1", at: hands.now, in: $0) }
        waiting = try #require(try await bench.job(.renewCalendars))
        #expect(try waiting.integer("due_at") == now.milliseconds)
        let other = try #require(try await bench.job(.fillCalendar))
        #expect(try other.integer("due_at") > now.milliseconds, "what failed otherwise keeps its own time")
    }

    /// A disk that is full: what is there can be read, and nothing written.
    private struct FullDisk: Database {
        let base: any Database
        private static let fault = SQLError.engine(code: 13, message: "database or disk is full")

        func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
            try await base.read(body)
        }
        func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
            throw Self.fault
        }
        func writeInCompany<T: Sendable>(
            _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T { throw Self.fault }
        func write<T: Sendable>(
            _ body: @escaping @Sendable (any Transaction) throws -> T,
            then: @escaping @Sendable (Result<T, any Error>) -> Void
        ) { then(.failure(Self.fault)) }
        func listen(_ told: @escaping @Sendable ([Notice]) -> Void) {}
        var load: DatabaseLoad { base.load }
        func close() async { await base.close() }
    }

    @Test(.timeLimit(.minutes(1))) func `Work is not done over and over while storage takes no outcome`() async throws {
        let bench = try await bench()
        try await add(.deleteCalendar, to: bench)
        let hands = bench.hands
        var logger = Logger(label: "jobs")
        logger.logLevel = .critical
        let queue = JobRunner(
            database: FullDisk(base: bench.database), clock: GatewayClock { hands.now }, logger: logger,
            metrics: Metrics())
        let runs = Mutex(0)
        queue.handle(.deleteCalendar) { _, _ in runs.withLock { $0 += 1 } }
        let running = Task { try await queue.run() }
        // Another task does the work, in its own time.
        while runs.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        // Time is what must not bring another run: the first pause is five seconds.
        try await Task.sleep(for: .milliseconds(500))
        running.cancel()
        #expect(runs.withLock { $0 } == 1)
    }

    @Test func `A replay that is given up leaves its endpoint free`() async throws {
        let bench = try await bench()
        let now = bench.hands.now
        let replay = try await bench.database.write { tx in
            try EndpointStore.insert(
                Endpoint(
                    id: "ep_1", tenant: "ten_1", url: "https://x.example.com/", description: nil, eventTypes: ["*"],
                    status: .enabled, sealedSecret: [1], createdAt: now, callbackMethod: nil), in: tx)
            for _ in 0..<3 {
                try MessageStore.emit("test.event", "ten_1", data: [:], context: MessageContext(), at: now, in: tx)
            }
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
