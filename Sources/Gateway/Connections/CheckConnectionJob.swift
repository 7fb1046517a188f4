import OAuth
import SQL

/// Asks the provider if a connection's grant still works. Its subject is the connection.
struct CheckConnectionJob: Job {
    static let kind = JobKind("checkConnection", priority: .high, mayBeGivenUp: true)

    let database: any Database
    let broker: TokenBroker

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        guard let connection = try await database.connection(job.tenant, job.subject),
            connection.status == .active || connection.status == .blocked
        else { return }
        // A refusal marks the connection and tells the tenant; only a passing fault is worth another try.
        do {
            _ = try await broker.refresh(connection)
        } catch let error as TokenError where !error.isPassing {}
    }
}
