import SQL

/// A table of a database's catalogue, and its rows in the order of its primary key.
struct CopyTable: Sendable, Equatable {
    enum Kind: Sendable, Equatable { case integer, text, bytes }

    struct Column: Sendable, Equatable {
        let name: String
        let kind: Kind
    }

    let name: String
    /// In the order of their names. Rows have their values in this order.
    let columns: [Column]
    /// The positions of the primary key's columns, in the order of the key.
    let key: [Int]

    /// The most rows of a page.
    static let pageRows = 500
    /// The bytes of a page's texts and byte strings; a page of one row may have more.
    static let pageBytes: Int64 = 4 << 20
    /// The most values of a statement: PostgreSQL takes 65 535.
    private static let statementValues = 32_000

    func key(of row: [Value]) -> [Value] { key.map { row[$0] } }

    /// A row as the target gets it: claims of processes are free, and U+0000 is replaced, which PostgreSQL cannot store.
    func transferred(_ row: [Value]) -> [Value] {
        var row = row
        for (index, column) in columns.enumerated() {
            if column.name == "owner" {
                row[index] = .null
            } else if column.name == "leased_until" {
                row[index] = .integer(0)
            } else if case .text(let text) = row[index] {
                row[index] = text.sqlValue
            }
        }
        return row
    }

    // MARK: - reading

    func count(in tx: any Transaction) throws -> Int {
        Int(try tx.first("SELECT COUNT(*) AS n FROM \(Self.quoted(name))")?.integer("n") ?? 0)
    }

    func isEmpty(in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT 1 AS found FROM \(Self.quoted(name)) LIMIT 1") == nil
    }

    /// The next rows after a key, or the first ones: at most `pageRows`, and `pageBytes` unless one row has more.
    func page(after key: [Value]?, in tx: any Transaction) throws -> [[Value]] {
        var (count, bytes) = (0, 0 as Int64)
        for row in try tx.run(
            "SELECT \(size(tx.dialect)) AS size FROM \(Self.quoted(name)) \(position(after: key)) LIMIT \(Self.pageRows)"
        ) {
            bytes += try row.integer("size")
            if count > 0, bytes > Self.pageBytes { break }
            count += 1
        }
        return count == 0 ? [] : try rows(after: key, limit: count, in: tx)
    }

    func rows(after key: [Value]?, limit: Int, in tx: any Transaction) throws -> [[Value]] {
        let names = Self.list(columns.map { Self.quoted($0.name) })
        return try tx.run("SELECT \(names) FROM \(Self.quoted(name)) \(position(after: key)) LIMIT \(limit)").map(
            \.values)
    }

    private func position(after key: [Value]?) -> Query {
        let names = Self.list(self.key.map { Self.quoted(columns[$0].name) })
        guard let key else { return "ORDER BY \(names)" }
        return "WHERE (\(names)) > (\(Self.list(key.map { "\($0)" }))) ORDER BY \(names)"
    }

    private func size(_ dialect: Dialect) -> Query {
        let sizes = columns.filter { $0.kind != .integer }.map { column -> Query in
            let name = Self.quoted(column.name)
            return switch dialect {
            // The length of a text counts characters.
            case .sqlite where column.kind == .text: "COALESCE(LENGTH(CAST(\(name) AS BLOB)), 0)"
            case .sqlite: "COALESCE(LENGTH(\(name)), 0)"
            case .postgres: "COALESCE(OCTET_LENGTH(\(name)), 0)"
            }
        }
        return sizes.isEmpty ? "0" : Self.list(sizes, " + ")
    }

    // MARK: - writing

    func removeAll(in tx: any Transaction) throws { try tx.run("DELETE FROM \(Self.quoted(name))") }

    /// Inserts rows; those whose key is there already stay as they are.
    func insert(_ rows: [[Value]], in tx: any Transaction) throws {
        // SQLite has no round trips, and keeps the one statement compiled.
        let limit = tx.dialect == .sqlite ? 1 : max(Self.statementValues / max(columns.count, 1), 1)
        let names = Self.list(columns.map { Self.quoted($0.name) })
        for start in stride(from: 0, to: rows.count, by: limit) {
            let tuples = rows[start..<min(start + limit, rows.count)].map { row -> Query in
                "(\(Self.list(row.map { "\($0)" })))"
            }
            try tx.run(
                "INSERT INTO \(Self.quoted(name)) (\(names)) VALUES \(Self.list(tuples)) ON CONFLICT DO NOTHING")
        }
    }

    // MARK: - texts

    private static func quoted(_ name: String) -> Query { Query(stringLiteral: "\"\(name)\"") }

    private static func list(_ parts: [Query], _ separator: String = ", ") -> Query {
        var list = Query.StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        for (index, part) in parts.enumerated() {
            if index > 0 { list.appendLiteral(separator) }
            list.appendInterpolation(part)
        }
        return Query(stringInterpolation: list)
    }
}
