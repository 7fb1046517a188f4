import SQL

extension CalendarCreationStore {
    static func depth(in tx: any Transaction) throws -> QueueDepth {
        try QueueDepth(
            "calendars_creating", "Calendar creations whose outcome is not known.", table: "calendar_creations",
            oldest: "SELECT MIN(began_at) AS due FROM calendar_creations", in: tx)
    }
}

extension UnclaimedCalendarStore {
    static func depth(in tx: any Transaction) throws -> QueueDepth {
        try QueueDepth(
            "calendars_unclaimed", "Calendars at Meeting BaaS that nobody here owns.", table: "unclaimed_calendars",
            oldest: "SELECT MIN(first_seen_at) AS due FROM unclaimed_calendars", in: tx)
    }
}
