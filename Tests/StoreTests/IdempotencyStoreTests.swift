import JSONValue
import SQL
import Testing

@testable import Gateway

@Suite struct IdempotencyStoreTests {
    private static let now = StorePlace.now
    private static func row(_ id: String, tenant: String = "ten-a", _ fingerprint: UInt8 = 1) -> IdempotencyStore.Row {
        .init(tenant: tenant, id: id, fingerprint: [fingerprint])
    }

    private static func claim(
        _ row: IdempotencyStore.Row, _ holder: String, after seconds: Double = 0, resumes: Bool = true,
        in tx: any Transaction
    ) throws -> String {
        let time = now.adding(seconds: seconds)
        return "\(try IdempotencyStore.claim(row, as: holder, resumes: resumes, at: time, in: tx))"
    }

    @Test(arguments: StoreEngine.all) func `A key stands for one request of one tenant, and then for its reply`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        try await place.write { tx throws in
            let row = Self.row("k")
            #expect(try Self.claim(row, "one", in: tx) == "fresh")
            #expect(try Self.claim(row, "two", in: tx) == "running")
            #expect(try Self.claim(Self.row("k", 2), "two", in: tx) == "mismatch")
            #expect(try Self.claim(Self.row("k", tenant: "ten-b"), "two", in: tx) == "fresh")
            #expect(try !IdempotencyStore.finish(row, claim: "two", user: nil, [5], in: tx))
            #expect(try IdempotencyStore.finish(row, claim: "one", user: "ann", [5], in: tx))
            #expect(try !IdempotencyStore.finish(row, claim: "one", user: nil, [6], in: tx), "once")
            #expect(try Self.claim(row, "three", in: tx) == "done([5])")
            #expect(try Self.claim(row, "three", after: Idempotency.ttl - 1, in: tx) == "done([5])")
            #expect(try Self.claim(row, "three", after: Idempotency.ttl, in: tx) == "fresh")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A request that ended without a reply frees its key, unless it sent something`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            let (row, timeout) = (Self.row("k"), Idempotency.timeout)
            _ = try Self.claim(row, "one", in: tx)
            #expect(try Self.claim(row, "two", after: timeout, in: tx) == "fresh", "it died, and had sent nothing")
            #expect(try !IdempotencyStore.markSent(row, claim: "one", at: Self.now, in: tx))
            #expect(try IdempotencyStore.markSent(row, claim: "two", at: Self.now, in: tx))
            #expect(try Self.claim(row, "three", in: tx) == "running")
            try IdempotencyStore.release(row, claim: "one", hasDoneNothing: true, in: tx)
            try IdempotencyStore.release(row, claim: "one", hasDoneNothing: false, in: tx)
            #expect(try Self.claim(row, "three", in: tx) == "running", "another's key")
            try IdempotencyStore.release(row, claim: "two", hasDoneNothing: false, in: tx)
            #expect(try Self.claim(row, "three", resumes: false, in: tx) == "unknown")
            #expect(try Self.claim(row, "four", in: tx).hasPrefix("unresolved"))
            #expect(try !IdempotencyStore.finish(row, claim: "two", user: nil, [1], in: tx), "its key was taken over")
            try IdempotencyStore.release(row, claim: "four", hasDoneNothing: true, in: tx)
            #expect(try Self.claim(row, "five", in: tx) == "fresh")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A start frees keys of requests that sent nothing, and waits for the others`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            _ = try Self.claim(Self.row("idle"), "one", in: tx)
            _ = try Self.claim(Self.row("sent"), "one", in: tx)
            _ = try IdempotencyStore.markSent(Self.row("sent"), claim: "one", at: Self.now, in: tx)
            try IdempotencyStore.releaseUnsent(in: tx)
            #expect(try Self.claim(Self.row("idle"), "two", in: tx) == "fresh")
            let settling = Idempotency.settling
            #expect(try Self.claim(Self.row("sent"), "two", after: settling - 1, in: tx) == "running")
            #expect(try Self.claim(Self.row("sent"), "two", after: settling, in: tx).hasPrefix("unresolved"))
            #expect(try Self.claim(place.rows.idempotencyRow, "two", in: tx) == "done([7, 7])")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A user's replies are erased so many at once, and what is unknown loses the user`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let now = Self.now
        try await place.write { tx in
            for (id, user) in [("one", "ann"), ("two", "ann"), ("three", "bob")] {
                _ = try IdempotencyStore.claim(Self.row(id), as: "c", user: user, at: now, in: tx)
            }
            _ = try IdempotencyStore.markSent(Self.row("two"), claim: "c", at: now, in: tx)
            let before = now.adding(seconds: -1)
            #expect(
                try IdempotencyStore.eraseSome("ten-a", user: "ann", before: before, limit: 9, in: tx) == 1,
                "the seed's")
            #expect(try IdempotencyStore.eraseSome("ten-a", user: "ann", before: now, limit: 1, in: tx) == 1)
            #expect(try IdempotencyStore.eraseSome("ten-a", user: "ann", before: now, limit: 9, in: tx) == 1)
            #expect(try IdempotencyStore.eraseSome("ten-a", user: "ann", before: now, limit: 9, in: tx) == 0)
            #expect(
                try tx.run("SELECT id FROM idempotency_keys WHERE tenant_id = 'ten-a' ORDER BY id").map {
                    try $0.text("id")
                } == ["three", "two"])
            #expect(try tx.count("idempotency_keys WHERE tenant_id = 'ten-b' AND user_id = 'ann'") == 1)
            let end = now.adding(seconds: Idempotency.ttl)
            #expect(try IdempotencyStore.expired(at: end).expire(in: tx) == 3)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `Stored replies have a limit for each tenant, and their hour counts until its last has gone`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let now = Self.now
        try await place.write { tx in
            func problem(_ row: IdempotencyStore.Row, at time: Timestamp = Self.now) throws -> Problem? {
                do {
                    try IdempotencyQuota.check(row, at: time, in: tx)
                    return nil
                } catch let problem as Problem { return problem }
            }
            try IdempotencyQuota.count([1, 2, 3], Self.row("k"), at: now, in: tx)
            #expect(
                try tx.first("SELECT CAST(SUM(bytes) AS BIGINT) AS n FROM idempotency_use WHERE tenant_id = 'ten-a'")?
                    .integer("n") == 5
            )
            try tx.run("UPDATE idempotency_use SET bytes = \(IdempotencyQuota.limit) WHERE tenant_id = 'ten-a'")
            let refused = try #require(try problem(Self.row("k")))
            #expect(refused.code == .quotaExceeded && refused.retryAfter ?? 0 > 86_400)
            #expect(try problem(place.rows.idempotencyRow) == nil, "it is stored already")
            #expect(try problem(Self.row("k", tenant: "ten-b")) == nil)
            #expect(try problem(Self.row("k", tenant: "")) == nil, "the operator's")
            let free = now.adding(seconds: Double(refused.retryAfter ?? 0))
            #expect(try problem(Self.row("k"), at: free) == nil)
            #expect(try IdempotencyQuota.expired(at: free).expire(in: tx) >= 2)
            // A tenant that is gone has no place to count in.
            try IdempotencyQuota.count([1], Self.row("k", tenant: "none"), at: now, in: tx)
            #expect(try tx.count("idempotency_use WHERE tenant_id = 'none'") == 0)
        }
        await place.database.close()
    }
}
