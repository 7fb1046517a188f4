import Synchronization

/// The work of the writer's thread: groups of bodies, each group in one transaction.
///
/// The thread keeps this object and not the database, so a database that is dropped ends its threads.
final class GroupWriter: Sendable {
    let writes = WriteRecorder()
    private let listener = Mutex<@Sendable ([ChangeNotice]) -> Void>({ _ in })
    private let lockTimeout: Duration

    /// - Parameter lockTimeout: a transaction is not run again so long after it was begun for the first time.
    init(lockTimeout: Duration) { self.lockTimeout = lockTimeout }

    func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void) { listener.withLock { $0 = onCommit } }

    /// Runs all bodies in one transaction and answers their callers. A failing body undoes only itself: most fail before
    /// they wrote anything; if one did write, the group is undone and run again, each body in a savepoint. (With a
    /// savepoint SQLite copies every page before each body changes it, so groups run without savepoints if they can.)
    ///
    /// After a body that waited in vain for another client's lock the bodies wait a moment only: a whole group of such waits,
    /// one after the other, would take minutes.
    func run(_ jobs: [TransactionJob], on connection: some WriterConnection) {
        defer { connection.dropNotices() }
        var (apart, isImpatient) = (false, false)
        var retries = TransactionRetries(within: lockTimeout)
        while true {
            switch commit(jobs, apart: apart, isImpatient: isImpatient, on: connection) {
            case .answered: return
            case .undone(let error): (apart, isImpatient) = (true, (error as? SQLError)?.isLocked ?? false)
            case .conflict(let error):
                guard retries.mayRetry() else {
                    for job in jobs { job.refuse(error) }
                    return
                }
            }
            connection.dropNotices()
        }
    }

    private enum Attempt {
        case answered
        /// All was undone and no caller was answered: a body that was not apart failed after it had written.
        case undone((any Error)?)
        /// All was undone and no caller was answered: another connection was in the way.
        case conflict(any Error)
    }

    /// - Parameter apart: each body in a savepoint of its own.
    private func commit(
        _ jobs: [TransactionJob], apart: Bool, isImpatient: Bool, on connection: some WriterConnection
    ) -> Attempt {
        var outcomes: [TransactionJob.Outcome] = []
        do {
            connection.scope = jobs.first?.scope ?? .all
            try connection.begin()
            if isImpatient { connection.shortenLockWaits() }
            for job in jobs {
                connection.scope = job.scope
                if apart { try connection.beginBody() }
                let noticeCount = connection.notices.count
                let before = connection.writes
                let outcome = measured(job, on: connection)
                if let error = outcome.error, outcome.mayBeRepeated {
                    connection.rollback()
                    return .conflict(error)
                }
                // Some errors end the transaction: of the disk in SQLite, nearly all in PostgreSQL.
                if !apart, (outcome.failed && connection.writes > before) || !connection.isInTransaction {
                    connection.rollback()
                    guard outcome.failed, jobs.count == 1 else { return .undone(outcome.error) }
                    outcome.answer(nil)
                    return .answered
                }
                // A body that went on after an error that has ended its part of the transaction.
                let isBroken = apart && !outcome.failed && !connection.isInTransaction
                let error = SQLError.statement("a body went on after an error of a statement")
                outcomes.append(isBroken ? TransactionJob.Outcome(error: error) { _ in job.refuse(error) } : outcome)
                if outcome.failed || isBroken {
                    connection.dropNotices(after: noticeCount)
                    if apart { try connection.undoBody() }
                }
                if apart { try connection.endBody() }
            }
            try connection.commit()
            if !connection.notices.isEmpty { listener.withLock(\.self)(connection.notices) }
            for outcome in outcomes { outcome.answer(nil) }
        } catch {
            connection.rollback()
            if (error as? SQLError)?.mayBeRepeated ?? false { return .conflict(error) }
            // The writes may be there: values that were read before may be out of date.
            if (error as? SQLError)?.isCommitOutcomeUnknown ?? false {
                listener.withLock(\.self)([ChangeNotice(.gap)])
            }
            for outcome in outcomes { outcome.answer(error) }
            for job in jobs.dropFirst(outcomes.count) { job.refuse(error) }
        }
        return .answered
    }

    /// Runs a body of the writer's, and notes how many rows it changed and how long it took.
    private func measured(_ job: TransactionJob, on connection: some WriterConnection) -> TransactionJob.Outcome {
        let (rows, start) = (connection.rowsChanged, ContinuousClock.now)
        connection.largestStatement = nil
        let outcome = job.run(connection)
        writes.record(
            rows: Int(connection.rowsChanged - rows), statement: connection.largestStatement?.text ?? "",
            duration: ContinuousClock.now - start)
        return outcome
    }
}
