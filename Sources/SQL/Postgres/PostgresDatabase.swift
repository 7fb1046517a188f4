#if Postgres
    /// PostgreSQL through libpq: one writing connection and a few reading ones, each on a thread of its own.
    ///
    /// Writers of all processes take turns: each transaction holds one advisory lock from its first statement to its
    /// commit. Callers that arrive while a commit is under way share the next one, up to 64 bodies.
    ///
    /// A connection that is lost is opened again, and a transaction that was not committed is run again. A database that
    /// is dropped without `close()` does what it accepted and ends its threads.
    public final class PostgresDatabase: Database {
        private let writers = WorkerPool<TransactionJob>()
        private let readers = WorkerPool<TransactionJob>(batchesBackground: false)
        private let writer: GroupWriter
        private let options: PostgresConnection.Options
        private let peers: PostgresPeers
        let keys = PostgresUniqueKeys()
        /// Parameters of a connection without a pooler, where those are known.
        let directParameters: PostgresParameters

        static let groupLimit = 64
        /// A transaction is not run again so long after it was begun for the first time.
        private static let retryTime = Duration.seconds(5)
        /// A read is refused when its turn has not come for so long: its caller needs an answer. (Writes wait: some store the
        /// outcome of what was done elsewhere.)
        private static let longestTurn = Duration.seconds(9)

        /// Connects to the server.
        /// - Parameters:
        ///   - connections: at least two: one writes.
        ///   - prepares: false behind a pooler that does not know prepared statements.
        ///   - listening: parameters of a direct connection for notices, where `parameters` lead to a pooler.
        ///   - statementTimeout: the longest time that a statement may take on the server.
        public static func open(
            _ parameters: PostgresParameters, connections: Int = 6, prepares: Bool = true,
            listening: PostgresParameters? = nil, statementTimeout: Duration = .seconds(8)
        ) async throws -> PostgresDatabase {
            try await open(
                .init(parameters: parameters, prepares: prepares, statementTimeout: statementTimeout),
                connections: connections, listening: listening)
        }

        static func open(
            _ options: PostgresConnection.Options, connections: Int = 6, listening: PostgresParameters? = nil
        ) async throws -> PostgresDatabase {
            let database = PostgresDatabase(options, direct: listening ?? options.parameters)
            try await database.startWriter()
            for _ in 1..<max(connections, 2) { try await database.startReader() }
            database.peers.start()
            return database
        }

        private init(_ options: PostgresConnection.Options, direct: PostgresParameters) {
            let peers = PostgresPeers(direct)
            directParameters = direct
            var options = options
            options.name = peers.name
            self.options = options
            self.peers = peers
            writer = GroupWriter(lockTimeout: Self.retryTime)
        }

        deinit { stop() }

        private func stop() {
            readers.stop()
            writers.stop()
            peers.stop()
        }

        public func write<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T {
            try await submit(body, to: writers, priority)
        }

        public func write<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T,
            then: @escaping @Sendable (Result<T, any Error>) -> Void
        ) {
            submit(body, to: writers, priority, then)
        }

        public func read<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T {
            try await submit(body, to: readers, priority)
        }

        public var load: DatabaseLoad {
            DatabaseLoad(reads: readers.waiting, writes: writers.waiting, largestWrite: writer.writes.largest)
        }

        public func resetLargestWrite() { writer.writes.reset() }

        public func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void) {
            let peers = self.peers
            writer.listen { notices in
                if notices.contains(where: { $0.topic == .gap }) { peers.commitIsUnknown() }
                onCommit(notices)
                let wakes = notices.filter { $0.topic.delivery == .afterCommit || $0.topic == .gap }
                if !wakes.isEmpty { peers.send(wakes) }
            }
            peers.listen(onCommit)
            // Values that were read before may be out of date.
            onCommit([ChangeNotice(.gap)])
        }

        public func close() async {
            stop()
            await readers.ended()
            await writers.ended()
            await peers.ended()
            // The listeners may hold what holds this database.
            writer.listen { _ in }
            peers.listen { _ in }
        }

        private func submit<T: Sendable>(
            _ body: @escaping @Sendable (any Transaction) throws -> T, to pool: WorkerPool<TransactionJob>,
            _ priority: TransactionPriority
        ) async throws -> T {
            try await withCheckedThrowingContinuation { (caller: CheckedContinuation<T, any Error>) in
                submit(body, to: pool, priority) { caller.resume(with: $0) }
            }
        }

        private func submit<T: Sendable>(
            _ body: @escaping @Sendable (any Transaction) throws -> T, to pool: WorkerPool<TransactionJob>,
            _ priority: TransactionPriority, _ then: @escaping @Sendable (Result<T, any Error>) -> Void
        ) {
            if !pool.enqueue(TransactionJob(body, then), priority) { then(.failure(SQLError.closed)) }
        }

        // MARK: - threads

        // They keep the pool and the writer alive, not the database.

        private func startWriter() async throws {
            let writer = self.writer
            try await start("postgres-write", writers) { worker, connection in
                while true {
                    let jobs = worker.next(limit: Self.groupLimit)
                    if jobs.isEmpty { break }
                    writer.run(jobs, on: connection)
                }
            }
        }

        private func startReader() async throws {
            // A server that is there ends a statement before that; a pooler without a free connection says nothing.
            let longestStart = options.statementTimeout + .seconds(1)
            try await start("postgres-read", readers) { worker, connection in
                while let job = worker.next(limit: 1).first {
                    if Self.refuseIfLate(job) { continue }
                    connection.startBy = .now + longestStart
                    Self.read(job, on: connection)
                }
            }
        }

        /// The connection is made on the thread that will use it, and lives and ends there.
        private func start(
            _ name: String, _ pool: WorkerPool<TransactionJob>,
            serve: @escaping @Sendable (WorkerPool<TransactionJob>.Worker, PostgresConnection) -> Void
        ) async throws {
            let (options, keys) = (self.options, self.keys)
            try await withCheckedThrowingContinuation { (ready: CheckedContinuation<Void, any Error>) in
                pool.start(name: name) { worker in
                    let connection: PostgresConnection
                    do {
                        connection = try PostgresConnection(options, keys)
                        ready.resume()
                    } catch {
                        ready.resume(throwing: error)
                        return
                    }
                    serve(worker, connection)
                }
            }
        }

        private static func refuseIfLate(_ job: TransactionJob) -> Bool {
            guard .now - job.acceptedAt > longestTurn else { return false }
            job.refuse(SQLError.unavailable(.timedOut, "the call waited too long for a connection"))
            return true
        }

        private static func read(_ job: TransactionJob, on connection: PostgresConnection) {
            var retries = TransactionRetries(within: retryTime)
            while true {
                do {
                    connection.scope = job.scope
                    try connection.beginReading()
                } catch {
                    job.refuse(error)
                    return
                }
                let outcome = job.run(connection)
                connection.endReading()
                if outcome.mayBeRepeated, retries.mayRetry() { continue }
                connection.dropNotices()
                outcome.answer(nil)
                return
            }
        }
    }
#endif
