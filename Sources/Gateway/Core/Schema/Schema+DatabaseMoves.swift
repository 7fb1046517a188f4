extension Schema {
    /// Notes of `database copy` in the two databases of a copy; at most one row for each `role`.
    ///
    /// `peer` is the other database, without user and password. `table_name` and `last_key` say how far a target is: that row
    /// and all before it are copied.
    static let databaseMoves = """
        CREATE TABLE database_moves (
            role TEXT PRIMARY KEY, copy_id TEXT NOT NULL, peer TEXT NOT NULL, at {int} NOT NULL,
            table_name TEXT, last_key TEXT) {strict};
        """
}
