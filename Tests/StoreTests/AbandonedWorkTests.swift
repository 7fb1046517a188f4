import JSONValue
import Logging
import SQL
import Synchronization
import Testing

@testable import Gateway

/// Jobs, requests and consents whose process died are freed, those of a process that lives are not.
@Suite struct AbandonedWorkTests {
    private static let now = StorePlace.now
    private static let rows = [JobStore.abandoned, IdempotencyStore.abandoned, ConsentStore.abandoned]

    /// The work of one owner: a job, two requests and a consent.
    private struct Work: Sendable {
        let owner: String
        let kind: JobKind
        var now: Timestamp { AbandonedWorkTests.now }
        var unsent: IdempotencyStore.Row { .init(tenant: "ten-a", id: "unsent-\(owner)", fingerprint: [1]) }
        var sent: IdempotencyStore.Row { .init(tenant: "ten-a", id: "sent-\(owner)", fingerprint: [1]) }

        func begin(_ rows: Rows, in tx: any Transaction) throws {
            try JobStore.add(kind, "ten-a", owner, at: now, in: tx)
            let due = JobSlots.DueJob(tenant: "ten-a", kind: kind, due: now)
            let later = now.adding(seconds: 1)
            #expect(try JobStore.claim([due], running: [], owner: owner, at: later, in: tx).first?.subject == owner)
            for row in [unsent, sent] {
                _ = try IdempotencyStore.claim(row, as: owner, owner: owner, at: now, in: tx)
            }
            #expect(try IdempotencyStore.markSent(sent, claim: owner, at: now, in: tx))
            try ConsentStore.insert(
                rows.consent(owner, at: now), as: tx.admitted(rows.tenant), in: tx)
            let state = rows.digest(owner)
            try ConsentStore.storeCode(
                state: state, tenant: rows.tenant, sealedCode: [1], ticket: state, until: now, in: tx)
            #expect(try ConsentStore.takeCode(rows.tenant, state: state, owner: owner, in: tx))
        }

        /// The state that others find a second later.
        func found(_ rows: Rows, in tx: any Transaction) throws -> [String] {
            let due = JobSlots.DueJob(tenant: "ten-a", kind: kind, due: now)
            let time = now.adding(seconds: Idempotency.settling + 1)
            func claim(_ row: IdempotencyStore.Row) throws -> String {
                let claim = try IdempotencyStore.claim(row, as: "next", at: time, in: tx)
                return if case .unresolved = claim { "unresolved" } else { "\(claim)" }
            }
            return [
                try JobStore.claim([due], running: [], at: now.adding(seconds: 2), in: tx).isEmpty ? "leased" : "due",
                try claim(unsent), try claim(sent),
                try ConsentStore.find(rows.tenant, ticket: rows.digest(owner), in: tx)?.0.status.rawValue ?? "gone",
            ]
        }
    }

    @Test(arguments: StoreEngine.all) func `What a dead process worked on is free, and a live one keeps what it has`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        let live = Work(owner: "live", kind: EndCredentialJob.kind)
        let dead = Work(owner: "dead", kind: DeleteCalendarJob.kind)
        try await place.write { tx in
            for work in [live, dead] {
                try ReplicaStore.join(work.owner, host: "host", in: tx)
                try work.begin(rows, in: tx)
            }
            #expect(try !ReplicaStore.isAnyAbandoned(Self.rows.map(\.table), in: tx))
        }
        let work = AbandonedWork(
            database: place.database, replica: .alone(place.database, logger: Logger(label: "test")), rows: Self.rows,
            logger: Logger(label: "test"))
        try await work.round()
        let kept = ["leased", "running", "running", "taken"]
        #expect(try await place.trial { try dead.found(rows, in: $0) } == kept, "it lives")

