extension CalendarErasure {
    /// Erases a calendar with the contents of its recordings and of its bots' requests, and with the exceptions of its
    /// series.
    static let withRecordings = CalendarErasure([
        { try RecordingStore.delete($0, calendar: $1, limit: $2, in: $3) },
        { try BotCreationStore.delete($0, calendar: $1, limit: $2, in: $3) },
        { try SeriesExceptionStore.delete($0, calendar: $1, limit: $2, in: $3) },
    ])
}
