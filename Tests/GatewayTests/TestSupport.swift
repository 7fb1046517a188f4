import Foundation
import SQL
import Support

@testable import Gateway

/// A new database in a folder of its own, without tables.
func emptyDatabase() async throws -> any Database {
    try await SQLiteDatabase.open(path: Fixture.temporaryFolder().appendingPathComponent("test.db").path)
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
            limit: 1_000_000, addressLimit: nil, addresses: ClientAddress(trusted: []), metrics: GatewayMetrics())
    }
}
