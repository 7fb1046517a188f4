/// What a transaction tells those who listen, once it is committed: `NOTIFY` in PostgreSQL, a call in SQLite.
public struct ChangeNotice: Sendable {
    public let topic: ChangeTopic
    /// What the topic's listeners need to know; empty where the topic says it all.
    public let payload: String
    /// What listeners in the same process get besides, so that they need not read it; never in another process.
    public let localPayload: (any Sendable)?

    public init(_ topic: ChangeTopic, _ payload: String = "", localPayload: (any Sendable)? = nil) {
        self.topic = topic
        self.payload = payload
        self.localPayload = localPayload
    }
}

/// What notices are about; PostgreSQL calls it a channel.
public struct ChangeTopic: Sendable, Hashable {
    public let name: String

    public init(_ name: String) { self.name = name }
}
