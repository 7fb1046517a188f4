import Foundation
import SQL
import Support

@testable import Gateway

/// A database engine that the stores are tested on.
enum StoreEngine: String, Sendable {
    case sqlite
    case postgres

    static let all: [StoreEngine] = {
        #if Postgres
            return PostgresServer.isRunning ? [.sqlite, .postgres] : [.sqlite]
        #else
            return [.sqlite]
        #endif
    }()

    /// One database of the engine, with all tables. Several `Database` objects may open it.
    struct Location: Sendable {
        /// A path, or a URL.
        let address: String
    }

    func newLocation() async throws -> Location {
        switch self {
        case .sqlite:
            let location = Location(address: try Fixture.temporaryFolder().appendingPathComponent("stores.db").path)
            let database = try await open(location)
            try await Schema.migrator.run(on: database)
            await database.close()
            return location
        case .postgres:
            #if Postgres
                return Location(address: try PostgresServer.newDatabase(template: try await Self.template.value))
            #else
                throw CancellationError()
            #endif
        }
    }

    func open(_ location: Location) async throws -> any Database {
        switch self {
        case .sqlite: return try await SQLiteDatabase.open(path: location.address)
        case .postgres:
            #if Postgres
                return try await PostgresDatabase.open(
                    PostgresParameters(url: location.address, authorities: ""), connections: 3)
            #else
                throw CancellationError()
            #endif
        }
    }

    #if Postgres
        /// The name of a database with all tables, made once.
        private static let template = Task {
            let url = try PostgresServer.newDatabase()
            let database = try await PostgresDatabase.open(
                PostgresParameters(url: url, authorities: ""), connections: 2)
            try await Schema.migrator.run(on: database)
            await database.close()
            return PostgresServer.database(of: url)
        }
    #endif
}

/// Returns true if the engine refused a second row with a value that is unique.
func isUniqueViolation(_ error: any Error) -> Bool {
    if case SQLError.uniqueViolation = error { true } else { false }
}
