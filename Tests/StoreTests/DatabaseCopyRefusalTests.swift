import SQL
import Sealing
import Support
import Testing

@testable import Gateway

/// Copies that are refused, and the parts of a copy.
@Suite struct DatabaseCopyRefusalTests {
    typealias Copies = DatabaseCopyPlace

    @Test(arguments: StoreEngine.all) func `A target with rows is refused, and stays as it is`(engine: StoreEngine)
        async throws
    {
        let (place, other) = (try await StorePlace(engine, ["a"]), try await StorePlace(engine, ["b"]))
        #expect(try await Copies.refusal(place.database, other.database).contains("the target is not empty"))
        #expect(try await other.count("tenants") == 1)
        #expect(try await place.count("database_moves") == 0)
        // An unfinished copy of another database.
        let target = try await Copies.empty(engine)
        await #expect(throws: Copies.Interrupted.self) {
            try await Copies.copy(other.database, target, interruptedAfter: 20)
        }
        #expect(try await Copies.refusal(place.database, target).contains("unfinished copy of another database"))
        // Which is no source either.
        #expect(
            try await Copies.refusal(target, try await Copies.empty(engine)).contains("the source: this database is an")
        )
        for database in [place.database, other.database, target] { await database.close() }
    }

    @Test(arguments: StoreEngine.all) func `A source that a replica serves is refused, at the end as well`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let target = try await Copies.empty(engine)
        await #expect(throws: Copies.Interrupted.self) {
            try await Copies.copy(place.database, target, interruptedAfter: 20)
        }
        try await place.write { try ReplicaStore.join("r", host: "h", in: $0) }
        #expect(try await Copies.refusal(place.database, target).contains("a gateway serves the source, or ended"))
        let run = CopyRun(source: place.database, target: target, sourceName: "s", targetName: "t")
        let copy = try #require(try await place.read { try DatabaseMoveStore.find(.source, in: $0)?.copy })
        await #expect(throws: CopyRefusal.self) { try await run.finish(copy: copy, keepsSource: false) }
        try await place.write { try ReplicaStore.leave("r", in: $0) }
        #expect(try await Copies.refusal(place.database, target) == "")
        await place.database.close()
        await target.close()
    }

    @Test(arguments: StoreEngine.all) func `A copy ends when a gateway starts on its source`(engine: StoreEngine)
        async throws
    {
        let place = try await StorePlace(engine, ["a"])
        let target = try await Copies.empty(engine)
        await #expect(throws: Copies.Interrupted.self) {
            try await Copies.copy(place.database, target, interruptedAfter: 20)
        }
        let run = CopyRun(source: place.database, target: target, sourceName: "s", targetName: "t")
        let copy = try #require(try await place.read { try DatabaseMoveStore.find(.source, in: $0)?.copy })
        await #expect(throws: DatabaseMovedError.self) {
            try await target.write { try DatabaseMoveStore.admitGateway(in: $0) }
        }
        try await place.write { try DatabaseMoveStore.admitGateway(in: $0) }
        #expect(try await Copies.refusal(place.database, target).contains("a gateway has served the source since"))
        await #expect(throws: CopyRefusal.self) { try await run.finish(copy: copy, keepsSource: true) }
        #expect(try await target.read { try DatabaseMoveStore.refusal(in: $0) } != nil)
        await place.database.close()
        await target.close()
    }

    @Test(arguments: StoreEngine.all) func `A source that was moved is refused, unless the target is to be opened yet`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let target = try await Copies.empty(engine)
        try await Copies.copy(place.database, target)
        #expect(try await Copies.refusal(place.database, target).contains("the source: this database was moved to"))
        // As if the program had been killed between the two marks.
        _ = try await target.write { try $0.run("DELETE FROM database_moves") }
        let moved = try #require(try await place.read { try DatabaseMoveStore.find(.movedTo, in: $0) })
        let unfinished = DatabaseMove(role: .target, copy: moved.copy, peer: "s", at: moved.at)
        try await target.write { try DatabaseMoveStore.put(unfinished, in: $0) }
        #expect(try await Copies.refusal(place.database, target) == "")
        #expect(try await target.read { try DatabaseMoveStore.refusal(in: $0) } == nil)
        try await place.write { try DatabaseMoveStore.remove(.movedTo, in: $0) }
        #expect(try await place.read { try DatabaseMoveStore.refusal(in: $0) } == nil)
        await place.database.close()
        await target.close()
    }

    @Test(arguments: StoreEngine.all) func `A source with the schema of another program is refused`(engine: StoreEngine)
        async throws
    {
        let (older, target) = (try await Copies.empty(engine), try await Copies.empty(engine))
        try await Schema.migrator.first(Schema.migrator.count - 1).run(on: older)
        #expect(
            try await Copies.refusal(older, target).contains("the source's schema is not this program's: the next"))
        #expect(try await target.read { try Migrator.hasTable("tenants", in: $0) } == false)
        #expect(try await older.read { try DatabaseMoveStore.find(.movedTo, in: $0) } == nil)
        await older.close()
        await target.close()
    }

    @Test(arguments: StoreEngine.all) func `Sealed values that do not open are named by their row`(engine: StoreEngine)
        async throws
    {
        let (right, column) = (SecretKey.random(), SealedColumn.accountKey)
        let database = try await Copies.empty(engine)
        try await Schema.migrator.run(on: database)
        let master = try Keyring(current: right)
        let keys = try await TenantKeys.open(database, master: master)
        let rows = try await database.write { try Rows.seed("a", keys, in: $0) }
        do {
            // The rows of tests hold no real envelopes.
            _ = try await CopyVerification.openSealed(database, master)
            Issue.record("it opened")
        } catch let refusal as CopyRefusal {
            #expect(refusal.description.contains("accounts (tenant ten-a, tenant_id ten-a) does not open"))
        }
        let sealed = try await keys.sealer(for: rows.tenant).seal(SecretBytes("x"), column: column, row: rows.tenant)
        try await database.write { tx in
            try tx.run("UPDATE accounts SET sealed_api_key = \(sealed)")
            for table in ["provider_apps", "connections", "webhook_endpoints"] {
                try tx.run("DELETE FROM \(Query(stringLiteral: table))")
            }
        }
        #expect(try await CopyVerification.openSealed(database, master) == 4)
        await #expect(throws: VaultError.self) {
            try await CopyVerification.openSealed(database, try Keyring(current: .random()))
        }
        await database.close()
    }

    // MARK: - parts

    @Test(arguments: StoreEngine.all) func `Tables come after those that they refer to, and counts last`(
        engine: StoreEngine
    ) async throws {
        let database = try await engine.open(try await engine.newLocation())
        let tables = try await CopyCatalogue.read(database).tables
        let names = tables.map(\.name)
        func place(_ name: String) -> Int { names.firstIndex(of: name) ?? -1 }
        #expect(place("tenants") < place("messages") && place("messages") < place("deliveries"))
        #expect(place("deliveries") < place("attempts") && place("api_keys") < place("former_api_keys"))
        #expect(Set(names.suffix(3)) == CopyCatalogue.counts)
        let attempts = try #require(tables.first { $0.name == "attempts" })
        #expect(attempts.key.map { attempts.columns[$0].name } == ["delivery_id", "number"])
        await database.close()
    }

    @Test(arguments: StoreEngine.all) func `A page has at most 500 rows and four million bytes, or one row`(
        engine: StoreEngine
    ) async throws {
        let database = try await engine.open(try await engine.newLocation())
        let tables = try await CopyCatalogue.read(database).tables
        let table = try #require(tables.first { $0.name == "vault_keys" })
        #expect(try await database.read { try table.isEmpty(in: $0) })
        let mebibyte = [UInt8](repeating: 7, count: 1 << 20)
        // Columns in the order of their names: name, sealed.
        let large = (0..<9).map { [Value.text("large-\($0)"), .blob(mebibyte)] }
        let huge = [[Value.text("huge"), .blob([UInt8](repeating: 1, count: 5 << 20))]]
        let small = (0..<1200).map { [Value.text("small-\($0)"), .blob([1])] }
        try await database.write { try table.insert(large + small + huge, in: $0) }
        var (sizes, last) = ([Int](), nil as [Value]?)
        while true {
            let key = last
            let page = try await database.read { try table.page(after: key, in: $0) }
            guard let row = page.last else { break }
            last = table.key(of: row)
            sizes.append(page.count)
        }
        #expect(sizes.reduce(0, +) == 1210, "\(sizes)")
        #expect(sizes.first == 1 && sizes.allSatisfy { $0 <= 500 } && sizes.count >= 6, "\(sizes)")
        let rows = try await database.read { try table.rows(after: [.text("large-7")], limit: 2, in: $0) }
        #expect(rows.map { $0[0] } == [.text("large-8"), .text("small-0")])
        try await database.write { try table.removeAll(in: $0) }
        #expect(try await database.read { try table.count(in: $0) } == 0)
        await database.close()
    }

    @Test func `A key is stored as a text, and ordered by bytes`() throws {
        let table = CopyTable(
            name: "t",
            columns: [
                .init(name: "a", kind: .integer), .init(name: "b", kind: .text), .init(name: "c", kind: .bytes),
            ], key: [2, 0, 1])
        let key: [Value] = [.blob([0, 255]), .integer(.min), .text("é\0\"\n")]
        #expect(CopyKey.values(CopyKey.text(key), of: table) == key)
        #expect(CopyKey.named([.blob([0, 255]), .integer(1), .text("x")], of: table) == "c = 00ff, a = 1, b = x")
        for wrong in ["", "{}", "[]", "[\"00\",\"x\",\"\"]", "[\"0\",\"1\",\"\"]", "[1,2,3]"] {
            #expect(CopyKey.values(wrong, of: table) == nil, "\(wrong)")
        }
        #expect(CopyKey.isLess([.text("Z")], [.text("a")]) && !CopyKey.isLess([.text("a")], [.text("a")]))
        #expect(CopyKey.isLess([.text("z")], [.text("é")]) && CopyKey.isLess([.integer(-1)], [.integer(0)]))
        #expect(CopyKey.isLess([.text("a"), .integer(1)], [.text("a"), .integer(2)]))
    }
}
