import Foundation
import Sealing
import SQL

/// The schema of a gateway's database, for the command line: shown beside a running gateway, and brought forward without one.
public struct SchemaMigration: Sendable {
    private let settings: GatewayConfiguration

    public init(_ settings: GatewayConfiguration) { self.settings = settings }

    /// Returns the status of the schema. Changes nothing; a database that does not exist yet has no steps.
    /// - Throws: when the database cannot be read.
    public func status() async throws -> SchemaStatus {
        let database: any Database
        if let path = settings.database.path {
            guard FileManager.default.fileExists(atPath: path) else {
                return SchemaStatus(Schema.migrator.emptyStatus)
            }
            database = try await SQLiteDatabase.openForReading(path: path)
        } else {
            database = try await settings.database.open()
        }
        return try await Self.closing(database) {
            SchemaStatus(try await Schema.migrator.status(of: database))
        }
    }

    /// Runs pending steps. The caller has the database's lock.
    /// - Parameters:
    ///   - runsContractSteps: older programs cannot use the database after those.
    ///   - onStep: called with a line about each step once it is committed.
    /// - Returns: the status after them.
    /// - Throws: when the master key does not fit, when this program must not use the database, or when replicas run that
    ///   could not go on after a contract step.
    public func run(runsContractSteps: Bool, onStep: @Sendable (String) -> Void) async throws -> SchemaStatus {
        let database = try await Core.openDatabase(settings)
        return try await Self.closing(database) {
            // With the wrong key this may be the wrong database.
            try await TenantKeys.check(
                database, master: try Keyring(current: settings.masterKey, previous: settings.previousMasterKeys))
            try await Schema.migrator.run(
                on: database, to: runsContractSteps ? .finish : .expand,
                beforeContract: { tx, oldestProgram in
                    // A replica says its number by a step's column.
                    guard try Migrator.hasTable("replicas", in: tx) else { return }
                    try ReplicaStore.refuseStep(oldestProgram: oldestProgram, in: tx)
                },
                beforeNoting: { Failpoint.reach(.midMigration) },
                onStep: { number, step in onStep("\(number) \(step.name) (\(SchemaStatus.kind(step.kind)))") })
            return SchemaStatus(try await Schema.migrator.status(of: database))
        }
    }

    private static func closing<T>(_ database: any Database, _ body: () async throws -> T) async throws -> T {
        do {
            let result = try await body()
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }
}
