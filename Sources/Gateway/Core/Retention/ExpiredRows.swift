import SQL

/// Rows of one table that are past their time, deleted or changed a bounded number at a time.
struct ExpiredRows: Sendable {
    let table: String
    private let key: Query
    private let condition: Query
    private let change: Query?
    let atOnce: Int

    /// - Parameters:
    ///   - key: the columns of the primary key.
    ///   - condition: for `WHERE`. A table that grows with a tenant's history needs an index for it.
    ///   - change: for `SET`; the condition must not hold afterwards. Without it the rows are deleted.
    ///   - atOnce: the most rows that one transaction changes, where they are large.
    init(_ table: String, key: Query, where condition: Query, set change: Query? = nil, atOnce: Int = .max) {
        self.table = table
        self.key = key
        self.condition = condition
        self.change = change
        self.atOnce = atOnce
    }

    private var name: Query { Query(stringLiteral: table) }

    func isAny(in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT 1 AS one FROM \(name) WHERE \(condition) LIMIT 1") != nil
    }

    /// Deletes or changes the next rows.
    /// - Returns: how many; fewer than `limit` and `atOnce` when there are no more.
    @discardableResult
    func expire(limit: Int = BackgroundWrites.rows, in tx: any Transaction) throws -> Int {
        let limit = min(limit, atOnce)
        let verb: Query = change.map { "UPDATE \(name) SET \($0)" } ?? "DELETE FROM \(name)"
        return try tx.run(
            """
            \(verb) WHERE (\(key)) IN (SELECT \(key) FROM \(name) WHERE \(condition) LIMIT \(limit)) RETURNING 1 AS one
            """
        ).count
    }
}
