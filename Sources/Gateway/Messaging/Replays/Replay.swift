import JSONValue
import SQL

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
    /// nil: not counted yet.
    var total: Int?
    /// Put on their way so far.
    var taken: Int
    /// Messages that it came to and that have no data any more.
    var skipped = 0
    let createdAt: Timestamp

    enum State: String, Sendable, CaseIterable {
        case running, completed, cancelled
    }

    /// The delivery's status before the replay. A delivery that is still pending is left alone.
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
            "state": .string((isOver ? .completed : state).rawValue), "total": total.map { .int($0) } ?? .null,
            "done": .int(done),
            "skipped": .int(skipped),
            "since": .string("\(since)"), "until": .text(until.map { "\($0)" }),
            "types": .array(types.map { .string($0) }), "statuses": .array(statuses.map { .string($0.rawValue) }),
            "created_at": .string("\(createdAt)"),
        ]
    }
}
