import Foundation
import JSONValue
import SQL
import Support
import Testing

@testable import Gateway

/// The steps of the schema as databases have them.
struct SchemaStepTests {
    /// Checksums of the steps that have been released. Databases have them: a step that differs stops every start.
    private static let released: [(name: String, checksum: String)] = [
        ("tenants", "cd2d8ccb860a6aa2"),
        ("grants", "07376f41841f4770"),
        ("calendars", "27858eec9af5a8a1"),
        ("messages", "4a366c70e49c7156"),
        ("limits", "d49db9bd7e627770"),
        ("mirror", "5d9ede8eb0522a45"),
        ("fanout", "1eed91e5d1a08257"),
        ("generations", "6bd9a0d3b19d3793"),
        ("idempotency", "793450cf85bad567"),
        ("series-exceptions", "bc98c7a105d03d93"),
        ("grants_end", "6602dfb6c1f395b6"),
        ("calendar creations", "c43782fec085ac9d"),
        ("former_secrets", "11b11484a1a16ee0"),
        ("storage_limits", "bc0c14b9440f131a"),
        ("callbacks", "96b7f91b21654574"),
        ("readiness", "a3117dff6ae1ead3"),
        ("job_leases", "13ad0c9c10179102"),
        ("key_sessions", "93b763e66625eb25"),
        ("retention", "3cc3da7df54b3423"),
        ("row_counts", "b294a33537bd9981"),
        ("event_ends", "c927845c19f86aa3"),
        ("large_tables", "b03400e05165659a"),
        ("replicas", "028d01bc318efa74"),
        ("owners", "a1d929a1bca64cb0"),
        ("database_moves", "82ca5921f38660ed"),
        ("replica_programs", "676d60a1a73fe68a"),
        ("account_budgets", "fe14ee3b025cd811"),
        ("delivering_replicas", "dab50579cd7a78e7"),
        ("hot_tables", "f640f97ef14240ea"),
        ("row_security", "0c08636aeb27bb44"),
    ]

    @Test func `A released step is not edited`() async throws {
        let database = try await migratedDatabase()
        let rows = try await database.read { tx in
            try tx.run("SELECT name, checksum FROM migrations ORDER BY number").map {
                "\(try $0.text("name")) \(try $0.text("checksum"))"
            }
        }
        #expect(Array(rows.prefix(Self.released.count)) == Self.released.map { "\($0.name) \($0.checksum)" })
        #expect(rows.count == Self.released.count, "add the new step's checksum to this list when it is released")
        await database.close()
    }

    @Test func `A database file of a former program is adopted`() async throws {
        let path = try Fixture.temporaryFolder().appendingPathComponent("former.db")
        try Fixture.data("database-50846fc/gateway.sqlite").write(to: path)
        let database = try await SQLiteDatabase.open(path: path.path)
        #expect(try await Schema.migrator.status(of: database).state == .behind(Schema.migrator.count - 7))
        try await Schema.migrator.run(on: database)
        let status = try await Schema.migrator.status(of: database)
        #expect(status.state == .current && status.oldestProgram == 0)
        #expect(status.steps.allSatisfy { $0.isChecksumRight == true })
        #expect(status.steps.map { $0.appliedAt == nil } == status.steps.map { $0.number <= 7 })
        await database.close()
    }

    @Test func `A status is a table for a person and JSON for a script`() throws {
        let status = SchemaStatus(
            Migrator([
                .init("a", "CREATE TABLE a (id TEXT) {strict}"),
                .init("longer", "DROP TABLE a", kind: .contract(oldestProgram: 1)),
            ]).emptyStatus)
        #expect(
            status.lines == [
                "number  name    kind        state    applied at  checksum",
                "1       a       expand      pending  -           -",
                "2       longer  contract 1  pending  -           -",
                "",
                "This program's number: 2.",
                "Oldest program that may use the database: any.",
                "The database: \(status.text).",
            ])
        #expect(status.text.contains("brings it forward by 2 steps"))
        #expect(status.json["state"] == "behind" && status.json["program"] == 2 && status.json["oldest_program"] == 0)
        let steps = try #require(status.json["steps"]?.arrayValue)
        #expect(
            steps == [
                [
                    "number": 1, "name": "a", "state": "pending", "applied_at": .null, "checksum_ok": .null,
                    "kind": "expand",
                ],
                [
                    "number": 2, "name": "longer", "state": "pending", "applied_at": .null, "checksum_ok": .null,
                    "kind": "contract", "oldest_program": 1,
                ],
            ])
    }
}
