/// Brings a database to the newest schema, one numbered step after the other, each in its own transaction.
///
/// Scripts are one text for both engines: `{int}` is a 64-bit integer, `{bytes}` a byte string, `{strict}` the table
/// option that makes SQLite hold to its column types. Texts are compared byte by byte on both.
public struct Migrator: Sendable {
    public struct Step: Sendable {
        public let name: String
        public let script: String
        /// Statements that run after `script`, for what the two engines spell too differently for one text.
        let sqlite, postgres: String

        public init(_ name: String, _ script: String, sqlite: String = "", postgres: String = "") {
            self.name = name
            self.script = script
            self.sqlite = sqlite
            self.postgres = postgres
        }

        func more(_ dialect: Dialect) -> String {
            switch dialect {
            case .sqlite: sqlite
            case .postgres: postgres
            }
        }
    }

    private let steps: [Step]
    public init(_ steps: [Step]) { self.steps = steps }
    public var count: Int { steps.count }

    /// - Parameter beforeNoting: called within each step's transaction, before the step is noted as done.
    /// - Throws: `SQLError.migration` when the database was made by a newer build, or by other steps.
    public func run(
        on database: any Database, beforeNoting: @escaping @Sendable () -> Void = {}
    ) async throws {
        try await database.write { connection in
            try connection.script(
                Self.rendered(
                    "CREATE TABLE IF NOT EXISTS migrations (number {int} PRIMARY KEY, name TEXT NOT NULL) {strict}",
                    connection.dialect))
        }
        for (index, step) in steps.enumerated() {
            try await database.write { connection in
                let known = try connection.first("SELECT name FROM migrations WHERE number = \(index + 1)")
                if let name = try known?.text("name") {
                    guard name == step.name else {
                        throw SQLError.migration("step \(index + 1) is \(name) in the database, \(step.name) here")
                    }
                    return
                }
                try connection.script(Self.rendered(step.script, connection.dialect))
                let more = step.more(connection.dialect)
                if !more.isEmpty { try connection.script(more) }
                beforeNoting()
                try connection.run("INSERT INTO migrations (number, name) VALUES (\(index + 1), \(step.name))")
            }
        }
        let count = steps.count
        try await database.read { connection in
            if try connection.first("SELECT number FROM migrations WHERE number > \(count)") != nil {
                throw SQLError.migration("the database was made by a newer build; this one knows \(count) steps")
            }
        }
    }

    public enum Status: Sendable, Equatable {
        case current
        /// So many steps are still to be run.
        case behind(Int)
        /// A newer build, or another program, made it.
        case ahead
    }

    /// Returns the migration status of a database. Changes nothing.
    public func status(of database: any Database) async throws -> Status {
        let names = steps.map(\.name)
        return try await database.read { connection in
            guard try Self.hasTable("migrations", in: connection) else { return .behind(names.count) }
            let known = try connection.run("SELECT name FROM migrations ORDER BY number").map { try $0.text("name") }
            guard known.count <= names.count, zip(known, names).allSatisfy({ $0 == $1 }) else { return .ahead }
            return known.count == names.count ? .current : .behind(names.count - known.count)
        }
    }

    /// Returns whether a database has a table of this name.
    public static func hasTable(_ name: String, in connection: any Transaction) throws -> Bool {
        let tables: Query =
            switch connection.dialect {
            case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = \(name)"
            case .postgres: "SELECT table_name FROM information_schema.tables WHERE table_name = \(name)"
            }
        return try !connection.run(tables).isEmpty
    }

    /// The steps before the named one, as an older build had them.
    public func before(_ name: String) -> Migrator { Migrator(Array(steps.prefix { $0.name != name })) }

    /// The first steps only, as an older build had them.
    public func first(_ count: Int) -> Migrator { Migrator(Array(steps.prefix(count))) }

    static func rendered(_ script: String, _ dialect: Dialect) -> String {
        let words: [(String, String)] =
            switch dialect {
            case .sqlite: [("{int}", "INTEGER"), ("{bytes}", "BLOB"), ("{strict}", "STRICT")]
            case .postgres:
                [("{int}", "BIGINT"), ("{bytes}", "BYTEA"), ("{strict}", ""), ("TEXT", "TEXT COLLATE \"C\"")]
            }
        return words.reduce(script) { text, word in
            text.split(separator: word.0, omittingEmptySubsequences: false)
                .joined(separator: word.1)
        }
    }
}
