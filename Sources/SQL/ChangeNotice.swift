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

/// The subject of notices; PostgreSQL calls it a channel.
public struct ChangeTopic: Sendable, Hashable {
    public let name: String

    public init(_ name: String) { self.name = name }
}
