/// A notice that a transaction publishes at its commit: `NOTIFY` in PostgreSQL, a call in SQLite.
public struct ChangeNotice: Sendable {
    public let topic: ChangeTopic
    /// The data for the topic's listeners; empty if the topic is enough.
    public let payload: String
    /// A value for listeners in the same process, so that they need not read it; never sent to another process.
    public let localPayload: (any Sendable)?

    public init(_ topic: ChangeTopic, _ payload: String = "", localPayload: (any Sendable)? = nil) {
        self.topic = topic
        self.payload = payload
        self.localPayload = localPayload
    }
}

/// The subject of notices.
///
/// Other processes hear of them by `NOTIFY` in PostgreSQL, which takes one lock for each commit that has some. So notices of
/// rare changes are sent by the transaction itself, and those that only wake somebody after it, several together.
public struct ChangeTopic: Sendable, Hashable {
    public enum Delivery: Sendable {
        /// With the commit: nobody reads the change without being sent the notice.
        case withCommit
        /// Soon after the commit; one may be lost with the process.
        case afterCommit
        /// To this process alone.
        case local
    }

    public let name: String
    public let delivery: Delivery

    public init(_ name: String, delivery: Delivery = .withCommit) {
        self.name = name
        self.delivery = delivery
    }

    /// Notices of other processes may have been missed: what was read before may be out of date.
    public static let gap = ChangeTopic("gap", delivery: .local)

    public static func == (one: ChangeTopic, other: ChangeTopic) -> Bool { one.name == other.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
