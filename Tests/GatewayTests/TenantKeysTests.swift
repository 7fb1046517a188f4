import Foundation
import JSONValue
import Logging
import Sealing
import SQL
import Support
import Testing

@testable import Gateway

struct TenantKeysTests {
    @Test func `A master key that does not fit stops the start and names the one it wants`() async throws {
        let database = try await migratedDatabase()
        let right = SecretKey.random()
        let wrong = SecretKey.random()
        _ = try await TenantKeys.open(database, master: try Keyring(current: right))
        do {
            _ = try await TenantKeys.open(database, master: try Keyring(current: wrong))
            Issue.record("it opened")
        } catch let error as VaultError {
            #expect(error.description.contains(right.id.hex) && error.description.contains(wrong.id.hex))
        }
    }

    @Test func `A master key that does not fit stops the start before the schema is changed`() async throws {
        let path = try Fixture.temporaryFolder().appendingPathComponent("older.db").path
        let right = SecretKey.random()
        // As the build before left it.
        let older = try await SQLiteDatabase.open(path: path)
        try await Schema.migrator.first(Schema.migrator.count - 1).run(on: older)
        _ = try await TenantKeys.open(older, master: try Keyring(current: right))
        let before = try await Self.contents(of: older)
        await older.close()
        func start(_ key: SecretKey) async throws {
            var configuration = try await GatewayConfiguration.read(
                environment: ["GATEWAY_MASTER_KEY": Base64.encode(key.reveal())])
            configuration.database = .sqlite(path: path)
            let gateway = try await Gateway.build(configuration, logger: Logger(label: "test"))
            await gateway.close()
        }
        await #expect(throws: VaultError.self) { try await start(.random()) }
        let untouched = try await SQLiteDatabase.open(path: path)
        #expect(try await Schema.migrator.status(of: untouched).state == .behind(1))
        #expect(try await Self.contents(of: untouched) == before)
        await untouched.close()
        try await start(right)
        let current = try await SQLiteDatabase.open(path: path)
        #expect(try await Schema.migrator.status(of: current).state == .current)
        await current.close()
    }

    /// The schema, and what the vault and the list of steps hold.
    private static func contents(of database: any Database) async throws -> [String] {
        try await database.read { tx in
            try tx.run("SELECT name, sql FROM sqlite_master ORDER BY name").map {
                "\(try $0.text("name")) \(try $0.optionalText("sql") ?? "")"
            }
                + tx.run("SELECT name, sealed FROM vault_keys ORDER BY name").map {
                    "\(try $0.text("name")) \(try $0.blob("sealed"))"
                } + tx.run("SELECT name FROM migrations ORDER BY number").map { try $0.text("name") }
        }
    }

    @Test func `A former master key hands over to the new one`() async throws {
        let database = try await migratedDatabase()
        let old = SecretKey.random()
        let new = SecretKey.random()
        let tenant = Tenant(
            id: "ten_1", slug: "one", name: "One", status: .active, settings: TenantSettings(),
            createdAt: Timestamp(Date()))
        let first = try await TenantKeys.open(database, master: try Keyring(current: old))
        try await database.write { tx in
            try TenantStore.insert(tenant, in: tx)
            try first.createKey(for: tenant.id, in: tx)
        }
        let digest = first.digest("x", purpose: "key")
        let sealed = try await first.sealer(for: tenant.id).seal(
            SecretBytes("token"), column: .refreshToken, row: "con_1")
        _ = try await TenantKeys.open(database, master: try Keyring(current: new, previous: [old]))
        let last = try await TenantKeys.open(database, master: try Keyring(current: new))
        #expect(last.digest("x", purpose: "key") == digest && last.digest("x", purpose: "session") != digest)
        let opened = try await last.sealer(for: tenant.id).open(sealed, column: .refreshToken, row: "con_1")
        #expect(opened == SecretBytes("token"))
        database.listen(ChangeDispatcher(last.invalidations).dispatch)
        try await database.write { try last.destroyKey(of: tenant.id, in: $0) }
        await #expect(throws: Problem.self) { try await last.sealer(for: tenant.id) }
    }
}
