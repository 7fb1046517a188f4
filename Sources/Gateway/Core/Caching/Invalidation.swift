import SQL

/// An action that follows the commit of a transaction which named its topic: a cached value is dropped, or a worker woken.
///
/// A feature offers one for each topic that concerns it. It runs on the database's own thread, before the writer is answered,
/// so it must not wait.
struct Invalidation: Sendable {
    /// Dropping comes first, so that nobody who is woken finds a value of before the commit.
    enum Phase: Sendable {
        case drop, wake
    }

    let topic: ChangeTopic
    let phase: Phase
    let apply: @Sendable (CommittedChanges) -> Void
    /// Follows a gap: notices of the topic may have been missed.
    let applyToAll: @Sendable () -> Void

    /// Drops what one payload names, once for each notice.
    /// - Parameter all: drops everything that a notice of the topic could name.
    static func drop(
        _ topic: ChangeTopic, all: @escaping @Sendable () -> Void,
        _ drop: @escaping @Sendable (_ payload: String) -> Void
    ) -> Invalidation {
        Invalidation(
            topic: topic, phase: .drop,
            apply: { changes in
                for notice in changes[topic] { drop(notice.payload) }
            }, applyToAll: all)
    }

    /// Drops the value of a cache whose key is the payload.
    static func drop<Value>(_ topic: ChangeTopic, in cache: TTLCache<String, Value>) -> Invalidation {
        drop(topic, all: cache.invalidateAll, cache.invalidate)
    }

    /// Wakes somebody, once for each commit.
    /// - Parameter all: wakes everybody whom a notice of the topic could concern.
    static func wake(
        _ topic: ChangeTopic, all: @escaping @Sendable () -> Void,
        _ wake: @escaping @Sendable (CommittedChanges) -> Void
    ) -> Invalidation {
        Invalidation(topic: topic, phase: .wake, apply: wake, applyToAll: all)
    }
}

/// The notices of one commit, by topic.
struct CommittedChanges: Sendable {
    private let notices: [ChangeTopic: [ChangeNotice]]

    init(_ notices: [ChangeNotice]) { self.notices = Dictionary(grouping: notices, by: \.topic) }

    var topics: Dictionary<ChangeTopic, [ChangeNotice]>.Keys { notices.keys }

    /// The notices of a topic in their order; empty when the commit did not name it.
    subscript(topic: ChangeTopic) -> [ChangeNotice] { notices[topic] ?? [] }
}

/// Applies the invalidations of all features to each commit.
struct ChangeDispatcher: Sendable {
    private let drops: [ChangeTopic: [Invalidation]]
    private let wakes: [ChangeTopic: [Invalidation]]

    init(_ invalidations: [Invalidation]) {
        drops = Dictionary(grouping: invalidations.filter { $0.phase == .drop }, by: \.topic)
        wakes = Dictionary(grouping: invalidations.filter { $0.phase == .wake }, by: \.topic)
    }

    /// Called on the database's own thread.
    func dispatch(_ notices: [ChangeNotice]) {
        let changes = CommittedChanges(notices)
        let isGap = !changes[.gap].isEmpty
        for stage in [drops, wakes] {
            if isGap {
                for invalidation in stage.values.joined() { invalidation.applyToAll() }
                continue
            }
            for topic in changes.topics {
                for invalidation in stage[topic] ?? [] { invalidation.apply(changes) }
            }
        }
    }
}
