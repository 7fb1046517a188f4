/// The classes of advisory locks: the first key of `pg_advisory_xact_lock`. Each is held to the end of its transaction.
enum AdvisoryLock: Int64 {
    /// Every transaction that may write, so that what it read stays true until its commit, as on SQLite's single writer.
    case everything = 7_201
    /// The program that builds an index (`PostgresIndexBuild`).
    case indexes = 7_299
}
