import Foundation
import SQL
import Support
import Testing

/// The database of an environment's gateway, on either engine.
extension TestEnvironment {
    private var databaseURL: String { variables["GATEWAY_DATABASE_URL"] ?? "" }

    /// The path of the file; nil for a database on a server.
    private var databasePath: String? {
        databaseURL.hasPrefix("sqlite:") ? String(databaseURL.dropFirst("sqlite:".count)) : nil
    }

    /// Opens the gateway's database beside it, or while it does not run.
    func openDatabase() async throws -> any Database {
        if let databasePath { return try await DatabaseLocation.sqlite(path: databasePath).open() }
        let parameters = try PostgresParameters(url: databaseURL, authorities: "")
        return try await DatabaseLocation.postgres(parameters, connections: 2, prepares: true).open()
    }

    /// The column `n` of the first row; 0 without a row.
    func count(_ query: Query) async throws -> Int {
        let database = try await openDatabase()
        let count = try await database.read { try $0.first(query)?.integer("n") ?? 0 }
        await database.close()
        return Int(count)
    }

    /// Secrets are in the database in no clear form.
    func expectNotStored(_ secrets: some Sequence<String>) throws {
        let stored = try storedBytes()
        #expect(!stored.isEmpty)
        for (name, bytes) in stored {
            for secret in secrets {
                // A dump shows bytes as hexadecimal digits.
                let digits = secret.utf8.map { String(format: "%02x", $0) }.joined()
                for form in [secret, digits] {
                    #expect(bytes.range(of: Data(form.utf8)) == nil, "\(secret.prefix(20)) in \(name)")
                }
            }
        }
    }

    /// The files of SQLite, or a dump of the database on the server.
    private func storedBytes() throws -> [(name: String, bytes: Data)] {
        guard databasePath != nil else {
            let dump = try Command(
                "pg_dump", ["--no-password", "--enable-row-security", "--dbname", databaseURL],
                environment: ["PGOPTIONS": "-c gateway.scope=all"])
            #expect(dump.code == 0, "\(dump.output.suffix(500))")
            return [("the dump", Data(dump.output.utf8))]
        }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("gateway.db") }
            .map { ($0.lastPathComponent, try Data(contentsOf: $0)) }
    }
}
