/// Jobs of calendars that a change of their connection, or of its provider app, makes necessary.
extension JobKind {
    /// Its subject is a connection.
    static let renewCalendars = JobKind("renewCalendars", priority: .normal, mayBeGivenUp: true)
    /// Its subject is a provider and the last connection that has its job.
    static let renewAppCalendars = JobKind("renewAppCalendars", priority: .normal, mayBeGivenUp: true)
}
