import JSONValue
import Logging
import SQL
import Testing

@testable import Gateway

@Suite struct ReplicaStoreTests {
    /// Ends a replica's life without its doing.
    private static func expire(_ id: String, in tx: any Transaction) throws {
        try tx.run("UPDATE replicas SET until = 1 WHERE id = \(id)")
    }

    @Test(arguments: StoreEngine.all) func `A replica lives while it is renewed, and no longer`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            for id in ["one", "two", "three"] { try ReplicaStore.join(id, host: "host", in: tx) }
            #expect(try ReplicaStore.live(in: tx) == ["one", "three", "two"])
            #expect(try ReplicaStore.delivering(in: tx) == [], "not before they say so")
            #expect(try ReplicaStore.renew("one", in: tx) && ReplicaStore.renew("two", delivers: false, in: tx))
            #expect(try ReplicaStore.delivering(in: tx) == ["one"])
            try Self.expire("two", in: tx)
            try ReplicaStore.leave("three", in: tx)
            #expect(try ReplicaStore.live(in: tx) == ["one"])
            #expect(try !ReplicaStore.renew("two", in: tx), "its life is over")
            #expect(try !ReplicaStore.renew("three", in: tx))
            let gone = try ReplicaStore.isGone("id", in: tx)
            #expect(try tx.count("replicas WHERE \(gone)") == 1)
            let here = GatewayClock.system.now
            #expect(try abs(ReplicaStore.now(in: tx).milliseconds - here.milliseconds) < 60_000)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Replicas of older programs keep a step from running while they live`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            try ReplicaStore.join("this", host: "new-host", in: tx)
            try ReplicaStore.join("older", host: "old-host", program: 26, in: tx)
            // A program that knows no numbers.
            let until = try ReplicaStore.now(in: tx).adding(seconds: 12).milliseconds
            try tx.run(
                "INSERT INTO replicas (id, host, started_at, until) VALUES ('first', 'first-host', 1, \(until))")
            func refusal(_ oldest: Int) throws -> String? {
                do {
                    try ReplicaStore.refuseStep(oldestProgram: oldest, in: tx)
                    return nil
                } catch SQLError.migration(let text) { return text }
            }
            let text = try #require(try refusal(27))
            #expect(text.contains("old-host (replica older, number 26)"), "\(text)")
            #expect(text.contains("first-host (replica first, number unknown)") && !text.contains("new-host"))
            #expect(try refusal(26)?.contains("old-host") == false)
            for id in ["older", "first"] { try Self.expire(id, in: tx) }
            #expect(try refusal(Schema.migrator.count) == nil)
            #expect(try refusal(Schema.migrator.count + 1)?.contains("new-host") == true)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A lease has one owner, and its fence grows with each`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            for id in ["one", "two"] { try ReplicaStore.join(id, host: "host", in: tx) }
            let first = try #require(try ReplicaStore.take(.grant, "con", for: "one", in: tx))
            let again = try #require(try ReplicaStore.take(.grant, "con", for: "one", in: tx))
            #expect(again.fence == 2, "a release of the first does not end it")
            try ReplicaStore.release(first, in: tx)
            #expect(try ReplicaStore.leases(.grant, of: "one", in: tx) == ["con": again])
            let shard = try ReplicaStore.take(.shard, "1", for: "one", in: tx)
            #expect(try ReplicaStore.take(.shard, "1", for: "one", in: tx) == shard, "a shard is kept")
            #expect(try ReplicaStore.take(.grant, "con", for: "two", in: tx) == nil)
            #expect(try ReplicaStore.take(.calendar, "con", for: "two", in: tx)?.fence == 1, "another kind")
            #expect(try ReplicaStore.isValid(again, in: tx) && !ReplicaStore.isValid(first, in: tx))
            #expect(try ReplicaStore.leases(.grant, of: "two", in: tx).isEmpty)

            try Self.expire("one", in: tx)
            #expect(try ReplicaStore.isValid(again, in: tx), "nobody has taken it")
            let second = try #require(try ReplicaStore.take(.grant, "con", for: "two", in: tx))
            #expect(second.fence == 3)
            #expect(try !ReplicaStore.isValid(again, in: tx))
            #expect(try Replica.isValid(second, in: tx) && !Replica.isValid(again, in: tx))
            // A former owner changes nothing.
            try ReplicaStore.release(again, in: tx)
            #expect(try ReplicaStore.leases(.grant, of: "two", in: tx) == ["con": second])
            try ReplicaStore.release(second, in: tx)
            #expect(try ReplicaStore.leases(.grant, of: "two", in: tx).isEmpty)
            #expect(try ReplicaStore.isValid(second, in: tx), "what it began is stored while nobody has taken it")
            #expect(try ReplicaStore.take(.grant, "con", for: "two", in: tx)?.fence == 4)
            try ReplicaStore.leave("two", in: tx)
            #expect(try ReplicaStore.leases(.grant, of: "two", in: tx).isEmpty)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Leases of objects go when nobody has them, shards and roles stay`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            try ReplicaStore.join("one", host: "host", in: tx)
            for (kind, id) in [(LeaseKind.grant, "a"), (.grant, "b"), (.recording, "c"), (.shard, "1"), (.role, "r")] {
                let lease = try #require(try ReplicaStore.take(kind, id, for: "one", in: tx))
                if id != "b" { try ReplicaStore.release(lease, in: tx) }
            }
            #expect(try ReplicaStore.removeFree(limit: 1, in: tx) == 1)
            #expect(try ReplicaStore.removeFree(limit: 10, in: tx) == 1)
            #expect(
                try tx.run("SELECT id FROM object_leases ORDER BY id").map { try $0.text("id") } == ["1", "b", "r"])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all, Callers.allCases) func `Of many that take a lease one gets it`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            for number in 0..<Callers.number { try ReplicaStore.join("r\(number)", host: "host", in: tx) }
        }
        let winners = try await callers.winners(place) { number, tx in
            try ReplicaStore.take(.grant, "con", for: "r\(number)", in: tx) != nil
        }
        #expect(winners == 1)
        await place.database.close()
    }
}
