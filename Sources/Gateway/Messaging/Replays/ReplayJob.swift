import JSONValue
import SQL

/// Performs a replay: counts what it is about, puts it on its way, and takes back what was not sent when it is cancelled.
/// Its subject is the replay. Each step is short, and goes on after a crash where it was.
struct ReplayJob: Job {
    static let kind = JobKind("replay", priority: .normal, mayBeGivenUp: true)

    let database: any Database
    let clock: GatewayClock

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        do {
            try await run(job.tenant, job.subject)
        } catch  where isLastTry && !Task.isCancelled {
            try await giveUp(job.tenant, job.subject)
            throw error
        }
    }

    func run(_ tenant: String, _ id: String) async throws {
        try await count(tenant, id)
        let clock = self.clock
        try await BackgroundWrites(database: database).repeating { tx in
            guard try ReplayStore.advance(tenant, id, at: clock.now, in: tx) else { return false }
            Failpoint.reach(.midReplay)
            return true
        }
        try await BackgroundWrites(database: database).repeatingByRows { tx in
            guard let replay = try ReplayStore.find(tenant, id, in: tx), replay.state == .cancelled else { return 0 }
            return try ReplayStore.takeBack(replay, limit: BackgroundWrites.rows, in: tx)
        }
    }

    /// In pages, and beside the writer.
    private func count(_ tenant: String, _ id: String) async throws {
        let found = try await database.read { tx in
            try ReplayStore.find(tenant, id, in: tx).flatMap { replay in
                try EndpointStore.target(tenant, replay.endpoint, in: tx).map { (replay, $0) }
            }
        }
        guard let (replay, endpoint) = found, replay.state == .running, replay.total == nil else { return }
        var (position, total) = (replay.position, 0)
        var first: Int64?
        while position < replay.lastPosition {
            try Task.checkCancellation()
            let (from, through) = (position, min(position + ReplayStore.countedAtOnce, replay.lastPosition))
            let page = try await database.read { tx in
                try ReplayStore.count(replay, endpoint, after: from, through: through, in: tx)
            }
            total += page.total
            first = first ?? page.first
            position = through
        }
        let counted = (total: total, position: first.map { $0 - 1 } ?? replay.lastPosition)
        try await database.write {
            try ReplayStore.setTotal(replay, counted.total, position: counted.position, in: $0)
        }
    }

    /// A delivery that was not enqueued never will be: the endpoint is free for another replay.
    func giveUp(_ tenant: String, _ id: String) async throws {
        let now = clock.now
        try await database.write { tx in
            guard let replay = try ReplayStore.find(tenant, id, in: tx) else { return }
            try ReplayStore.cancel(replay, at: now, in: tx)
        }
    }
}
