import Foundation
import Logging
import Sealing
import SQL
import Support

@testable import Gateway

/// A new database in a folder of its own, without tables.
func emptyDatabase() async throws -> any Database {
    try await SQLiteDatabase.open(path: Fixture.temporaryFolder().appendingPathComponent("test.db").path)
}

/// A new database in a folder of its own, with all tables.
func migratedDatabase() async throws -> any Database {
    let database = try await emptyDatabase()
    try await Schema.migrator.run(on: database)
    return database
}

/// A gateway that is built and not started, on a database of its own.
func builtGateway() async throws -> Gateway {
    let folder = try Fixture.temporaryFolder()
    return try await Gateway.build(
        try await GatewayConfiguration.read(environment: [
            "GATEWAY_MASTER_KEY": Base64.encode(SecretKey.random().reveal()),
            "GATEWAY_DATABASE_URL": "sqlite:\(folder.path)/gateway.db",
        ]), logger: Logger(label: "test"))
}

extension Database {
    /// Deletes or changes all rows that are past their time.
    func expire(_ kinds: [ExpiredRows]) async throws {
        for rows in kinds { try await BackgroundWrites(database: self).expire(rows) }
    }
}

/// An id as Meeting BaaS gives them.
func newUUID() -> String { UUID().uuidString.lowercased() }

/// A number from the environment, for long runs.
func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

extension ClientConnections {
    /// Room for every connection of a test.
    static func unlimited() -> ClientConnections {
        ClientConnections(
            limit: 1_000_000, addressLimit: nil, addresses: ClientAddress(trusted: []), metrics: PrometheusFactory())
    }
}
