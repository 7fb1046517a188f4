import Synchronization

/// SQLite in WAL mode: one writer thread, a few reader threads beside it.
///
/// The writer syncs at every commit (`synchronous=FULL`), so a returned `write` survives a power cut if the disk does
/// not lie about syncs. Callers that arrive while a commit is being synced share the next one: up to 64 bodies in one
/// transaction, in which a failing body undoes only itself.
public final class SQLiteDatabase: Database {
    /// One caller's body. `run` never throws: what the body threw is inside the outcome.
    private struct Job: Sendable {
        let run: @Sendable (SQLiteConnection) -> Outcome
        /// Answers a caller whose body was not run, or undone.
        let refuse: @Sendable (any Error) -> Void
        struct Outcome {
            let failed: Bool
            /// Resumes the caller: with its own result, or with the commit's error.
            let answer: (_ commitError: (any Error)?) -> Void
        }
    }

    private let writer = WorkerThread<Job>()
    private let readers: [WorkerThread<Job>]
    private let writes = WriteRecorder()
    private let turn = Mutex(0)
    private let listener = Mutex<@Sendable ([ChangeNotice]) -> Void>({ _ in })

    static let groupLimit = 64

    /// Opens or creates the file at `path`; its folder must exist.
    public static func open(path: String, readers: Int = 2) async throws -> SQLiteDatabase {
        let database = SQLiteDatabase(readers: readers)
        try await database.start(database.writer, path: path, readOnly: false)
        for reader in database.readers { try await database.start(reader, path: path, readOnly: true) }
        return database
    }

    /// Opens an existing file for reading only: nothing in it is changed, and `write` throws `SQLError.closed`.
    public static func openForReading(path: String) async throws -> SQLiteDatabase {
        let database = SQLiteDatabase(readers: 1, isWritable: false)
        database.writer.stop()
        for reader in database.readers { try await database.start(reader, path: path, readOnly: true) }
        return database
    }

    private let isWritable: Bool

    private init(readers: Int, isWritable: Bool = true) {
        self.isWritable = isWritable
        self.readers = (0..<max(readers, 1)).map { _ in WorkerThread<Job>() }
    }

