import SQL
import Wire

/// Sends again, to one endpoint, what was for it in a span of time: a durable job that goes on after a crash where it
/// was. What it sends goes in the order of the messages, one at a time, beside the live traffic and not before it.
struct Replay: Sendable {
    let id: String
    let tenant: String
    let endpoint: String
    var state: State
    let since: Timestamp
    /// nil: what had been received when it began.
    let until: Timestamp?
    /// As an endpoint's `event_types`.
    let types: [String]
    let statuses: [Status]
    /// Of the last message that was put on its way; and of the last there was when it began.
    var position: Int64
    let lastPosition: Int64
    var total: Int
    /// Put on their way so far.
    var taken: Int
    /// Messages that it came to and that have no data any more.
    var skipped = 0
    let createdAt: Timestamp

    enum State: String, Sendable, CaseIterable {
        case running, completed, cancelled
    }

    /// What had become of the message at the endpoint before; what is still on its way is left alone.
    enum Status: String, Sendable, CaseIterable {
        case delivered, held, dead, none
    }

    var filter: Endpoint.Filter { Endpoint.Filter(types) }

    /// - Parameter waiting: of those that were put on their way, how many have not been sent yet. What was sent and not
    ///   taken goes on by its own schedule.
    func json(waiting: Int) -> JSON {
        let done = taken - waiting
        let isOver = state == .running && position >= lastPosition && waiting == 0
        return [
            "id": .string(id), "endpoint_id": .string(endpoint),
            "state": .string((isOver ? .completed : state).rawValue), "total": .int(total), "done": .int(done),
            "skipped": .int(skipped),
            "since": .string("\(since)"), "until": .text(until.map { "\($0)" }),
            "types": .array(types.map { .string($0) }), "statuses": .array(statuses.map { .string($0.rawValue) }),
            "created_at": .string("\(createdAt)"),
        ]
    }
}

/// The job of a replay.
struct Replayer: Sendable {
    let database: any Database
    let clock: GatewayClock

    private static let chunk = 500

    func run(_ tenant: String, _ id: String) async throws {
        let clock = self.clock
        while try await database.write({
            try ReplayStore.advance(tenant, id, by: Self.chunk, at: clock.now, in: $0)
        }) != nil {
            Failpoint.reach(.midReplay)
            try Task.checkCancellation()
        }
    }

    /// A delivery that was not enqueued never will be: the endpoint is free for another replay.
    func giveUp(_ tenant: String, _ id: String) async throws {
        try await database.write { tx in
            guard let replay = try ReplayStore.find(tenant, id, in: tx) else { return }
            try ReplayStore.cancel(replay, in: tx)
        }
    }
}
