import SQL

@testable import Gateway

/// The rules of all features without the features themselves; `FeatureTests` shows that they are the gateway's.
enum FeatureLists {
    static func erasure(
        _ database: any Database, _ clock: GatewayClock, takeDown: @escaping ErasureStep.TakeDown
    ) -> [ErasureStep] {
        Erasure.order([
            .recordings, .bots(database, clock, takeDown: takeDown), .calendars,
            .connections(database, clock, ConnectionDeletion(dependents: .calendars)), .messaging(database, clock),
            .accounts, .identity, .idempotency(database), .core,
        ])
    }

    /// - Parameter days: the retention of messages.
    static func retention(days: Int) -> [RetentionRule] {
        let tombstones = CalendarTombstones()
        return [.idempotency, .identity, .accounts] + RetentionRule.messaging(days: days)
            + [.connections, .calendars(tombstones)] + RetentionRule.bots(tombstones)
            + [.learnedEvents] + RetentionRule.recordings(tombstones)
    }
}
