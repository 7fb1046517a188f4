import SQL

/// The tables of a database as its own catalogue has them, so that none is forgotten.
struct CopyCatalogue: Sendable {
    /// The tables to copy, each after those that its foreign keys lead to. Tables of counts come last.
    let tables: [CopyTable]

    /// Tables of one database alone: what its own processes are and have, and what was done to it.
    static let local: Set<String> = [
        "database_moves", "leases", "migrations", "object_leases", "replicas", "request_reports",
    ]
    /// Counts that triggers keep. Their rows in the target are replaced when all others are there.
    static let counts: Set<String> = ["delivery_counts", "quarantine_counts", "queue_counts"]

    /// A catalogue that cannot be copied.
    struct Unsupported: Error, CustomStringConvertible {
        let description: String
    }

    static func read(_ database: any Database) async throws -> CopyCatalogue {
        try await database.read { tx in
            let parents = try parents(in: tx)
            var left = try tables(in: tx).filter { !local.contains($0.name) }
            var ordered: [CopyTable] = []
            while !left.isEmpty {
                let names = Set(left.map(\.name))
                let next = left.firstIndex { table in
                    // A table of counts waits for all others.
                    if counts.contains(table.name), !names.isSubset(of: counts) { return false }
                    return parents[table.name, default: []].subtracting([table.name]).isDisjoint(with: names)
                }
                guard let next else {
                    throw Unsupported(
                        description: "foreign keys in a circle: \(names.sorted().joined(separator: ", "))")
                }
                ordered.append(left.remove(at: next))
            }
            return CopyCatalogue(tables: ordered)
        }
    }

    // MARK: - the engines' catalogues

    /// All tables, by name.
    private static func tables(in tx: any Transaction) throws -> [CopyTable] {
        var columns: [String: [CopyTable.Column]] = [:]
        for row in try tx.run(columnQuery(tx.dialect)) {
            let (table, name, type) = (try row.text("table_name"), try row.text("name"), try row.text("type"))
            guard let kind = kinds[type.lowercased()] else {
                throw Unsupported(description: "the column \(table).\(name) has the type \(type)")
            }
            columns[table, default: []].append(.init(name: name, kind: kind))
        }
        var keys: [String: [String]] = [:]
        for row in try tx.run(keyQuery(tx.dialect)) {
            keys[try row.text("table_name"), default: []].append(try row.text("name"))
        }
        return try columns.sorted { $0.key < $1.key }.map { table, columns in
            let columns = columns.sorted { $0.name < $1.name }
            let key = keys[table, default: []].compactMap { name in columns.firstIndex { $0.name == name } }
            if key.isEmpty { throw Unsupported(description: "the table \(table) has no primary key") }
            return CopyTable(name: table, columns: columns, key: key)
        }
    }

    private static let kinds: [String: CopyTable.Kind] = [
        "integer": .integer, "bigint": .integer, "text": .text, "blob": .bytes, "bytea": .bytes,
    ]

    private static func columnQuery(_ dialect: Dialect) -> Query {
        switch dialect {
        case .sqlite:
            """
            SELECT t.name AS table_name, c.name AS name, c.type AS type
            FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
            """
        case .postgres:
            """
            SELECT CAST(t.table_name AS TEXT) AS table_name, CAST(c.column_name AS TEXT) AS name,
                CAST(c.data_type AS TEXT) AS type
            FROM information_schema.tables AS t JOIN information_schema.columns AS c
                ON c.table_schema = t.table_schema AND c.table_name = t.table_name
            WHERE t.table_schema = CURRENT_SCHEMA AND t.table_type = 'BASE TABLE'
            """
        }
    }

    private static func keyQuery(_ dialect: Dialect) -> Query {
        switch dialect {
        case .sqlite:
            """
            SELECT t.name AS table_name, c.name AS name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND c.pk > 0 ORDER BY t.name, c.pk
            """
        case .postgres:
            """
            SELECT CAST(k.table_name AS TEXT) AS table_name, CAST(k.column_name AS TEXT) AS name
            FROM information_schema.table_constraints AS c JOIN information_schema.key_column_usage AS k
                ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
                    AND k.table_name = c.table_name
            WHERE c.table_schema = CURRENT_SCHEMA AND c.constraint_type = 'PRIMARY KEY'
            ORDER BY k.table_name, k.ordinal_position
            """
        }
    }

    /// The tables that the foreign keys of each table lead to.
    private static func parents(in tx: any Transaction) throws -> [String: Set<String>] {
        let keys: Query =
            switch tx.dialect {
            case .sqlite:
                """
                SELECT t.name AS child, k."table" AS parent
                FROM sqlite_schema AS t JOIN pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table'
                """
            case .postgres:
                """
                SELECT CAST(child.relname AS TEXT) AS child, CAST(parent.relname AS TEXT) AS parent
                FROM pg_constraint AS k JOIN pg_class AS child ON child.oid = k.conrelid
                    JOIN pg_class AS parent ON parent.oid = k.confrelid
                    JOIN pg_namespace AS n ON n.oid = k.connamespace
                WHERE k.contype = 'f' AND n.nspname = CURRENT_SCHEMA
                """
            }
        return try tx.run(keys).reduce(into: [:]) { parents, row in
            parents[try row.text("child"), default: []].insert(try row.text("parent"))
        }
    }
}
