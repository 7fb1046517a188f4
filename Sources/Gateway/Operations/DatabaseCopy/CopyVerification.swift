import Sealing
import SQL

/// The comparison of all rows of two databases.
struct CopyVerification: Sendable {
    let source: any Database
    let target: any Database

    struct Result: Sendable {
        /// The first difference of each table: its name and a key, never a value.
        var differences: [String] = []
        /// Rows of the source that were compared.
        var rows = 0
    }

    /// Reads both databases in the order of their keys.
    func compare(_ tables: [CopyTable]) async throws -> Result {
        var result = Result()
        for table in tables {
            if let difference = try await difference(table, &result.rows) {
                result.differences.append("\(table.name): \(difference)")
            }
        }
        return result
    }

    private func difference(_ table: CopyTable, _ count: inout Int) async throws -> String? {
        let source = self.source
        var last: [Value]?
        var page = try await source.read { try table.page(after: nil, in: $0) }
        while let end = page.last.map(table.key(of:)) {
            // The source reads on while the target reads the same rows.
            async let next = source.read { try table.page(after: end, in: $0) }
            let (after, limit) = (last, page.count)
            let copies = try await target.read { try table.rows(after: after, limit: limit, in: $0) }
            if let difference = Self.difference(page.map(table.transferred), copies, of: table) { return difference }
            count += page.count
            last = end
            page = try await next
        }
        let end = last
        let more = try await target.read { try table.rows(after: end, limit: 1, in: $0) }
        return more.first.map { "\(CopyKey.named(table.key(of: $0), of: table)) is in the target alone" }
    }

    private static func difference(_ rows: [[Value]], _ copies: [[Value]], of table: CopyTable) -> String? {
        for (index, row) in rows.enumerated() {
            let key = table.key(of: row)
            guard index < copies.count else { return "\(CopyKey.named(key, of: table)) is missing in the target" }
            let copied = table.key(of: copies[index])
            if CopyKey.isLess(copied, key) { return "\(CopyKey.named(copied, of: table)) is in the target alone" }
            if CopyKey.isLess(key, copied) { return "\(CopyKey.named(key, of: table)) is missing in the target" }
            for (column, pair) in zip(row, copies[index]).enumerated() where !CopyKey.isSame(pair.0, pair.1) {
                return "\(CopyKey.named(key, of: table)) differs in the column \(table.columns[column].name)"
            }
        }
        return nil
    }

    // MARK: - sealed values

    private struct Sample: Sendable {
        let column: SealedColumn
        /// The column that names the row in what is sealed.
        let row: String
    }

    private static let samples = [
        Sample(column: .accountKey, row: "tenant_id"), Sample(column: .clientSecret, row: "provider"),
        Sample(column: .refreshToken, row: "id"), Sample(column: .endpointSecret, row: "id"),
    ]

    /// Opens all sealed keys of a database, and some sealed values.
    /// - Returns: how many were opened.
    /// - Throws: `VaultError`, or `CopyRefusal` with the table and the row.
    static func openSealed(_ database: any Database, _ master: Keyring, limit: Int = 100) async throws -> Int {
        let keys = try await TenantKeys.inspect(database, master: master)
        var opened = keys.keys
        for sample in samples {
            let table = Query(stringLiteral: sample.column.table)
            let column = Query(stringLiteral: sample.column.column)
            let name = Query(stringLiteral: sample.row)
            let rows = try await database.read { tx in
                try tx.run(
                    """
                    SELECT tenant_id, \(name) AS name, \(column) AS sealed FROM \(table) WHERE \(column) IS NOT NULL
                    ORDER BY tenant_id, \(name) LIMIT \(limit)
                    """
                ).map { (tenant: try $0.text("tenant_id"), name: try $0.text("name"), sealed: try $0.blob("sealed")) }
            }
            for row in rows {
                // A tenant that is being erased has lost its key first.
                guard let sealer = try? keys.sealer(for: row.tenant) else { continue }
                do {
                    _ = try sealer.open(row.sealed, column: sample.column, row: row.name)
                } catch {
                    throw CopyRefusal(
                        "a sealed value of \(sample.column.table) (tenant \(row.tenant), \(sample.row) \(row.name)) does not "
                            + "open with GATEWAY_MASTER_KEY")
                }
                opened += 1
            }
        }
        return opened
    }
}
