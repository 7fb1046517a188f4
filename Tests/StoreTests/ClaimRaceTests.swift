import JSONValue
import OAuth
import SQL
import Sealing
import Testing

@testable import Gateway

/// Of callers that claim the same thing at the same time, one gets it.
struct ClaimRaceTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all, Callers.allCases) func `A job's lease is one caller's`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let due = JobSlots.DueJob(tenant: "ten-a", kind: EndBotJob.kind, due: Self.now)
        let won = try await callers.winners(place) { _, tx in
            try !JobStore.claim([due], running: [], at: Self.now, in: tx).isEmpty
        }
        #expect(won == 1)
        // A lease that was lost is not renewed, and its outcome changes nothing.
        let later = Self.now.adding(seconds: JobStore.leaseSeconds)
        let lost = try await place.write { try JobStore.claim([due], running: [], at: later, in: $0) }
        let late = later.adding(seconds: JobStore.leaseSeconds)
        let ends = try await callers.race(place) { number, database in
            try await database.write { tx in
                if number == 0 { return try JobStore.claim([due], running: [], at: late, in: tx).count }
                try JobStore.renew(lost, at: later, in: tx)
                return 0
            }
        }
        #expect(try ends[0].get() == 1)
        #expect(try await place.write { try JobStore.remove(try #require(lost.first), in: $0) } == false)
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all, Callers.allCases) func `An idempotency key is one request's`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let row = IdempotencyStore.Row(tenant: "ten-a", id: "k", fingerprint: [1])
        let answers = try await callers.race(place) { number, database in
            try await database.write { "\(try IdempotencyStore.claim(row, as: "c\(number)", at: Self.now, in: $0))" }
        }.map { try $0.get() }
        #expect(answers.sorted() == ["fresh"] + Array(repeating: "running", count: Callers.number - 1))
        // Only its holder stores a reply.
        let holder = try #require(answers.firstIndex(of: "fresh"))
        let stored = try await callers.winners(place) { number, tx in
            try IdempotencyStore.finish(row, claim: "c\(number)", user: nil, [UInt8(number)], in: tx)
        }
        #expect(stored == 1)
        let reply = try await place.write { "\(try IdempotencyStore.claim(row, as: "new", at: Self.now, in: $0))" }
        #expect(reply == "done([\(holder)])")
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all, Callers.allCases) func `A consent's state and its code are one caller's each`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let state = place.rows.digest("state")
        let taken = try await callers.winners(place) { _, tx in
            try ConsentStore.take(state: state, tenant: "ten-a", .google, at: Self.now, in: tx) != nil
        }
        #expect(taken == 1)
        try await place.write {
            try ConsentStore.storeCode(
                state: state, tenant: "ten-a", sealedCode: [1], ticket: [1], until: Self.now, in: $0)
        }
        #expect(
            try await callers.winners(place) { _, tx in try ConsentStore.takeCode("ten-a", state: state, in: tx) } == 1)
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all, Callers.allCases)
    func `A sync, a revocation and an endpoint's end are one caller's each`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        let syncs = try await callers.winners(place) { _, tx in
            try AccountStore.takeSync(rows.account, at: Self.now, in: tx)
        }
        let revocations = try await callers.winners(place) { number, tx in
            try RevocationStore.begin(rows.grant, holder: "h\(number)", work: "w\(number)", at: Self.now, in: tx)
        }
        let disabled = try await callers.winners(place) { _, tx in
            try EndpointStore.disable(rows.tenant, rows.endpoint, at: Self.now, in: tx)
        }
        let deleted = try await callers.winners(place) { _, tx in
            try EndpointStore.delete(rows.tenant, rows.endpoint, in: tx)
        }
        #expect([syncs, revocations, disabled, deleted] == [1, 1, 1, 1])
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all, Callers.allCases) func `A write that names what it read is one caller's`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        let saved = try await callers.winners(place) { number, tx in
            var connection = rows.connectionRow()
            connection.sealedRefreshToken = [UInt8(number)]
            return try ConnectionStore.saveRefreshed(
                connection, from: .active, copies: .calendars, at: Self.now, in: tx)
        }
        #expect(saved == 1)
        let deleted = try await callers.race(place) { _, database in
            try await database.write { tx in
                try ConnectionDeletion(dependents: .calendars).beginSome(
                    rows.tenant, settings: TenantSettings(), at: Self.now, in: tx)
            }
        }
        for result in deleted { _ = try result.get() }
        #expect(try await place.count("jobs WHERE kind = 'deleteConnection'") == 1)
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all, Callers.allCases) func `A limit holds whoever counts at the same time`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        let day = Self.now.adding(seconds: 86_400)
        let results = try await callers.race(place) { _, database in
            try await database.write { try DailyQuota.takeBot("ten-a", limit: 3, at: day, in: $0) }
        }
        let refused = results.compactMap { result -> Problem.Code? in
            if case .failure(let error) = result { (error as? Problem)?.code } else { nil }
        }
        #expect(refused == Array(repeating: .quotaExceeded, count: Callers.number - 3))
        // Five former secrets at most: the seed has one.
        let rotated = try await callers.race(place) { number, database in
            try await database.write { tx in
                try APIKeyStore.rotate(
                    rows.tenant, rows.key, digest: [UInt8(number)], previousUntil: day, at: Self.now, in: tx)
            }
        }
        #expect(rotated.count { (try? $0.get()) == true } == FormerSecrets.limit - 1)
        await place.database.close()
    }

    // MARK: - what is unique

    @Test(arguments: StoreEngine.all, Callers.allCases)
    func `Of two rows with one name, the second is refused by that name`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        func check(
            _ name: Comment, _ isNamed: @escaping @Sendable (any Error) -> Bool,
            _ body: @escaping @Sendable (Int, any Transaction) throws -> Void
        ) async throws {
            let results = try await callers.race(place) { number, database in
                try await database.write { try body(number, $0) }
            }
            let errors = results.compactMap { result -> (any Error)? in
                if case .failure(let error) = result { error } else { nil }
            }
            #expect(errors.count == Callers.number - 1, name)
            #expect(errors.allSatisfy { isNamed($0) }, "\(name): \(errors.first.map { "\($0)" } ?? "")")
        }
        let isConflict: @Sendable (any Error) -> Bool = { ($0 as? Problem)?.code == .conflict }
        try await check("a slug", isConflict) { number, tx in
            let tenant = Tenant(
                id: "t\(number)", slug: "new", name: "", status: .active, settings: TenantSettings(),
                createdAt: Self.now)
            try TenantStore.insert(tenant, in: tx)
        }
        try await check("a connection", isUniqueViolation) { number, tx in
            try ConnectionStore.insert(
                rows.connectionRow("c\(number)", subject: "new"), as: tx.admitted(rows.tenant), in: tx)
        }
        try await check("a calendar", isUniqueViolation) { number, tx in
            try CalendarStore.insert(
                rows.calendarRow("k\(number)", raw: "new", upstream: nil), as: tx.admitted(rows.tenant), in: tx)
        }
        try await check("a webhook", isUniqueViolation) { number, tx in
            try MessageStore.insert(rows.messageRow("m\(number)"), source: rows.source("new"), in: tx)
        }
        #expect(try await place.count("messages WHERE source_id = 'new'") == 1)
        #expect(try await place.count("deliveries") == 2, "a refused message leaves no delivery")
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all, Callers.allCases) func `What exists once is made once, and all callers get it`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        let ids = try await callers.race(place) { number, database in
            try await database.write { tx in
                let callback = BotCallbacks.Prepared(
                    endpoint: rows.endpointRow("e\(number)", types: [], callback: "PUT"), digest: [77])
                return try callback.store(as: tx.admitted(rows.tenant), in: tx)
            }
        }.map { try $0.get() }
        #expect(Set(ids).count == 1)
        _ = try await callers.race(place) { number, database in
            try await database.write { tx in
                try OwnershipStore.recordOwner(
                    rows.zoom("new"), Owner(tenant: rows.tenant, user: "u\(number)"), at: Self.now, in: tx)
                try BotStore.insertIfNew(rows.botRow("new"), at: Self.now, in: tx)
                try JobStore.add(EndBotJob.kind, rows.tenant, "new", at: Self.now, in: tx)
                try GenerationStore.advance(rows.tenant, .user, "u", at: Self.now, in: tx)
            }
        }.map { try $0.get() }
        #expect(try await place.count("owned_objects WHERE id = 'new'") == 1)
        #expect(try await place.count("bots WHERE bot_id = 'new'") == 1)
        #expect(try await place.count("jobs WHERE subject_id = 'new'") == 1)
        let generation = try await place.read { try GenerationStore.current(rows.tenant, .user, "u", in: $0) }
        #expect(generation.number == Int64(Callers.number))
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all, Callers.allCases)
    func `Positions have no gap and no twin, and each byte is counted`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        let before = try await place.read { try TenantMessageCounters.totalBytes(in: $0) }
        _ = try await callers.race(place) { number, database in
            for turn in 0..<5 {
                try await database.write { try MessageStore.insert(rows.messageRow("m\(number).\(turn)"), in: $0) }
            }
        }.map { try $0.get() }
        let count = Int64(Callers.number * 5)
        let positions = try await place.read { tx in
            try MessageStore.users(rows.tenant, after: 1, limit: 1_000, in: tx).map(\.position)
        }
        #expect(positions == Array(2...count + 1))
        let after = try await place.read { try TenantMessageCounters.totalBytes(in: $0) }
        #expect(after == before + count * MessageStorage.size(of: rows.messageRow()))
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all, Callers.allCases) func `A quarantined webhook is attributed once`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        _ = try await callers.race(place) { number, database in
            try await database.write {
                try MessageStore.attribute(rows.messageRow(rows.quarantined), at: Self.now, in: $0)
            }
        }.map { try $0.get() }
        #expect(try await place.count("deliveries WHERE message_id = \(rows.quarantined)") == 1)
        #expect(try await place.read { try TenantMessageCounters.position(of: rows.tenant, in: $0) } == 2)
        await place.database.close()
    }
}
