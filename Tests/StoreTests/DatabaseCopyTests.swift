import SQL
import Support
import Testing

@testable import Gateway

/// Copies between databases of both engines.
@Suite struct DatabaseCopyTests {
    typealias Copies = DatabaseCopyPlace

    /// The tables that a copy takes, as the tests name them.
    private static let expected = Set(Dump.tables.map(\.name)).union(Dump.common).subtracting([
        "database_moves", "leases", "object_leases", "replicas", "request_reports",
    ])

    @Test(arguments: Copies.pairs) func `All rows of all tables are copied there and back`(pair: Copies.Pair)
        async throws
    {
        let place = try await StorePlace(pair.source)
        try await place.write { try Copies.seedCommon(in: $0) }
        let there = try await Copies.empty(pair.target)
        #expect(try await Copies.copy(place.database, there).differences.isEmpty)
        let back = try await Copies.empty(pair.source)
        #expect(try await Copies.copy(there, back).differences.isEmpty)

        let tables = try await CopyCatalogue.read(place.database).tables
        #expect(Set(tables.map(\.name)) == Self.expected, "a new table is copied, or named in CopyCatalogue.local")
        for table in tables {
            // Each table has rows, or this test would not see that it is forgotten.
            let counts = [
                try await place.read { try table.count(in: $0) }, try await there.read { try table.count(in: $0) },
                try await back.read { try table.count(in: $0) },
            ]
            #expect(counts[0] > 0 && Set(counts).count == 1, "\(table.name): \(counts)")
        }
        for tenant in place.tenants.map(\.tenant) {
            let rows = try await place.read { try Dump.rows(of: tenant, in: $0) }
            #expect(try await there.read { try Dump.rows(of: tenant, in: $0) } == rows)
            #expect(try await back.read { try Dump.rows(of: tenant, in: $0) } == rows)
        }
        // A gateway starts on the last one alone.
        #expect(try await back.read { try DatabaseMoveStore.refusal(in: $0) } == nil)
        let refusal = try await place.read { try DatabaseMoveStore.refusal(in: $0)?.description }
        #expect(refusal?.contains("was moved to the new one at") == true)
        // Counts go on from there.
        _ = try await there.write { try $0.run("DELETE FROM deliveries") }
        #expect(try await there.read { try $0.count("delivery_counts WHERE pending <> 0 OR held <> 0") } == 0)
        for database in [place.database, there, back] { await database.close() }
    }