    public func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await submit(body, to: writer, Self.taskPriority)
    }

    public func write<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        try await submit(body, to: writer, priority)
    }

    private static var taskPriority: TransactionPriority { Task.currentPriority > .medium ? .high : .normal }

    public func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let reader = turn.withLock { turn in
            turn = (turn + 1) % readers.count
            return readers[turn]
        }
        return try await submit(body, to: reader, Self.taskPriority)
    }

    public var load: DatabaseLoad {
        DatabaseLoad(
            reads: readers.reduce(0) { $0 + $1.waiting }, writes: writer.waiting, largestWrite: writes.largest)
    }

    public func resetLargestWrite() { writes.reset() }

    public func close() async {
        for reader in readers { reader.stop() }
        writer.stop()
        // Accepted transactions are committed first; SQLite checkpoints its log when the last connection closes.
        if isWritable { await writer.ended() }
    }

    public func write<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        submit(body, to: writer, .normal, then)
    }

    private func submit<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T, to thread: WorkerThread<Job>,
        _ priority: TransactionPriority
    ) async throws -> T {
        try await withCheckedThrowingContinuation { (caller: CheckedContinuation<T, any Error>) in
            submit(body, to: thread, priority) { caller.resume(with: $0) }
        }
    }

    private func submit<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T, to thread: WorkerThread<Job>,
        _ priority: TransactionPriority, _ then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let job = Job(
            run: { connection in
                do {
                    let value = try body(connection)
                    return Job.Outcome(failed: false) { commitError in
                        then(commitError.map { .failure($0) } ?? .success(value))
                    }
                } catch {
                    return Job.Outcome(failed: true) { _ in then(.failure(error)) }
                }
            }, refuse: { then(.failure($0)) })
        if !thread.enqueue(job, priority) { then(.failure(SQLError.closed)) }
    }

    /// The connection is made on the thread that will use it, and lives and ends there.
    private func start(_ thread: WorkerThread<Job>, path: String, readOnly: Bool) async throws {
        try await withCheckedThrowingContinuation { (ready: CheckedContinuation<Void, any Error>) in
            thread.start(name: readOnly ? "sqlite-read" : "sqlite-write") { thread in
                let connection: SQLiteConnection
                do {
                    connection = try SQLiteConnection(path: path, readOnly: readOnly)
                    try connection.script(readOnly ? Self.readerPragmas : Self.writerPragmas)
                    ready.resume()
                } catch {
                    ready.resume(throwing: error)
                    return
                }
                while true {
                    let jobs = thread.next(limit: readOnly ? 1 : Self.groupLimit)
                    if jobs.isEmpty { return }
                    if readOnly { Self.runOne(jobs[0], on: connection) } else { self.runGroup(jobs, on: connection) }
                }
            }
        }
    }

    public func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void) {
        listener.withLock { $0 = onCommit }
    }

    private static func runOne(_ job: Job, on connection: SQLiteConnection) {
        do {
            try connection.control("BEGIN")
        } catch {
            job.refuse(error)
            return
        }
        let outcome = job.run(connection)
        // A snapshot has nothing to commit: what was read stands, however it ends. It must end, or the next cannot begin.
        do {
            try connection.control("COMMIT")
        } catch {
            _ = try? connection.control("ROLLBACK")
        }
        outcome.answer(nil)
    }

    /// Runs all bodies in one transaction. A failing body undoes only itself: most fail before they wrote anything; if
    /// one did write, the group is undone and run again, each body in a savepoint. (With a savepoint SQLite copies
    /// every page before each body changes it, so groups run without savepoints if they can.)
    private func runGroup(_ jobs: [Job], on connection: SQLiteConnection) {
        defer { connection.dropNotices() }
        if !commit(jobs, apart: false, on: connection) { _ = commit(jobs, apart: true, on: connection) }
    }

    /// - Parameter apart: each body in a savepoint of its own.
    /// - Returns: false if all was undone and no caller was answered: a body that was not apart failed after it had
    ///   written.
    private func commit(_ jobs: [Job], apart: Bool, on connection: SQLiteConnection) -> Bool {
        var outcomes: [Job.Outcome] = []
        do {
            try connection.control("BEGIN IMMEDIATE")
            for job in jobs {
                if apart { try connection.control("SAVEPOINT body") }
                let noticeCount = connection.notices.count
                let before = connection.writes
                let outcome = measured(job, on: connection)
                // Some faults of the disk end the transaction.
                if !apart, (outcome.failed && connection.writes > before) || !connection.isInTransaction {
                    connection.dropNotices()
                    _ = try? connection.control("ROLLBACK")
                    guard outcome.failed, jobs.count == 1 else { return false }
                    outcome.answer(nil)
                    return true
                }
                outcomes.append(outcome)
                if outcome.failed {
                    connection.dropNotices(after: noticeCount)
                    if apart { try connection.control("ROLLBACK TO body") }
                }
                if apart { try connection.control("RELEASE body") }
            }
            try connection.control("COMMIT")
            if !connection.notices.isEmpty { listener.withLock(\.self)(connection.notices) }
            for outcome in outcomes { outcome.answer(nil) }
        } catch {
            _ = try? connection.control("ROLLBACK")
            for outcome in outcomes { outcome.answer(error) }
            for job in jobs.dropFirst(outcomes.count) { job.refuse(error) }
        }
        return true
    }

    /// Runs a body of the writer's, and notes how many rows it changed and how long it took.
    private func measured(_ job: Job, on connection: SQLiteConnection) -> Job.Outcome {
        let (rows, start) = (connection.rowsChanged, ContinuousClock.now)
        connection.largestStatement = nil
        let outcome = job.run(connection)
        writes.record(
            rows: Int(connection.rowsChanged - rows), statement: connection.largestStatement?.text ?? "",
            duration: ContinuousClock.now - start)
        return outcome
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
