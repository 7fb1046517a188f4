import Foundation
import MeetingBaaS
import SQL
import Support
import Testing

@testable import Gateway

/// The unique keys whose violations stores expect.
struct UniqueKeyTests {
    /// Every `UniqueKey("table", "column", …)` in the sources.
    private static func declared() throws -> [String] {
        let sources = Fixture.package.appendingPathComponent("Sources/Gateway")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        return try files?.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: /UniqueKey\("(\w+)", ([^)]*)\)/).map { match in
                "\(match.1)(\(match.2.replacing("\"", with: "")))"
            }
        } ?? []
    }

    @Test func `Each key that a store names is one of the schema`() async throws {
        let database = try await emptyDatabase()
        try await Schema.migrator.run(on: database)
        let rows = try await database.read { tx in
            try tx.run(
                """
                SELECT tables.name AS table_name, keys.name AS key, columns.name AS column_name
                FROM sqlite_master AS tables, pragma_index_list(tables.name) AS keys, pragma_index_info(keys.name) AS columns
                WHERE tables.type = 'table' AND keys."unique" ORDER BY keys.name, columns.seqno
                """
            ).map { (table: try $0.text("table_name"), key: try $0.text("key"), column: try $0.text("column_name")) }
        }
        let keys = Set(
            Dictionary(grouping: rows, by: \.key).values.map { columns in
                "\(columns[0].table)(\(columns.map(\.column).joined(separator: ", ")))"
            })
        let declared = try Self.declared()
        #expect(declared.count >= 4)
        for key in declared { #expect(keys.contains(key), "\(key)") }
        await database.close()
    }

    @Test func `A tenant's slug that is taken is a conflict, and an id that is taken an error`() async throws {
        let place = try await TenantPlace()
        func insert(_ id: String, _ slug: String) async -> (any Error)? {
            let tenant = Tenant(
                id: id, slug: slug, name: "Two", status: .active, settings: TenantSettings(), createdAt: place.now)
            do {
                try await place.write { try TenantStore.insert(tenant, in: $0) }
                return nil
            } catch { return error }
        }
        #expect((await insert("ten_2", "one") as? Problem)?.code == .conflict)
        let error = await insert("ten_1", "two")
        guard case SQLError.uniqueViolation(UniqueKey("tenants", "id"))? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await place.database.close()
    }

    @Test func `A Meeting BaaS key that another tenant has is refused`() async throws {
        let place = try await TenantPlace(hasOwnAccount: true)
        let now = place.now
        try await place.write { tx in
            try TenantStore.insert(
                Tenant(
                    id: "ten_2", slug: "two", name: "Two", status: .active, settings: TenantSettings(), createdAt: now),
                in: tx)
            try AccountStore.put(
                "ten_2", AccountStore.Stored(version: .v2, sealedKey: [1], sealedSecrets: [1]), at: now, in: tx)
        }
        for (tenant, digest, isTaken) in [("ten_1", 1, false), ("ten_2", 1, true), ("ten_2", 2, false)] {
            let problem = await place.problem {
                try await place.write { try AccountStore.setKeyDigest(tenant, [UInt8(digest)], in: $0) }
            }
            #expect(problem?.code == (isTaken ? .conflict : nil))
        }
        await place.database.close()
    }
}
