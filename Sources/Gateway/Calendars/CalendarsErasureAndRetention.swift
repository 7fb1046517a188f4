import SQL

extension ErasureStep {
    /// Rows of `calendar_creations` stay: they tell which calendars were made. `CalendarWatch` empties them.
    static let calendars: ErasureStep = {
        var step = ErasureStep("calendars") { tenant in
            [
                .all(of: tenant, in: "event_changes", key: "tenant_id, event_id"),
                .all(of: tenant, in: "calendars", key: "row_id"),
                ExpiredRows("unclaimed_calendars", key: "calendar_id", where: "account_id = \(tenant)"),
            ]
        }
        step.isPending = { tenant, user, isLastTry, tx in
            guard user == nil else { return false }
            if try JobStore.waits(tenant, [DeleteCalendarJob.kind], in: tx) { return true }
            // A calendar may still come of a call that is under way, or whose answer was lost.
            return try !isLastTry && CalendarCreationStore.isAny(tenant: tenant, in: tx)
        }
        return step
    }()
}

extension RetentionRule {
    static func calendars(_ tombstones: CalendarTombstones) -> RetentionRule {
        RetentionRule("calendars", tables: ["calendars"]) { now, writes in
            let expired = CalendarStore.expired(at: now, tombstonesAfter: tombstoneLife)
            tombstones.add(try await writes.expire(expired))
        }
    }
}
