import JSONValue
import SQL

/// Deletes everything that is past its time, rule by rule and in batches.
struct RetentionRound: Sendable {
    let database: any Database
    /// In the order in which they are applied.
    let rules: [RetentionRule]

    /// - Parameter rules: those that others wait for come first; those that may take long are put last.
    init(database: any Database, rules: [RetentionRule]) {
        self.database = database
        self.rules = rules.filter { !$0.mayTakeLong } + rules.filter(\.mayTakeLong)
    }

    /// - Throws: the first error, after all rules were applied.
    func run(at now: Timestamp) async throws {
        let writes = BackgroundWrites(database: database)
        var failed: (any Error)?
        for rule in rules {
            do {
                try await rule.apply(now, writes)
            } catch {
                // The other rules go on, unless the process ends.
                if Task.isCancelled { throw error }
                failed = failed ?? error
            }
        }
        if let failed { throw failed }
    }
}
