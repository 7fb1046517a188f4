import JSONValue
import MeetingBaaS
import OAuth
import SQL

/// A Meeting BaaS calendar made from a connection.
struct ConnectedCalendar: Sendable {
    /// Ours; upstream's id comes only with its reply.
    let rowID: String
    let tenant: String
    let accountID: String
    let version: APIVersion
    var calendarID: String?
    let connection: String
    let user: String
    let provider: ProviderName
    let rawCalendarID: String
    let name: String?
    let email: String?
    var status: String
    var statusMessage: String?
    var syncStatus: String?
    var syncedAt: Timestamp?
    let createdAt: Timestamp

    /// While it is being made, the id is ours; afterwards it is the one that Meeting BaaS gave.
    var publicID: String { calendarID ?? rowID }

    var json: JSON {
        [
            "id": .string(publicID), "connection_id": .string(connection), "user_id": .string(user),
            "provider": .string(provider.rawValue), "raw_calendar_id": .string(rawCalendarID), "name": .text(name),
            "email": .text(email), "status": .string(status), "status_message": .text(statusMessage),
            "sync_status": .text(syncStatus), "synced_at": .text(syncedAt.map { "\($0)" }),
            "created_at": .string("\(createdAt)"),
        ]
    }

    var context: MessageContext { MessageContext(user: user, connection: connection, calendar: calendarID) }
}

extension RawCalendar {
    var json: JSON {
        ["id": .string(id), "name": .text(name ?? email), "email": .text(email), "is_primary": .bool(isPrimary)]
    }
}
