import Logging
import SQL

@testable import Gateway

/// A process that serves a database with others.
final class ReplicaProcess: Sendable {
    let database: any Database
    let replica: Replica
    private let running: Task<Void, any Error>

    init(_ place: StorePlace) async throws {
        let database = try await place.another()
        let replica = try await Replica.join(database, isShared: true, logger: Logger(label: "test"))
        (self.database, self.replica) = (database, replica)
        running = Task { try await replica.run() }
    }

    /// Ends as a process does that is asked to.
    func end() async {
        running.cancel()
        _ = await running.result
        await database.close()
    }

    /// Two processes, for as long as `body` runs.
    static func two(
        _ engine: StoreEngine, _ body: (StorePlace, ReplicaProcess, ReplicaProcess) async throws -> Void
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let (one, two) = (try await ReplicaProcess(place), try await ReplicaProcess(place))
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(place, one, two))
        } catch {
            result = .failure(error)
        }
        await one.end()
        await two.end()
        await place.database.close()
        try result.get()
    }
}
