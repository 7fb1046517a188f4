import CSQLite

extension SQLError {
    /// The error that a result code of SQLite means.
    /// - Parameters:
    ///   - code: the extended result code.
    ///   - message: what `sqlite3_errmsg` says. It names columns and indexes, never values.
    ///   - statement: the statement's text; nil while the database is opened.
    ///   - isInTransaction: true if a transaction was begun.
    init(sqlite code: Int32, _ message: String, statement: String? = nil, isInTransaction: Bool = false) {
        let text = "\(code): \(message)" + (statement.map { " in: \($0)" } ?? "")
        switch code & 0xFF {
        case SQLITE_CONSTRAINT: self = Self.constraint(code, message)
        // Outside a transaction `BEGIN IMMEDIATE` waited in vain for the write lock, as long as the busy timeout.
        case SQLITE_BUSY where !isInTransaction: self = .unavailable(.locked, text)
        // Most often SQLITE_BUSY_SNAPSHOT: another connection wrote since this transaction read.
        case SQLITE_BUSY, SQLITE_PROTOCOL: self = .serializationFailure(text)
        case SQLITE_FULL: self = .unavailable(.diskFull, text)
        case SQLITE_IOERR: self = .unavailable(.inputOutput, text)
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_NOLFS: self = .unavailable(.cannotOpen, text)
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .unavailable(.corrupt, text)
        case SQLITE_READONLY: self = .unavailable(.readOnly, text)
        case SQLITE_NOMEM: self = .unavailable(.outOfMemory, text)
        default: self = .statement(text)
        }
    }

    /// The error of a `COMMIT`. After an I/O error the log may hold the whole transaction: a restart would find it there.
    init(ofCommit error: SQLError) {
        if case .unavailable(.inputOutput, let text) = error {
            self = .commitOutcomeUnknown(text)
        } else {
            self = error
        }
    }

    private static func constraint(_ code: Int32, _ message: String) -> SQLError {
        // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY and _ROWID. Their text lists columns: "UNIQUE constraint failed: t.a, t.b".
        let unique = [8, 6, 10].map { SQLITE_CONSTRAINT | $0 << 8 }
        let prefix = "UNIQUE constraint failed: "
        guard unique.contains(code), message.hasPrefix(prefix) else { return .otherConstraint(message) }
        let names = message.dropFirst(prefix.count)
        if names.hasPrefix("index '") {
            return .uniqueViolation(UniqueKey(index: String(names.dropFirst(7).dropLast())))
        }
        var table = Substring()
        let columns = names.split(separator: ", ").map { name in
            let parts = name.split(separator: ".", maxSplits: 1)
            table = parts[0]
            return String(parts.last ?? "")
        }
        return .uniqueViolation(UniqueKey(table: String(table), columns: columns))
    }
}
