import JSONValue
import SQL

/// A database's part in a copy to another one.
struct DatabaseMove: Sendable, Equatable {
    enum Role: String, Sendable {
        /// A copy of this database was begun. The row goes when a gateway starts here: what was copied is out of date then.
        case source
        /// This database was copied and is given up.
        case movedTo = "moved_to"
        /// This database is an unfinished copy.
        case target
    }

    /// The place up to which a target is filled.
    struct Progress: Sendable, Equatable {
        let table: String
        /// The last row's primary key, as `CopyKey` writes it.
        let key: String
    }

    let role: Role
    /// The same in both databases of a copy.
    let copy: String
    /// The other database, without user and password.
    let peer: String
    let at: Timestamp
    var progress: Progress?
}

/// A database that a gateway must not serve.
struct DatabaseMovedError: Error, CustomStringConvertible {
    let move: DatabaseMove

    var description: String {
        switch move.role {
        case .movedTo:
            "this database was moved to \(move.peer) at \(move.at); what it holds is out of date. Set GATEWAY_DATABASE_URL to "
                + "that database"
        case .source, .target:
            "this database is an unfinished copy of \(move.peer). Run `meeting-gateway database copy` again with the same "
                + "databases; it goes on where it ended"
        }
    }
}

/// The rows of `database copy`. A database of an older program has no such table.
enum DatabaseMoveStore {
    static func find(_ role: DatabaseMove.Role, in tx: any Transaction) throws -> DatabaseMove? {
        guard try Migrator.hasTable("database_moves", in: tx) else { return nil }
        return try tx.first(
            "SELECT copy_id, peer, at, table_name, last_key FROM database_moves WHERE role = \(role.rawValue)"
        ).map { row in
            var move = DatabaseMove(
                role: role, copy: try row.text("copy_id"), peer: try row.text("peer"), at: try row.time("at"))
            if let table = try row.optionalText("table_name"), let key = try row.optionalText("last_key") {
                move.progress = .init(table: table, key: key)
            }
            return move
        }
    }

    static func put(_ move: DatabaseMove, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO database_moves (role, copy_id, peer, at, table_name, last_key)
            VALUES (\(move.role.rawValue), \(move.copy), \(move.peer), \(move.at.milliseconds),
                \(move.progress?.table), \(move.progress?.key))
            ON CONFLICT (role) DO UPDATE SET copy_id = excluded.copy_id, peer = excluded.peer, at = excluded.at,
                table_name = excluded.table_name, last_key = excluded.last_key
            """)
    }

    static func remove(_ role: DatabaseMove.Role, in tx: any Transaction) throws {
        try tx.run("DELETE FROM database_moves WHERE role = \(role.rawValue)")
    }

    /// The reason why no gateway may serve the database; nil if one may.
    static func refusal(in tx: any Transaction) throws -> DatabaseMovedError? {
        for role in [DatabaseMove.Role.movedTo, .target] {
            if let move = try find(role, in: tx) { return DatabaseMovedError(move: move) }
        }
        return nil
    }

    /// Admits a gateway that starts on the database, and ends a copy of it that is under way.
    /// - Throws: `DatabaseMovedError`.
    static func admitGateway(in tx: any Transaction) throws {
        if let refusal = try refusal(in: tx) { throw refusal }
        if try find(.source, in: tx) != nil { try remove(.source, in: tx) }
    }
}
