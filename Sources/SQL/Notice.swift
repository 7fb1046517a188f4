/// What a transaction tells those who listen, once it is committed: `NOTIFY` in PostgreSQL, a call in SQLite.
public struct Notice: Sendable, Hashable {
    public let topic: Topic
    /// What the topic's listeners need to know; empty where the topic says it all.
    public let payload: String

    public init(_ topic: Topic, _ payload: String = "") {
        self.topic = topic
        self.payload = payload
    }
}

/// What notices are about; PostgreSQL calls it a channel.
public struct Topic: Sendable, Hashable {
    public let name: String

    public init(_ name: String) { self.name = name }
}