        try await place.write { try $0.run("UPDATE replicas SET until = 1 WHERE id = 'dead'") }
        for rows in Self.rows {
            #expect(try await place.read { try ReplicaStore.isAnyAbandoned([rows.table], in: $0) })
        }
        #expect(try await place.notices { try JobStore.endLeases(in: $0) }.contains("jobs "))
        try await work.round()
        #expect(try await place.read { try !ReplicaStore.isAnyAbandoned(Self.rows.map(\.table), in: $0) })
        #expect(try await place.trial { try live.found(rows, in: $0) } == kept)
        #expect(try await place.trial { try dead.found(rows, in: $0) } == ["due", "fresh", "unresolved", "void"])
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A code that a live process exchanges outlives its ticket`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let (rows, state) = (place.rows, place.rows.digest("state"))
        try await place.write { tx in
            try ReplicaStore.join("live", host: "host", in: tx)
            try ConsentStore.storeCode(
                state: state, tenant: rows.tenant, sealedCode: [1], ticket: state, until: Self.now, in: tx)
            #expect(try ConsentStore.takeCode(rows.tenant, state: state, owner: "live", in: tx))
            func expire() throws -> Int { try ConsentStore.expired(at: Self.now)[0].expire(in: tx) }
            // The row of a replica whose life ends after the test's time.
            try tx.run("UPDATE replicas SET until = \(Self.now.milliseconds + 1)")
            #expect(try expire() == 0)
            try tx.run("UPDATE replicas SET until = \(Self.now.milliseconds)")
            #expect(try expire() == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A lease that nobody took holds again when it is renewed`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let due = JobSlots.DueJob(tenant: "ten-a", kind: EndBotJob.kind, due: Self.now)
        try await place.write { tx in
            let job = try #require(
                try JobStore.claim([due], running: [], owner: "former", at: Self.now, in: tx).first)
            try JobStore.endLeases(in: tx)
            #expect(try JobStore.renew([job], owner: "present", at: Self.now, in: tx).isEmpty)
            #expect(try tx.count("jobs WHERE owner = 'present' AND leased_until > 0") == 1)
            try JobStore.endLeases(in: tx)
            _ = try #require(try JobStore.claim([due], running: [], owner: "other", at: Self.now, in: tx).first)
            #expect(try JobStore.renew([job], owner: "present", at: Self.now, in: tx) == [job.id])
            try JobStore.remove(EndBotJob.kind, "ten-a", job.subject, in: tx)
            #expect(try JobStore.renew([job], owner: "present", at: Self.now, in: tx).isEmpty, "it is nobody's")
        }
        await place.database.close()
    }

    /// Runs until it is cancelled.
    private struct EndlessJob: Job {
        static let kind = EndBotJob.kind
        let began: @Sendable () -> Void
        let cancelled: @Sendable () -> Void

        func run(_ job: QueuedJob, isLastTry: Bool) async throws {
            began()
            do {
                // Work that ends only by being cancelled.
                try await Task.sleep(for: .seconds(60))
            } catch {
                cancelled()
                throw error
            }
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: StoreEngine.all) func `A job whose lease another process took ends`(
        engine: StoreEngine
    ) async throws {
        try await ReplicaProcess.two(engine) { place, one, _ in
            let (events, event) = AsyncStream.makeStream(of: String.self)
            let job = EndlessJob {
                event.yield("began")
            } cancelled: {
                event.yield("cancelled")
            }
            let runner = try JobRunner(
                jobs: [job], database: one.database, replica: one.replica, clock: GatewayClock { Self.now },
                logger: Logger(label: "test"), metrics: PrometheusFactory())
            let running = Task { try await runner.run() }
            var next = events.makeAsyncIterator()
            #expect(await next.next() == "began")
            #expect(try await place.count("jobs WHERE owner = \(one.replica.id)") == 1)
            try await place.write {
                try $0.run("UPDATE jobs SET lease_number = lease_number + 1, owner = 'x' WHERE leased_until > 0")
            }
            #expect(await next.next() == "cancelled")
            running.cancel()
            _ = await running.result
            #expect(try await place.count("jobs WHERE owner = 'x' AND leased_until > 0") == 1, "it is another's")
        }
    }

    // MARK: - other rows of replicas

    @Test(arguments: StoreEngine.all)
    func `While replicas start anew with another shared key, the former one is no third generation`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            func generation(_ digest: [UInt8]) throws -> Int64 {
                try AccountStore.noteSharedKey(digest, at: Self.now, in: tx)
                return try GenerationStore.current(Account.sharedID, .account, GenerationStore.account, in: tx).number
            }
            for id in ["one", "two"] { try ReplicaStore.join(id, host: "host", in: tx) }
            #expect(try [[1], [2], [1], [2], [2]].map(generation) == [0, 1, 1, 1, 1])
            #expect(try [[3], [1]].map(generation) == [2, 3], "a key of long ago is another one")
            try ReplicaStore.leave("two", in: tx)
            #expect(try generation([3]) == 4, "nobody has the other one")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Each replica proves its writes with a row of its own`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        func readiness(_ number: Int64) -> Readiness {
            Readiness(database: place.database, logger: Logger(label: "test"), number: number, ttl: .zero)
        }
        let (one, two) = (readiness(1), readiness(2))
        for readiness in [one, two, one, two] { #expect(await readiness.isReady()) }
        #expect(try await place.count("readiness_probes") == 2)
        #expect(await readiness(3).isReady())
        #expect(try await place.count("readiness_probes") == 1, "those of replicas that may be gone")
        one.end()
        #expect(await !one.isReady())
        await place.database.close()
    }
}
