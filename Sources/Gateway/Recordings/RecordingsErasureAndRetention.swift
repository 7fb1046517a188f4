import SQL

extension ErasureStep {
    static let recordings = ErasureStep("recordings") {
        [
            .all(of: $0, in: "series_exceptions", key: "tenant_id, calendar_id, event_id"),
            .all(of: $0, in: "recordings", key: "tenant_id, event_id, all_occurrences"),
        ]
    }
}

extension RetentionRule {
    static func recordings(_ tombstones: CalendarTombstones) -> [RetentionRule] {
        [
            RetentionRule("series exceptions") { [SeriesExceptionStore.expired(at: $0)] },
            orphans([RecordingStore.orphaned], after: tombstones),
        ]
    }
}
