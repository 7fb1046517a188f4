#if Postgres
    /// One connection's transactions. Used by one thread only: the one of a `WorkerPool` that made it.
    ///
    /// `BEGIN` and the transaction's settings travel with its first statement, so a read of one statement is one round trip;
    /// a read's `COMMIT` is sent and not waited for.
    final class PostgresConnection: WriterConnection {
        struct Options: Sendable {
            let parameters: PostgresParameters
            /// Names this process in notices to others.
            var name = ""
            /// False behind a pooler that does not know prepared statements.
            var prepares = true
            /// The longest time that a statement may take on the server.
            var statementTimeout = Duration.seconds(8)
            /// The longest time that a writing transaction waits for another's lock.
            var lockTimeout = Duration.seconds(5)
        }

        let dialect = Dialect.postgres
        var scope = TenantScope.all
        /// The scope that the server knows, or will with the next statement; nil: unknown.
        private var scopeOnServer: TenantScope?
        private let options: Options
        private let keys: PostgresUniqueKeys
        private var link: PostgresLink?
        private var cache = PostgresStatements()
        /// When the last attempt to connect failed, or the last wait for an answer.
        private var refusedAt: ContinuousClock.Instant?
        /// Statements that travel with the next one: `BEGIN` and the like.
        private var prefix: [Query] = []
        /// Results of what was sent without waiting.
        private var owed: [PostgresStatements.Sent] = []
        /// True from `begin` to the end of the transaction.
        private var hasBegun = false
        private var hasFailed = false
        /// The error that ended the present transaction.
        private var lastError: (any Error)?
        /// True once `BEGIN` has been sent. Later statements may wait in `prefix` all the same.
        private var isOnServer = false
        private var scripts: Int64 = 0
        /// The first statement of the next transaction is answered by then, or the connection is closed: behind a pooler
        /// without a free connection the answer to `BEGIN` does not come. Nil: the time that a statement may take.
        var startBy: ContinuousClock.Instant?

        private(set) var notices: [ChangeNotice] = []
        private(set) var rowsChanged: Int64 = 0
        var largestStatement: (text: String, rows: Int64)?
        var writes: Int64 { rowsChanged + scripts }
        var isInTransaction: Bool { hasBegun && !hasFailed }

        init(_ options: Options, _ keys: PostgresUniqueKeys) throws {
            self.options = options
            self.keys = keys
            _ = try connected()
        }

        // MARK: - the connection

        /// After a failed attempt all callers are refused at once for so long.
        private static let pauseAfterRefusal = Duration.milliseconds(250)

        private func connected() throws -> PostgresLink {
            if let link, link.isOpen { return link }
            if let refusedAt, .now - refusedAt < Self.pauseAfterRefusal {
                throw SQLError.unavailable(.cannotOpen, "the server could not be reached a moment ago")
            }
            (link, cache, owed) = (nil, PostgresStatements(), [])
            do {
                let made = try PostgresLink(options.parameters)
                (link, refusedAt) = (made, nil)
                return made
            } catch {
                refusedAt = .now
                throw error
            }
        }

        private var deadline: ContinuousClock.Instant {
            let statementDeadline = ContinuousClock.now + options.statementTimeout + .seconds(5)
            return startBy.map { min($0, statementDeadline) } ?? statementDeadline
        }

        // MARK: - statements

        func run(_ query: Query) throws -> [Row] {
            if hasFailed {
                throw SQLError.statement("25P02: an earlier error ended the transaction, in: \(query.text)")
            }
            do {
                addScope()
                guard let answer = try roundTrip([query]).last else { return [] }
                rowsChanged += answer.rowsChanged
                if answer.rowsChanged > largestStatement?.rows ?? 0 {
                    largestStatement = (query.text, answer.rowsChanged)
                }
                return answer.rows
            } catch {
                (hasFailed, lastError) = (true, error)
                throw error
            }
        }

        func script(_ text: String) throws {
            do {
                addScope()
                if !prefix.isEmpty { _ = try roundTrip([]) }
            } catch {
                (hasFailed, lastError) = (true, error)
                throw error
            }
            scripts += 1
            keys.outdate()
            // A migration rewrites tables; it takes the time that it takes.
            let whole = "SET LOCAL statement_timeout = 0;\n\(text)"
            guard let report = try opened().script(whole, by: .now + .seconds(24 * 3_600)) else { return }
            hasFailed = true
            throw SQLError(postgres: report, statement: String(text.prefix(80)), key: keys.key)
        }

        /// The connection on which the transaction was begun.
        private func opened() throws -> PostgresLink {
            guard let link, link.isOpen else {
                throw SQLError.unavailable(.connectionLost, "the connection was lost in the transaction")
            }
            return link
        }

        /// Sends statements together, after those of `prefix`, and waits for their answers.
        private func roundTrip(_ queries: [Query]) throws -> [PostgresStatements.Answer] {
            let link = try opened()
            isOnServer = hasBegun
            let all = prefix + queries
            prefix = []
            var sent: [PostgresStatements.Sent] = []
            for query in all { sent.append(try cache.send(query, on: link, prepares: options.prepares)) }
            try link.sync()
            let answers = try receive(sent, on: link)
            if isOnServer { startBy = nil }
            return answers
        }

        private func receive(
            _ sent: [PostgresStatements.Sent], on link: PostgresLink, by limit: ContinuousClock.Instant? = nil
        ) throws -> [PostgresStatements.Answer] {
            let deadline = limit.map { min($0, self.deadline) } ?? self.deadline
            // Callers that waited behind this one are refused as well: else each of them would wait as long, one after the
            // other. (A pooler without a free connection accepts ours, and does not answer.)
            defer { if limit == nil, !link.isOpen, .now >= deadline { refusedAt = .now } }
            var failure: SQLError?
            var answers: [PostgresStatements.Answer] = []
            for each in sent {
                do {
                    answers.append(try cache.receive(each, on: link, by: deadline, keys))
                } catch let error as SQLError {
                    failure = failure ?? error
                    guard link.isOpen else { throw error }
                }
            }
            // The answer to `sync()`.
            guard try link.next(by: deadline)?.isSync ?? false else {
                throw SQLError.unavailable(.connectionLost, "an answer out of order")
            }
            if let failure {
                if failure.isOfPreparedStatement { cache.forgetAll() }
                throw failure
            }
            return answers
        }

        /// The answer to a `COMMIT` of a reading transaction has come long before, or the connection is dead.
        private static let owedTimeout = Duration.seconds(3)

        /// Connects if needed, and reads what is owed of an earlier transaction. A server that went away while nothing was
        /// asked is no error of the next transaction.
        private func prepare() throws {
            let link = try connected()
            guard !owed.isEmpty else { return }
            let sent = owed
            owed = []
            do {
                _ = try receive(sent, on: link, by: .now + Self.owedTimeout)
            } catch {
                // The former transaction may still be open on it.
                self.link = nil
                _ = try connected()
            }
        }

        // MARK: - transactions

        /// Sets what must not be a start-up option: poolers refuse those.
        private func settings(lock: Bool) -> Query {
            let statement = "\(options.statementTimeout / .milliseconds(1))"
            let wait = "\(options.lockTimeout / .milliseconds(1))"
            // Shorter than a replica's life: one that is stopped with the writers' lock must not end the others.
            let idle = "5000"
            let common: Query = """
                SELECT set_config('statement_timeout', \(statement), true), set_config('lock_timeout', \(wait), true),
                    set_config('idle_in_transaction_session_timeout', \(idle), true)
                """
            guard lock else { return "\(common), \(scope.settings)" }
            // A server or a role may have it off; `remote_apply` is stricter than `on`, and stays.
            return """
                \(common), \(scope.settings), set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
                    THEN 'on' ELSE current_setting('synchronous_commit') END, true),
                    pg_advisory_xact_lock(CAST(\(AdvisoryLock.everything.rawValue) AS INT), 0)
                """
        }

        /// Lets a change of the scope travel with the next statement.
        private func addScope() {
            guard scopeOnServer != scope else { return }
            prefix.append("SELECT \(scope.settings)")
            scopeOnServer = scope
        }

        func begin() throws {
            try prepare()
            try keys.loadIfNeeded { try roundTrip([$0]).last?.rows ?? [] }
            lastError = nil
            (hasBegun, hasFailed, isOnServer, scopeOnServer) = (true, false, false, scope)
            prefix = ["BEGIN", settings(lock: true)]
        }

        func shortenLockWaits() { prefix.append("SELECT set_config('lock_timeout', '100', true)") }

        /// Begins a transaction on one snapshot that writes nothing.
        func beginReading() throws {
            try prepare()
            (hasBegun, hasFailed, isOnServer, scopeOnServer) = (true, false, false, scope)
            prefix = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", settings(lock: false)]
        }

        /// Ends a transaction that wrote nothing, without waiting for the server.
        func endReading() {
            defer { (hasBegun, hasFailed, prefix) = (false, false, []) }
            guard isOnServer, let link, link.isOpen else { return }
            do {
                owed = [try cache.send(hasFailed ? "ROLLBACK" : "COMMIT", on: link, prepares: options.prepares)]
                try link.sync()
                try link.flush()
            } catch {
                // The link is closed; the next transaction opens another one.
                owed = []
            }
        }

        func commit() throws {
            let shared = notices.filter { $0.topic.delivery == .withCommit }
            // Nothing was run: there is no transaction.
            if !isOnServer, shared.isEmpty {
                (hasBegun, prefix) = (false, [])
                return
            }
            var last = PeerMessage.payloads(shared, from: options.name).map { payload -> Query in
                "SELECT pg_notify(\(PeerMessage.channel), \(payload))"
            }
            last.append("COMMIT")
            do {
                _ = try roundTrip(last)
                hasBegun = false
            } catch SQLError.unavailable(.connectionLost, let text) {
                throw SQLError.commitOutcomeUnknown(text)
            }
        }

        func rollback() {
            defer { (hasBegun, hasFailed, prefix) = (false, false, []) }
            guard hasBegun, isOnServer, let link, link.isOpen else { return }
            prefix = []
            _ = try? roundTrip(["ROLLBACK"])
            // A primary that became a standby: the next connection looks for the new one.
            if case SQLError.unavailable(.readOnly, _)? = lastError { self.link = nil }
        }

        func beginBody() throws { prefix.append("SAVEPOINT body") }

        func undoBody() throws {
            hasFailed = false
            // Settings go back with the savepoint.
            scopeOnServer = nil
            // It has not been sent.
            if prefix.last?.text == "SAVEPOINT body" { return }
            do {
                _ = try roundTrip(["ROLLBACK TO SAVEPOINT body"])
            } catch {
                // The transaction did not begin: another held the lock, or the server refused.
                throw lastError ?? error
            }
        }

        func endBody() throws {
            if prefix.last?.text == "SAVEPOINT body" {
                prefix.removeLast()
            } else {
                prefix.append("RELEASE SAVEPOINT body")
            }
        }

        func notify(_ notice: ChangeNotice) { notices.append(notice) }
        func dropNotices(after count: Int) { notices.removeLast(notices.count - count) }
    }

    extension TenantScope {
        /// The settings that the policies of row-level security read, to the end of the transaction.
        fileprivate var settings: Query {
            let (tenant, scope): (String, String) =
                switch self {
                case .tenant(let id): (id, "tenant")
                case .all: ("", "all")
                }
            return "set_config('gateway.tenant', \(tenant), true), set_config('gateway.scope', \(scope), true)"
        }
    }
#endif
