/// The needs of `GroupWriter`: a transaction on an engine's connection, a part of it for each body, and the notices.
protocol WriterConnection: AnyObject, Transaction {
    func begin() throws
    /// Called after `begin()`: from then on statements of this transaction wait for locks of rows and tables a moment only.
    func shortenLockWaits()
    /// - Throws: `SQLError.commitOutcomeUnknown` when what was written may be there or not.
    func commit() throws
    /// Ends the transaction, if there is one, without its writes.
    func rollback()

    /// The rows that the next statements can see. To be set before `begin`, and before each body.
    var scope: TenantScope { get set }

    /// Begins a part of the transaction that can be undone by itself.
    func beginBody() throws
    func undoBody() throws
    func endBody() throws

    /// True while statements can be run: a transaction was begun, and no error has ended it.
    var isInTransaction: Bool { get }
    /// Grows with every row that is written, and with every script.
    var writes: Int64 { get }
    /// Rows that were inserted, changed or deleted so far.
    var rowsChanged: Int64 { get }
    /// The statement that changed the most rows since this was last set to nil.
    var largestStatement: (text: String, rows: Int64)? { get set }

    /// The notices to publish at the commit.
    var notices: [ChangeNotice] { get }
    /// Drops the notices after the first `count`.
    func dropNotices(after count: Int)
}

extension WriterConnection {
    func shortenLockWaits() {}

    func acrossTenants<T>(_ body: () throws -> T) rethrows -> T {
        let own = scope
        scope = .all
        defer { scope = own }
        return try body()
    }

    func dropNotices() { dropNotices(after: 0) }
}
