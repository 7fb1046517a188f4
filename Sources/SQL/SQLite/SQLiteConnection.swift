import CSQLite

/// One open SQLite database. Used by one thread only: the one of a `WorkerPool` that made it.
@safe final class SQLiteConnection: WriterConnection {
    private let handle: OpaquePointer
    private var statements: [String: Statement] = [:]
    /// Uses of statements so far.
    private var uses: UInt64 = 0
    let dialect = Dialect.sqlite
    /// Without effect.
    var scope = TenantScope.all
    /// The notices to publish at the commit.
    private(set) var notices: [ChangeNotice] = []
    private var scripts: Int64 = 0
    /// Grows with every row that is written, and with every script.
    var writes: Int64 { rowsChanged + scripts }
    /// Rows that were inserted, changed or deleted so far, with those of foreign keys and triggers.
    var rowsChanged: Int64 { unsafe sqlite3_total_changes64(handle) }
    /// The statement that changed the most rows since this was last set to nil.
    var largestStatement: (text: String, rows: Int64)?
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// - Parameter lockTimeout: how long a statement waits for locks of other connections.
    init(path: String, readOnly: Bool, lockTimeout: Duration) throws {
        var opened: OpaquePointer?
        let flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let pointer = unsafe opened else {
            if let pointer = unsafe opened { unsafe sqlite3_close_v2(pointer) }
            throw SQLError(sqlite: code, "cannot open \(path)")
        }
        unsafe handle = pointer
        unsafe sqlite3_extended_result_codes(handle, 1)
        unsafe sqlite3_busy_timeout(handle, Int32(lockTimeout / .milliseconds(1)))
        unsafe gw_defensive(handle)
    }

    deinit {
        finalizeAll()
        unsafe sqlite3_close_v2(handle)
    }

    /// A compiled statement, and where its columns stand.
    @safe private final class Statement {
        let pointer: OpaquePointer
        let columns: Columns
        let count: Int32
        /// The number of its last use.
        var lastUse: UInt64 = 0

        init(_ pointer: OpaquePointer) {
            unsafe self.pointer = unsafe pointer
            unsafe count = sqlite3_column_count(pointer)
            columns = Columns((0..<count).map { unsafe String(cString: sqlite3_column_name(pointer, $0)) })
        }

        deinit { unsafe sqlite3_finalize(pointer) }
    }

    /// Compiled statements that are kept.
    private static let statementLimit = 512

    private func finalizeAll() { statements = [:] }

    func run(_ query: Query) throws -> [Row] {
        let text = query.text
        let prepared = try prepare(text)
        let statement = unsafe prepared.pointer
        defer {
            unsafe sqlite3_reset(statement)
            unsafe sqlite3_clear_bindings(statement)
        }
        for (index, value) in query.values.enumerated() {
            let code = unsafe bind(value, at: Int32(index + 1), of: statement)
            guard code == SQLITE_OK else { throw error(code, text) }
        }
        let changed = rowsChanged
        defer { measure(text, rows: rowsChanged - changed) }
        var rows: [Row] = []
        while true {
            let code = unsafe sqlite3_step(statement)
            if code == SQLITE_DONE { return rows }
            guard code == SQLITE_ROW else { throw error(code, text) }
            rows.append(
                Row(columns: prepared.columns, values: (0..<prepared.count).map { unsafe read($0, of: statement) }))
        }
    }

    private func measure(_ text: String, rows: Int64) {
        if rows > largestStatement?.rows ?? 0 { largestStatement = (text, rows) }
    }

    func notify(_ notice: ChangeNotice) { notices.append(notice) }

    /// Drops the notices after the first `count`.
    func dropNotices(after count: Int) { notices.removeLast(notices.count - count) }

    func script(_ text: String) throws {
        scripts += 1
        let code = unsafe sqlite3_exec(handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, String(text.prefix(80))) }
    }

    /// Statements are kept: the set of texts is small and fixed by the code.
    private func prepare(_ text: String) throws -> Statement {
        uses += 1
        if let known = statements[text] {
            known.lastUse = uses
            return known
        }
        var made: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard code == SQLITE_OK, let pointer = unsafe made else { throw error(code, text) }
        // Compiling costs more than looking for the least recently used one.
        if statements.count >= Self.statementLimit,
            let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            statements[oldest.key] = nil
        }
        let statement = unsafe Statement(pointer)
        statement.lastUse = uses
        statements[text] = statement
        return statement
    }

    /// One statement without bindings or rows, compiled once: `BEGIN`, `COMMIT` and their like.
    func control(_ text: String) throws {
        let statement = unsafe try prepare(text).pointer
        defer { unsafe sqlite3_reset(statement) }
        let code = unsafe sqlite3_step(statement)
        guard code == SQLITE_DONE else { throw error(code, text) }
    }

    // MARK: - groups of bodies

    func begin() throws { try control("BEGIN IMMEDIATE") }
    func commit() throws {
        do { try control("COMMIT") } catch let error as SQLError { throw SQLError(ofCommit: error) }
    }
    func rollback() { _ = try? control("ROLLBACK") }
    func beginBody() throws { try control("SAVEPOINT body") }
    func undoBody() throws { try control("ROLLBACK TO body") }
    func endBody() throws { try control("RELEASE body") }

    private func bind(_ value: Value, at index: Int32, of statement: OpaquePointer) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(statement, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, index, number)
        case .text(let text):
            var text = text
            return text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { chars in
                    unsafe gw_bind_text(statement, index, chars.baseAddress, Int32(chars.count))
                }
            }
        case .blob(let bytes): return unsafe gw_bind_blob(statement, index, bytes, Int32(bytes.count))
        }
    }

    private func read(_ column: Int32, of statement: OpaquePointer) -> Value {
        switch unsafe sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(statement, column))
        case SQLITE_TEXT:
            let count = Int(unsafe sqlite3_column_bytes(statement, column))
            guard let start = unsafe sqlite3_column_text(statement, column) else { return .text("") }
            return .text(unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let count = Int(unsafe sqlite3_column_bytes(statement, column))
            guard count > 0, let start = unsafe sqlite3_column_blob(statement, column) else { return .blob([]) }
            return .blob(unsafe Array(UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }

    private func error(_ code: Int32, _ text: String) -> SQLError {
        SQLError(
            sqlite: code, unsafe String(cString: sqlite3_errmsg(handle)), statement: text,
            isInTransaction: isInTransaction)
    }
}
