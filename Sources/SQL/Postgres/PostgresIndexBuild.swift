#if Postgres
    import Foundation

    extension PostgresDatabase: LargeIndexBuilder {
        func build(
            _ index: LargeIndex, isNeeded: @escaping @Sendable (any Transaction) throws -> Bool,
            insert: @escaping @Sendable (any Transaction) throws -> Void
        ) async throws -> Bool {
            let build = PostgresIndexBuild(index: index, parameters: directParameters, keys: keys)
            return try await withCheckedThrowingContinuation { caller in
                // It may take hours, and holds neither the writer nor a reader.
                let thread = Thread { caller.resume(with: Result { try build.run(isNeeded, insert) }) }
                thread.name = "postgres-index"
                thread.start()
            }
        }
    }

    /// One index that is built `CONCURRENTLY`, on two connections.
    ///
    /// The first has a transaction open in which it holds an advisory lock: one program builds at a time, and a program that
    /// is killed frees the lock with its connection. (The transaction reads nothing while the index is built and is READ
    /// COMMITTED, so it has no snapshot, for whose end the build would wait.) The second builds.
    ///
    /// The server goes on with a build whose program was killed. Each build locks its table against other builds, so the
    /// next program waits for that lock before it looks.
    struct PostgresIndexBuild: Sendable {
        let index: LargeIndex
        let parameters: PostgresParameters
        let keys: PostgresUniqueKeys

        /// A build that meets a deadlock, or waits too long for a lock, is repeated.
        private static let attempts = 5

        func run(
            _ isNeeded: (any Transaction) throws -> Bool, _ insert: (any Transaction) throws -> Void
        ) throws -> Bool {
            let holder = try PostgresSession(parameters, keys)
            try holder.run("BEGIN ISOLATION LEVEL READ COMMITTED")
            let lock = try holder.first(
                "SELECT pg_try_advisory_xact_lock(CAST(\(AdvisoryLock.indexes.rawValue) AS INT), 0) AS is_taken")
            // The end of the connection ends the transaction.
            guard try lock?.bool("is_taken") ?? false else { return false }
            guard try isNeeded(holder) else { return true }
            // A role or a database may have these set. The last one is of PostgreSQL 17.
            try holder.run(
                """
                SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN
                    ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')
                """)
            // A query's portal keeps its snapshot until another statement takes its place.
            try holder.script("SET LOCAL lock_timeout = 0")
            try build()
            try insert(holder)
            try holder.run("COMMIT")
            keys.outdate()
            return true
        }

        private func build() throws {
            let session = try PostgresSession(parameters, keys)
            try session.script("SET statement_timeout = 0; SET lock_timeout = 0")
            // The connection to the server may be a pooler's.
            defer { try? session.script("RESET statement_timeout; RESET lock_timeout") }
            for attempt in 1...Self.attempts {
                do {
                    if try isBuilt(on: session) { return }
                    try session.script(index.statement(concurrently: true))
                    return
                } catch let error as SQLError where error.isOfOthersLocks && attempt < Self.attempts {
                    // The index that the failed build left is dropped.
                    continue
                } catch {
                    // An invalid unique index would still refuse rows.
                    _ = try? isBuilt(on: session)
                    if case SQLError.serializationFailure(let text) = error, text.hasPrefix("23505") {
                        throw SQLError.uniqueViolation(UniqueKey(index: index.name))
                    }
                    throw error
                }
            }
        }

        /// Returns whether the index is there and valid; drops one that is not.
        private func isBuilt(on session: PostgresSession) throws -> Bool {
            // Conflicts with builds alone, not with writers, so nobody waits behind it.
            do {
                try session.script(
                    """
                    BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0;
                    LOCK TABLE \(index.table) IN SHARE UPDATE EXCLUSIVE MODE; COMMIT
                    """)
            } catch {
                try session.script("ROLLBACK")
                throw error
            }
            let found = try session.first(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(CAST(\(index.name) AS TEXT))")
            guard let found else { return false }
            if try found.bool("indisvalid") { return true }
            try session.script("DROP INDEX CONCURRENTLY IF EXISTS \(index.name)")
            return false
        }
    }

    extension SQLError {
        /// The statement may succeed once other transactions have ended.
        fileprivate var isOfOthersLocks: Bool {
            switch self {
            case .unavailable(.locked, _): true
            // 23505 comes as such a failure too: a duplicate stays one.
            case .serializationFailure(let text): text.hasPrefix("40")
            default: false
            }
        }
    }
#endif
