#if Postgres
    import Synchronization

    /// The tables and columns of unique indexes, by the index's name, which is all that a violation names.
    ///
    /// (The server's detail has the columns too, but not under row-level security.)
    final class PostgresUniqueKeys: Sendable {
        private struct State {
            var keys: [String: UniqueKey] = [:]
            var isCurrent = false
            /// Indexes that were not found; they may have been made since.
            var missing: Set<String> = []
        }
        private let state = Mutex(State())

        /// The key that an index stands for: the index itself if it has expressions, or is not found the second time. nil the
        /// first time: the indexes are read again.
        func key(_ index: String) -> UniqueKey? {
            state.withLock { state in
                if let known = state.keys[index] { return known }
                state.isCurrent = false
                return state.missing.insert(index).inserted ? nil : UniqueKey(index: index)
            }
        }

        /// The indexes are read again before the next transaction.
        func outdate() { state.withLock { $0.isCurrent = false } }

        /// - Parameter run: runs a statement outside of a transaction.
        func loadIfNeeded(_ run: (Query) throws -> [Row]) throws {
            guard !state.withLock(\.isCurrent) else { return }
            var keys: [String: UniqueKey] = [:]
            for row in try run(Self.indexes) {
                let index = try row.text("index")
                let columns = try row.optionalText("columns")?.split(separator: " ").map(String.init) ?? []
                keys[index] =
                    try row.bool("has_expressions")
                    ? UniqueKey(index: index) : UniqueKey(table: try row.text("table"), columns: columns)
            }
            state.withLock { [keys] in ($0.keys, $0.isCurrent) = (keys, true) }
        }

        private static let indexes: Query = """
            SELECT pg_class.relname AS index, tables.relname AS table, pg_index.indexprs IS NOT NULL AS has_expressions,
                (SELECT string_agg(pg_attribute.attname, ' ' ORDER BY keys.number)
                    FROM unnest(pg_index.indkey::int2[]) WITH ORDINALITY AS keys (attribute, number)
                    JOIN pg_attribute ON pg_attribute.attrelid = tables.oid AND pg_attribute.attnum = keys.attribute)
                    AS columns
            FROM pg_index JOIN pg_class ON pg_class.oid = pg_index.indexrelid
                JOIN pg_class AS tables ON tables.oid = pg_index.indrelid
                JOIN pg_namespace ON pg_namespace.oid = tables.relnamespace
            WHERE pg_index.indisunique AND pg_namespace.nspname = current_schema()
            """
    }
#endif
