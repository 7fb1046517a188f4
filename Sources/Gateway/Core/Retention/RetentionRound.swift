import JSONValue
import SQL

/// Deletes everything that is past its time, rule by rule and in batches.
struct RetentionRound: Sendable {
    let database: any Database
    /// In the order in which they are applied: what others wait for comes first.
    let rules: [RetentionRule]

    func run(at now: Timestamp) async throws {
        let writes = BackgroundWrites(database: database)
        for rule in rules { try await rule.apply(now, writes) }
    }
}
