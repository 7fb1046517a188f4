import SQL

/// Rows that name a calendar whose tombstone is gone, found by reading their table page by page and deleted by their key.
struct OrphanedRows: Sendable {
    let table: String
    /// Text columns that a row is found by, in the order of the primary key.
    let key: [String]

    private static let pageSize = 500

    private struct Page: Sendable {
        let orphans: [[String]]
        let last: [String]?
    }

    /// Reads the whole table once.
    func delete(with writes: BackgroundWrites) async throws {
        var after: [String]? = nil
        repeat {
            let start = after
            let page = try await writes.database.read { try self.page(after: start, in: $0) }
            if !page.orphans.isEmpty {
                try await writes.write { tx in
                    for orphan in page.orphans {
                        try tx.run("DELETE FROM \(name) WHERE (\(columns)) = \(list: orphan) AND \(isOrphaned)")
                    }
                }
            }
            after = page.last
        } while after != nil
    }

    private var name: Query { Query(stringLiteral: table) }

    private var columns: Query { Query(stringLiteral: key.joined(separator: ", ")) }

    private var isOrphaned: Query {
        """
        calendar_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM calendars
            WHERE calendars.account_id = \(name).account_id AND calendars.calendar_id = \(name).calendar_id)
        """
    }

    private func page(after last: [String]?, in tx: any Transaction) throws -> Page {
        let following: Query = last.map { "(\(columns)) > \(list: $0)" } ?? "1 = 1"
        let rows = try tx.run(
            """
            SELECT \(columns), CASE WHEN \(isOrphaned) THEN 1 ELSE 0 END AS is_orphaned FROM \(name)
            WHERE \(following) ORDER BY \(columns) LIMIT \(Self.pageSize)
            """)
        func values(_ row: Row) throws -> [String] { try key.map { try row.text($0) } }
        return Page(
            orphans: try rows.filter { try $0.bool("is_orphaned") }.map(values),
            last: rows.count < Self.pageSize ? nil : try rows.last.map(values))
    }
}
