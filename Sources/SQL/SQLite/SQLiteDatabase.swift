/// SQLite in WAL mode: one writer thread, and a few reader threads that share one queue.
///
/// The writer syncs at every commit (`synchronous=FULL`), so a returned `write` survives a power cut if the disk does
/// not lie about syncs. Callers that arrive while a commit is being synced share the next one: up to 64 bodies in one
/// transaction, in which a failing body undoes only itself.
///
/// A database that is dropped without `close()` does what it accepted, ends its threads and closes its files.
public final class SQLiteDatabase: Database {
    private let writers = WorkerPool<TransactionJob>()
    private let readers = WorkerPool<TransactionJob>(batchesBackground: false)
    private let writer: GroupWriter
    private let lockTimeout: Duration

    static let groupLimit = 64

    /// Opens or creates the file at `path`; its folder must exist.
    public static func open(path: String, readers: Int = 2) async throws -> SQLiteDatabase {
        try await open(path: path, readers: readers, lockTimeout: .seconds(5))
    }

    /// - Parameter lockTimeout: how long a transaction waits for the locks of other processes.
    static func open(path: String, readers: Int = 2, lockTimeout: Duration) async throws -> SQLiteDatabase {
        let database = SQLiteDatabase(lockTimeout: lockTimeout)
        try await database.startWriter(path: path)
        for _ in 0..<max(readers, 1) { try await database.startReader(path: path) }
        return database
    }

    /// Opens an existing file for reading only: nothing in it is changed, and `write` throws `SQLError.closed`.
    public static func openForReading(path: String) async throws -> SQLiteDatabase {
        let database = SQLiteDatabase(lockTimeout: .seconds(5))
        database.writers.stop()
        try await database.startReader(path: path)
        return database
    }

    private init(lockTimeout: Duration) {
        self.lockTimeout = lockTimeout
        writer = GroupWriter(lockTimeout: lockTimeout)
    }

    deinit { stop() }

    private func stop() {
        readers.stop()
        writers.stop()
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

    public func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void) { writer.listen(onCommit) }

    public func close() async {
        stop()
        await readers.ended()
        await writers.ended()
        // The listener may hold what holds this database.
        listen { _ in }
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

    private func startWriter(path: String) async throws {
        let (writer, readers) = (self.writer, self.readers)
        try await Self.start("sqlite-write", writers, path: path, readOnly: false, lockTimeout) { worker, connection in
            while true {
                let jobs = worker.next(limit: Self.groupLimit)
                if jobs.isEmpty { break }
                writer.run(jobs, on: connection)
            }
            // The last connection that closes brings the log into the database. A reader's cannot.
            readers.waitForEnd()
        }
    }

    private func startReader(path: String) async throws {
        let lockTimeout = self.lockTimeout
        try await Self.start("sqlite-read", readers, path: path, readOnly: true, lockTimeout) { worker, connection in
            while let job = worker.next(limit: 1).first {
                Self.read(job, on: connection, retries: TransactionRetries(within: lockTimeout))
            }
        }
    }

    /// The connection is made on the thread that will use it, and lives and ends there.
    private static func start(
        _ name: String, _ pool: WorkerPool<TransactionJob>, path: String, readOnly: Bool, _ lockTimeout: Duration,
        serve: @escaping @Sendable (WorkerPool<TransactionJob>.Worker, SQLiteConnection) -> Void
    ) async throws {
        try await withCheckedThrowingContinuation { (ready: CheckedContinuation<Void, any Error>) in
            pool.start(name: name) { worker in
                let connection: SQLiteConnection
                do {
                    connection = try SQLiteConnection(path: path, readOnly: readOnly, lockTimeout: lockTimeout)
                    try connection.script(readOnly ? Self.readerPragmas : Self.writerPragmas)
                    ready.resume()
                } catch {
                    ready.resume(throwing: error)
                    return
                }
                serve(worker, connection)
            }
        }
    }

    private static func read(_ job: TransactionJob, on connection: SQLiteConnection, retries: TransactionRetries) {
        var retries = retries
        while true {
            do {
                try connection.control("BEGIN")
            } catch {
                job.refuse(error)
                return
            }
            let outcome = job.run(connection)
            // A snapshot has nothing to commit: what was read stands, however it ends. It must end, or the next cannot
            // begin.
            do {
                try connection.control("COMMIT")
            } catch {
                _ = try? connection.control("ROLLBACK")
            }
            if outcome.mayBeRepeated, retries.mayRetry() { continue }
            outcome.answer(nil)
            return
        }
    }

    /// `secure_delete` overwrites what is erased; a deleted token is gone from the file at the next checkpoint.
    private static let writerPragmas = """
        PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;
        PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000
        """
    private static let readerPragmas = """
        PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8000
        """
}
