import JSONValue
import SQL

/// The calendars of a connection, as their feature gives them to the teardown. Steps with a transaction run in the one that
/// changes the connection.
struct ConnectionDependents: Sendable {
    /// Takes them down at Meeting BaaS. Can be repeated.
    ///
    /// Returns what remained there, in words for the tenant; empty unless it is the last try. Throws to be tried again.
    let remove: @Sendable (Connection, _ lastTry: Bool) async throws -> [String]
    let erase: @Sendable (Connection, _ now: Timestamp, any Transaction) throws -> Void
}
