import Foundation
import SQL
import Support

/// A database engine that the stores are tested on. PostgreSQL is one more case.
enum StoreEngine: String, CaseIterable, Sendable {
    case sqlite

    static let all = allCases

    /// One database of the engine. Several `Database` objects may open it.
    struct Location: Sendable {
        fileprivate let address: String
    }

    func newLocation() throws -> Location {
        switch self {
        case .sqlite: Location(address: try Fixture.temporaryFolder().appendingPathComponent("stores.db").path)
        }
    }

    func open(_ location: Location) async throws -> any Database {
        switch self {
        case .sqlite: try await SQLiteDatabase.open(path: location.address)
        }
    }
}

/// Returns true if the engine refused a second row with a value that is unique.
func isUniqueViolation(_ error: any Error) -> Bool {
    if case SQLError.uniqueViolation = error { true } else { false }
}
