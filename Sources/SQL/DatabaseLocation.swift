/// A database that can be opened: a file of SQLite's, or one on a PostgreSQL server.
public enum DatabaseLocation: Sendable {
    case sqlite(path: String)
    /// - `connections`: those of this process, at least two.
    /// - `prepares`: false behind a pooler that does not know prepared statements.
    /// - `listening`: a direct connection for notices, where the others lead to a pooler.
    case postgres(
        PostgresParameters, connections: Int, prepares: Bool = true, listening: PostgresParameters? = nil)

    /// Opens the database. A file is made if there is none; its folder must exist.
    /// - Parameter statementTimeout: the longest time that a statement may take on a server.
    /// - Throws: `SQLError`.
    public func open(statementTimeout: Duration = .seconds(8)) async throws -> any Database {
        switch self {
        case .sqlite(let path): return try await SQLiteDatabase.open(path: path)
        case .postgres(let parameters, let connections, let prepares, let listening):
            #if Postgres
                return try await PostgresDatabase.open(
                    parameters, connections: connections, prepares: prepares, listening: listening,
                    statementTimeout: statementTimeout)
            #else
                throw SQLError.unavailable(.cannotOpen, PostgresParameters.missing)
            #endif
        }
    }

    /// The path of the file; nil for a database on a server.
    public var path: String? { if case .sqlite(let path) = self { path } else { nil } }
}
