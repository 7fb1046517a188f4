import JSONValue
import SQL
import Sealing
import Testing

@testable import Gateway

/// Generations, keys of tenants, quotas and expired rows.
@Suite struct CoreStoreTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all) func `Generations grow by one, each of its own thing, with the time of their end`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let now = Self.now
        let notices = try await place.notices { tx in
            try GenerationStore.advance("ten-a", .user, "gone", at: now, in: tx)
            try GenerationStore.advance("ten-a", .account, GenerationStore.account, at: now, in: tx)
            try GenerationStore.advance("ten-a", .app, "google", at: now, in: tx)
        }
        #expect(notices == ["user ten-a gone", "account ten-a"])
        try await place.read { tx throws in
            func current(_ tenant: String, _ kind: GenerationStore.Kind, _ id: String) throws
                -> GenerationStore.Generation
            {
                try GenerationStore.current(tenant, kind, id, in: tx)
            }
            #expect(try current("ten-a", .user, "gone") == .init(number: 2, since: now))
            #expect(try current("ten-b", .user, "gone") == .init(number: 1, since: Rows.made))
            #expect(try current("ten-a", .user, "ann") == .init(number: 0, since: nil))
            #expect(try current("ten-a", .app, "google").number == 1)
            #expect(try current("ten-a", .app, "gone").number == 0)
            #expect(try GenerationStore.present("gone", of: "ten-a", made: now, in: tx) == nil)
            #expect(
                try GenerationStore.present("gone", of: "ten-a", made: now.adding(seconds: 1), in: tx) == "gone")
            #expect(try GenerationStore.present("ann", of: "ten-a", made: now, in: tx) == "ann")
            #expect(try GenerationStore.present(nil, of: "ten-a", made: now, in: tx) == nil)
            let later = now.adding(seconds: 1)
            #expect(try GenerationStore.users("ten-a", deletedIn: now..<later, in: tx) == ["gone": now])
            #expect(try GenerationStore.users("ten-a", deletedIn: later..<later.adding(seconds: 1), in: tx).isEmpty)
            #expect(try GenerationStore.users("ten-a", deletedIn: Rows.made..<now, in: tx).isEmpty)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `The erasure of users of one hour is one job, due an hour after it`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            let hour = Self.now.milliseconds / UserAnonymisation.hour
            try UserAnonymisation.queue("ten-a", at: Self.now, in: tx)
            try UserAnonymisation.queue("ten-a", deletedAt: Self.now, at: Self.now, in: tx)
            let waiting = try JobStore.waiting([.anonymiseUser], at: Self.now, in: tx)
            #expect(waiting.map(\.due.milliseconds) == [(hour + 2) * UserAnonymisation.hour])
            #expect(try tx.count("jobs WHERE kind = 'anonymiseUser' AND subject_id = \("\(hour)")") == 1)
        }
        await place.database.close()
    }

    private static let column = SealedColumn(table: "t", column: "c")

    @Test(arguments: StoreEngine.all) func `A tenant's key seals until it is destroyed`(engine: StoreEngine)
        async throws
    {
        let place = try await StorePlace(engine)
        let keys = place.tenantKeys
        let sealed = try await keys.sealer(for: "ten-a").seal(
            SecretBytes("x"), column: Self.column, row: "r")
        #expect(throws: (any Error).self) {
            try TenantSealer(tenant: "ten-a", key: .random()).open(sealed, column: Self.column, row: "r")
        }
        await #expect(throws: SQLError.self, "one key a tenant") {
            try await place.write { try keys.createKey(for: "ten-a", in: $0) }
        }
        for invalidation in keys.invalidations { _ = invalidation }
        try await place.write { tx in
            try keys.destroyKey(of: "ten-a", in: tx)
            #expect(try !TenantKeys.hasKey(of: "ten-a", in: tx))
        }
        _ = try await keys.sealer(for: "ten-b")
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Bots of a day are counted to the limit, and given back to their own day`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let day = Timestamp(milliseconds: 20_000 * 86_400_000)
        let next = day.adding(seconds: 86_400)
        try await place.write { tx in
            func take(_ limit: Int?, _ time: Timestamp? = nil) throws -> Problem? {
                do {
                    try DailyQuota.takeBot("ten-a", limit: limit, at: time ?? day, in: tx)
                    return nil
                } catch let problem as Problem { return problem }
            }
            #expect(try take(0)?.code == .quotaExceeded && take(2) == nil && take(2) == nil)
            #expect(try take(2, day.adding(seconds: 86_390))?.retryAfter == 11)
            #expect(try take(2, next) == nil, "another day")
            #expect(try take(nil) == nil)
            try DailyQuota.returnBot("ten-a", takenAt: day, in: tx)
            #expect(try take(3) == nil && take(3)?.code == .quotaExceeded)
            #expect(try tx.count("daily_uses WHERE tenant_id = 'ten-a'") == 3)
            _ = try DailyQuota.expired(at: day.adding(seconds: 42 * 86_400)).expire(in: tx)
            #expect(try tx.count("daily_uses WHERE tenant_id = 'ten-a'") == 1 || day < Rows.made)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Expired rows go so many at once, and are changed or deleted`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            for number in 0..<9 { try JobStore.add(EndCredentialJob.kind, "x", "s\(number)", at: Self.now, in: tx) }
            let rows = ExpiredRows("jobs", key: "id", where: "tenant_id = 'x'", atOnce: 3)
            #expect(try rows.isAny(in: tx))
            #expect(try rows.expire(limit: 2, in: tx) == 2)
            #expect(try rows.expire(in: tx) == 3)
            #expect(try rows.expire(in: tx) == 3 && rows.expire(in: tx) == 1)
            #expect(try rows.expire(in: tx) == 0 && !rows.isAny(in: tx))
            let changed = ExpiredRows(
                "jobs", key: "id", where: "tenant_id = 'ten-a' AND attempts = 0", set: "attempts = 9")
            let count = try tx.count("jobs WHERE tenant_id = 'ten-a'")
            #expect(try Int64(changed.expire(in: tx)) == count && changed.expire(in: tx) == 0)
            #expect(try tx.count("jobs WHERE attempts = 9") == count)
            let all = ExpiredRows.all(of: "ten-a", in: "jobs", key: "id")
            #expect(try Int64(all.expire(in: tx)) == count)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Depths of queues count the rows that wait, and name the oldest`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        try await place.write { tx in
            func depths() throws -> [String: QueueDepth] {
                Dictionary(uniqueKeysWithValues: try QueueDepth.all(in: tx).map { ($0.name, $0) })
            }
            var found = try depths()
            #expect(found["deliveries_pending"]?.depth == 2 && found["deliveries_held"]?.depth == 0)
            #expect(found["webhooks_unbound"]?.depth == 2 && found["webhooks_unbound"]?.oldest == Rows.made)
            #expect(found["calendars_creating"]?.depth == 2 && found["calendars_unclaimed"]?.depth == 2)
            #expect(found["jobs_pending"]?.depth == (try tx.count("jobs")))
            _ = try DeliveryStore.hold("ten-a", endpoint: place.rows.endpoint, limit: 9, in: tx)
            try CalendarCreationStore.end("new-a", in: tx)
            try UnclaimedCalendarStore.delete(account: "ten-a", in: tx)
            try UnclaimedCalendarStore.delete(account: "ten-b", in: tx)
            found = try depths()
            #expect(found["deliveries_pending"]?.depth == 1 && found["deliveries_held"]?.depth == 1)
            #expect(found["calendars_creating"]?.depth == 1)
            #expect(found["calendars_unclaimed"]?.depth == 0 && found["calendars_unclaimed"]?.oldest == nil)
            #expect(try DeliveryStore.pendingDepth(in: tx).depth == 1 && DeliveryStore.heldDepth(in: tx).depth == 1)
            #expect(try MessageStore.heldDepth(in: tx).depth == 2)
            #expect(try CalendarCreationStore.depth(in: tx).depth == 1)
            #expect(try UnclaimedCalendarStore.depth(in: tx).depth == 0)
        }
        await place.database.close()
    }
}
