import JSONValue
import MeetingBaaS
import SQL
import Testing

@testable import Gateway

@Suite struct AccountStoreTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all) func `A tenant has one account, and an account's key one tenant`(
        engine: StoreEngine
    )
        async throws
    {
        let place = try await StorePlace(engine)
        let notices = try await place.notices { tx in
            let stored = AccountStore.Stored(version: .v1, sealedKey: [4], sealedSecrets: [5])
            try AccountStore.put("ten-a", stored, as: tx.admitted("ten-a"), at: Self.now, in: tx)
        }
        #expect(notices == ["account ten-a"])
        try await place.read { tx in
            let found = try #require(try AccountStore.find("ten-a", in: tx))
            #expect(try AccountStore.exists("ten-a", in: tx) && !AccountStore.exists("none", in: tx))
            #expect(found.version == .v1 && found.sealedKey == [4] && found.sealedSecrets == [5])
            #expect(try AccountStore.find("ten-b", in: tx)?.version == .v2)
            #expect(try AccountStore.owner(keyDigest: place.rows.digest("account"), in: tx) == "ten-a")
            #expect(try AccountStore.owner(keyDigest: [1], in: tx) == nil)
            #expect(try AccountStore.owners(in: tx) == ["ten-a", "ten-b"])
            #expect(try AccountStore.withoutKeyDigest(in: tx) == [])
        }
        let taken = try await place.problem {
            try AccountStore.setKeyDigest("ten-a", place.other.digest("account"), in: $0)
        }
        #expect(taken?.code == .conflict)
        #expect(try await place.notices { try AccountStore.delete("ten-a", in: $0) } == ["account ten-a"])
        #expect(try await place.read { try AccountStore.owners(in: $0) } == ["ten-b"])
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Another shared key is another generation, the same or the first one is not`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            func insertedGeneration(_ digest: [UInt8]) throws -> Int64 {
                try AccountStore.noteSharedKey(digest, at: Self.now, in: tx)
                return try GenerationStore.current(Account.sharedID, .account, GenerationStore.account, in: tx).number
            }
            #expect(
                try [
                    insertedGeneration([1]), insertedGeneration([1]), insertedGeneration([2]), insertedGeneration([2]),
                    insertedGeneration([1]),
                ] == [0, 0, 1, 1, 2])
            try tx.run("UPDATE accounts SET key_digest = NULL")
            #expect(try AccountStore.withoutKeyDigest(in: tx) == ["ten-a"])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `The last webhook is known to a second, and a sync is taken once in five minutes`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let now = Self.now
        try await place.write { tx in
            func last(after time: Timestamp) throws -> Timestamp? {
                try AccountStore.noteWebhook("ten-a", at: time, in: tx)
                return try AccountStore.lastWebhook("ten-a", in: tx)
            }
            #expect(try last(after: now) == now)
            #expect(try last(after: now.adding(seconds: 0.5)) == now, "no write for less than a second")
            #expect(try last(after: now.adding(seconds: 2)) == now.adding(seconds: 2))
            #expect(try last(after: now) == now, "the clock was set back")
            #expect(try AccountStore.lastWebhook("ten-b", in: tx) == Rows.made)
            #expect(try AccountStore.lastWebhook("none", in: tx) == nil)
            func take(_ account: String, _ seconds: Double) throws -> Bool {
                try AccountStore.takeSync(account, at: now.adding(seconds: seconds), in: tx)
            }
            #expect(try take("ten-a", 0) && !take("ten-a", 299) && take("ten-b", 1) && take("ten-a", 300))
            try AccountStore.releaseSync("ten-a", in: tx)
            #expect(try take("ten-a", 301) && !take("ten-b", 300) && take("new", 0))
            #expect(try AccountStore.reconciledAt("ten-a", in: tx) == nil)
            try AccountStore.setReconciled("ten-a", at: now, in: tx)
            #expect(try AccountStore.reconciledAt("ten-a", in: tx) == now)
            #expect(try AccountStore.reconciledAt("ten-b", in: tx) == nil)
            #expect(try AccountStore.lastWebhook("ten-a", in: tx) == now, "of the same row")
        }
        await place.database.close()
    }
}
