#if Postgres
    /// Statements on a connection of their own, one round trip each, in no transaction but those that they begin
    /// themselves. Used by one thread only.
    final class PostgresSession: Transaction {
        let dialect = Dialect.postgres
        private let link: PostgresLink
        private let keys: PostgresUniqueKeys
        private var statements = PostgresStatements()

        private static let timeout = Duration.seconds(20)
        /// An index of a large table takes the time that it takes.
        private static let scriptTimeout = Duration.seconds(24 * 3_600)

        init(_ parameters: PostgresParameters, _ keys: PostgresUniqueKeys) throws {
            link = try PostgresLink(parameters)
            self.keys = keys
        }

        @discardableResult
        func run(_ query: Query) throws -> [Row] {
            let deadline = ContinuousClock.now + Self.timeout
            let sent = try statements.send(query, on: link, prepares: false)
            try link.sync()
            let answer = Result { try statements.receive(sent, on: link, by: deadline, keys) }
            // The answer to `sync()`.
            if link.isOpen { _ = try link.next(by: deadline) }
            return try answer.get().rows
        }

        /// By the simple protocol: a statement that must not be part of a transaction has a script of its own.
        func script(_ text: String) throws {
            guard let report = try link.script(text, by: .now + Self.scriptTimeout) else { return }
            throw SQLError(postgres: report, statement: String(text.prefix(80)), key: keys.key)
        }

        /// It has no tenant of its own.
        func acrossTenants<T>(_ body: () throws -> T) rethrows -> T { try body() }

        /// Notices belong to commits of the gateway's data.
        func notify(_ notice: ChangeNotice) {}
    }
#endif
