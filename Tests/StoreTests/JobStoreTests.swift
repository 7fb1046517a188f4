import JSONValue
import SQL
import Testing

@testable import Gateway

@Suite struct JobStoreTests {
    private static let now = StorePlace.now
    private static let kind = EndBotJob.kind

    private static func due(_ tenant: String, _ kind: JobKind = kind) -> JobSlots.DueJob {
        .init(tenant: tenant, kind: kind, due: now)
    }

    private static func claim(_ tenant: String, at now: Timestamp = now, in tx: any Transaction) throws -> QueuedJob? {
        try JobStore.claim([due(tenant)], running: [], at: now, in: tx).first
    }

    @Test(arguments: StoreEngine.all) func `Work that is added twice waits once, as it was added last`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let now = Self.now
        #expect(
            try await place.notices { try JobStore.add(Self.kind, "ten-a", "bot", at: now, delay: 60, in: $0) }
                == ["jobs "])
        try await place.write { tx in
            #expect(try tx.count("jobs WHERE kind = \(Self.kind.name)") == 1)
            #expect(try Self.claim("ten-a", in: tx) == nil, "not due yet")
            let job = try #require(try Self.claim("ten-a", at: now.adding(seconds: 60), in: tx))
            #expect(job.subject == "bot" && job.version == 1 && job.lease == 1 && job.attempts == 0)
            #expect(job.deadline == now.adding(seconds: QueuedJob.ttl))
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `What waits is named by tenant and kind, with the first due time`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        try await place.write { tx in
            try JobStore.add(Self.kind, "ten-b", "early", at: Self.now.adding(seconds: -500), in: tx)
            try JobStore.add(Self.kind, "ten-c", "gone", at: Self.now, in: tx)
            func waiting(at now: Timestamp) throws -> [String: Timestamp] {
                let found = try JobStore.waiting([Self.kind, EndCredentialJob.kind], at: now, in: tx)
                return Dictionary(uniqueKeysWithValues: found.map { ($0.tenant, $0.due) })
            }
            let early = Self.now.adding(seconds: -500)
            #expect(try waiting(at: Self.now) == ["ten-a": Rows.made, "ten-b": early, "ten-c": Self.now])
            #expect(try JobStore.claim([Self.due("ten-c")], running: [], at: Self.now, in: tx).count == 1)
            #expect(try waiting(at: Self.now).keys.sorted() == ["ten-a", "ten-b"])
            let later = Self.now.adding(seconds: JobStore.leaseSeconds)
            #expect(try waiting(at: later).keys.sorted() == ["ten-a", "ten-b", "ten-c"], "its lease has ended")
            #expect(try JobStore.depth(in: tx).depth == tx.count("jobs"))
            #expect(try JobStore.depth(in: tx).oldest == early)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `The job that is due first is claimed, and none that runs here`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            try JobStore.add(Self.kind, "ten-a", "first", at: Rows.made.adding(seconds: -1), in: tx)
            let first = try #require(try Self.claim("ten-a", in: tx))
            #expect(first.subject == "first")
            let second = try #require(try Self.claim("ten-a", in: tx))
            #expect(second.subject == "bot")
            #expect(try Self.claim("ten-a", in: tx) == nil)
            let later = Self.now.adding(seconds: JobStore.leaseSeconds)
            #expect(
                try JobStore.claim([Self.due("ten-a")], running: [first.id, second.id], at: later, in: tx).isEmpty)
            let again = try #require(
                try JobStore.claim([Self.due("ten-a")], running: [second.id], at: later, in: tx).first)
            #expect(again.id == first.id && again.lease == 2)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `An outcome counts under its own lease alone`(engine: StoreEngine)
        async throws
    {
        let place = try await StorePlace(engine, ["a"])
        let now = Self.now
        try await place.write { tx in
            let lost = try #require(try Self.claim("ten-a", in: tx))
            let later = now.adding(seconds: JobStore.leaseSeconds)
            let held = try #require(try Self.claim("ten-a", at: later, in: tx))
            #expect(held.id == lost.id && held.lease == lost.lease + 1)
            // The first holder has lost its lease: it changes nothing.
            try JobStore.postpone(lost, until: now, deadline: now, reason: "late", in: tx)
            try JobStore.renew([lost], at: later.adding(seconds: 60), in: tx)
            try JobStore.release(lost, in: tx)
            #expect(try !JobStore.remove(lost, in: tx))
            #expect(try Self.claim("ten-a", at: later.adding(seconds: 1), in: tx) == nil, "still leased")
            try JobStore.renew([held], at: later.adding(seconds: 60), in: tx)
            let end = later.adding(seconds: JobStore.leaseSeconds)
            #expect(try Self.claim("ten-a", at: end, in: tx) == nil, "renewed")
            try JobStore.postpone(held, until: end, deadline: end, reason: "down", in: tx)
            let retried = try #require(try Self.claim("ten-a", at: end, in: tx))
            #expect(retried.attempts == 1 && retried.deadline == end)
            // Added again while it runs: it runs once more.
            try JobStore.add(Self.kind, "ten-a", "bot", at: now, in: tx)
            #expect(try !JobStore.remove(retried, in: tx))
            let last = try #require(try Self.claim("ten-a", at: end, in: tx))
            #expect(last.attempts == 0)
            #expect(try JobStore.remove(last, in: tx))
            #expect(try !JobStore.waits("ten-a", [Self.kind], in: tx))
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Leases end with the process, and jobs with their subject or tenant`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        try await place.write { tx in
            #expect(try Self.claim("ten-a", in: tx) != nil && Self.claim("ten-a", in: tx) == nil)
            try JobStore.endLeases(in: tx)
            let job = try #require(try Self.claim("ten-a", in: tx))
            try JobStore.add(Self.kind, "ten-a", "other", at: Self.now, in: tx)
            try JobStore.remove(Self.kind, "ten-a", "other", in: tx)
            try JobStore.add(Self.kind, "ten-a", "more", at: Self.now, in: tx)
            let others = try tx.count("jobs WHERE tenant_id = 'ten-b'")
            #expect(try JobStore.removeAll("ten-a", except: job.id, limit: 1, in: tx) == 1)
            while try JobStore.removeAll("ten-a", except: job.id, limit: 1, in: tx) == 1 {}
            #expect(try tx.count("jobs WHERE tenant_id = 'ten-a'") == 1)
            #expect(try tx.count("jobs WHERE tenant_id = 'ten-b'") == others)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `Work that waited for a suspended tenant is due when it is active, so many at once`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let (now, far) = (Self.now, Self.now.adding(seconds: 3_600))
        try await place.write { tx in
            for subject in ["one", "two", "three"] { try JobStore.add(Self.kind, "ten-a", subject, at: now, in: tx) }
            while let job = try Self.claim("ten-a", in: tx) {
                let reason = job.subject == "three" ? "down" : JobStore.suspended
                try JobStore.postpone(job, until: far, deadline: far, reason: reason, in: tx)
            }
            #expect(try JobStore.hasten("ten-a", at: now, limit: 1, in: tx) == 1)
            #expect(try JobStore.hasten("ten-a", at: now, limit: 9, in: tx) == 2, "two and the seed's")
            #expect(try JobStore.hasten("ten-a", at: now, limit: 9, in: tx) == 0)
            var subjects: Set<String> = []
            while let job = try Self.claim("ten-a", in: tx) { subjects.insert(job.subject) }
            #expect(subjects == ["one", "two", "bot"])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A tenant's rows are deleted in batches, and its deletion's job stays`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let left = try await place.read { try Dump.rows(of: "ten-b", in: $0) }
        let clock = GatewayClock { Self.now }
        let deletion = ConnectionDeletion(dependents: .calendars)
        let steps: [ErasureStep] = [
            .recordings, .bots(place.database, clock) { _, _, _ in [] }, .calendars,
            .connections(place.database, clock, deletion), .messaging(place.database, clock), .accounts, .identity,
            .idempotency(place.database), .core,
        ]
        try await place.write { tx in
            // One table has more rows than a batch.
            for number in 0..<5 {
                try MessageStore.insertWithoutDelivery(place.rows.messageRow("more\(number)"), in: tx)
            }
            try JobStore.add(.deleteTenant, "ten-a", "ten-a", at: Self.now, in: tx)
            let due = JobSlots.DueJob(tenant: "ten-a", kind: .deleteTenant, due: Self.now)
            let job = try #require(try JobStore.claim([due], running: [], at: Self.now, in: tx).first)
            var count = 0
            while true {
                let some = try TenantErasure.deleteRows("ten-a", steps, for: job, limit: 3, in: tx)
                #expect(some <= 3)
                count += some
                if some == 0 { break }
            }
            #expect(count > 25)
            #expect(try tx.count("jobs WHERE tenant_id = 'ten-a'") == 1)
            try JobStore.remove(job, in: tx)
            try CalendarCreationStore.end("new-a", in: tx)
            try TenantStore.delete("ten-a", in: tx)
            try place.tenantKeys.destroyKey(of: "ten-a", in: tx)
            #expect(try Dump.rows(of: "ten-a", in: tx) == [])
            #expect(try Dump.rows(of: "ten-b", in: tx) == left)
        }
        await place.database.close()
    }
}