    @Test(arguments: Copies.crossing) func `A copy that is interrupted after any batch goes on where it ended`(
        pair: Copies.Pair
    ) async throws {
        let place = try await StorePlace(pair.source, ["a"])
        try await place.write { try Copies.seedCommon(in: $0) }
        let whole = try await pair.target.open(try await pair.target.newLocation())
        let all = try await Copies.copy(place.database, whole, keepsSource: true)
        #expect(all.differences.isEmpty && all.batches > 30)
        await whole.close()
        for batches in 1...all.batches {
            let target = try await pair.target.open(try await pair.target.newLocation())
            await #expect(throws: Copies.Interrupted.self) {
                try await Copies.copy(place.database, target, keepsSource: true, interruptedAfter: batches)
            }
            let refusal = try await target.read { try DatabaseMoveStore.refusal(in: $0)?.description }
            #expect(refusal?.contains("unfinished copy of the old one") == true)
            let rest = try await Copies.copy(place.database, target, keepsSource: true)
            #expect(rest.differences.isEmpty && rest.batches == all.batches - batches, "after \(batches)")
            await target.close()
        }
        await place.database.close()
    }

    @Test(arguments: Copies.pairs) func `Rows that are there already are neither doubled nor counted twice`(
        pair: Copies.Pair
    ) async throws {
        let place = try await StorePlace(pair.source, ["a"])
        let target = try await Copies.empty(pair.target)
        await #expect(throws: Copies.Interrupted.self) {
            try await Copies.copy(place.database, target, interruptedAfter: 25)
        }
        try await target.write { tx throws in
            var move = try #require(try DatabaseMoveStore.find(.target, in: tx))
            #expect(move.progress != nil)
            move.progress = nil
            try DatabaseMoveStore.put(move, in: tx)
        }
        #expect(try await Copies.copy(place.database, target).differences.isEmpty)
        await place.database.close()
        await target.close()
    }

    @Test(arguments: Copies.pairs) func `Claims of processes are not copied`(pair: Copies.Pair) async throws {
        let place = try await StorePlace(pair.source, ["a"])
        try await place.write { tx in
            try tx.run("INSERT INTO replicas (id, host, started_at, until) VALUES ('gone', 'h', 1, 2)")
            try tx.run("INSERT INTO object_leases (kind, id, owner, fence) VALUES ('grant', 'x', 'gone', 3)")
            try tx.run("INSERT INTO leases (name, owner, until) VALUES ('x', 'gone', 9)")
            try tx.run("UPDATE jobs SET owner = 'gone', leased_until = 7, lease_number = 8")
            try tx.run("UPDATE consents SET owner = 'gone'")
            try tx.run("UPDATE idempotency_keys SET owner = 'gone'")
        }
        let target = try await Copies.empty(pair.target)
        #expect(try await Copies.copy(place.database, target).differences.isEmpty)
        try await target.read { tx throws in
            for table in ["replicas", "object_leases", "leases"] {
                #expect(try tx.count(Query(stringLiteral: table)) == 0, "\(table)")
            }
            for table in ["jobs", "consents", "idempotency_keys"] {
                let name = Query(stringLiteral: table)
                #expect(try tx.count(name) > 0 && tx.count("\(name) WHERE owner IS NOT NULL") == 0, "\(table)")
            }
            #expect(try tx.count("jobs WHERE leased_until <> 0 OR lease_number <> 8") == 0)
        }
        await place.database.close()
        await target.close()
    }

    @Test(arguments: Copies.pairs) func `A difference names the table and the key, and leaves the source unmarked`(
        pair: Copies.Pair
    ) async throws {
        let place = try await StorePlace(pair.source, ["a"])
        let target = try await Copies.empty(pair.target)
        await #expect(throws: Copies.Interrupted.self) {
            try await Copies.copy(place.database, target, interruptedAfter: 34)
        }
        try await target.write { tx in
            try tx.run("UPDATE tenants SET name = 'secret' WHERE id = 'ten-a'")
            try tx.run("DELETE FROM generations")
            try tx.run("INSERT INTO account_states (account_id) VALUES ('~stranger')")
            try tx.run("UPDATE attempts SET status_code = NULL")
        }
        let differences = try await Copies.copy(place.database, target).differences
        #expect(differences.contains("tenants: id = ten-a differs in the column name"), "\(differences)")
        #expect(
            differences.contains("generations: tenant_id = ten-a, kind = user, id = gone is missing in the target"))
        #expect(differences.contains("account_states: account_id = ~stranger is in the target alone"))
        #expect(differences.contains { $0.hasPrefix("attempts: delivery_id = ") && $0.hasSuffix(" status_code") })
        #expect(!differences.joined().contains("secret"))
        #expect(try await place.read { try DatabaseMoveStore.refusal(in: $0) } == nil)
        #expect(try await target.read { try DatabaseMoveStore.refusal(in: $0) } != nil)
        await place.database.close()
        await target.close()
    }

    @Test(arguments: StoreEngine.all) func `A text differs from another that Swift takes for equal`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { try $0.run("UPDATE tenants SET name = \("\u{e9}")") }
        let target = try await Copies.empty(engine)
        try await Copies.copy(place.database, target, keepsSource: true)
        _ = try await target.write { try $0.run("UPDATE tenants SET name = \("e\u{301}")") }
        let tables = try await CopyCatalogue.read(target).tables
        let result = try await CopyVerification(source: place.database, target: target).compare(tables)
        #expect(result.differences == ["tenants: id = ten-a differs in the column name"])
        await place.database.close()
        await target.close()
    }
}
