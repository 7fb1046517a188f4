import JSONValue

/// The permissions of a key or a session.
enum Scope: String, Sendable, CaseIterable {
    case sessionsWrite = "sessions:write"
    case connectionsRead = "connections:read"
    case connectionsWrite = "connections:write"
    case connectionsImport = "connections:import"
    case calendarsRead = "calendars:read"
    case calendarsWrite = "calendars:write"
    case recordingsWrite = "recordings:write"
    case webhooksWrite = "webhooks:write"
    case messagesRead = "messages:read"
    case mirrorRead = "mirror:read"
    case mirrorWrite = "mirror:write"
    case tokensRead = "tokens:read"

    /// A key that names none.
    static let keyDefault = Set(allCases).subtracting([.connectionsImport, .tokensRead])
    /// A session that names none.
    static let sessionDefault: Set<Scope> = [
        .connectionsRead, .connectionsWrite, .calendarsRead, .calendarsWrite, .recordingsWrite, .mirrorRead,
    ]

    static func text(_ scopes: Set<Scope>) -> String {
        allCases.filter(scopes.contains).map(\.rawValue).joined(separator: " ")
    }

    static func parse(_ text: String) -> Set<Scope> {
        Set(text.split(separator: " ").compactMap { Scope(rawValue: String($0)) })
    }

    static func json(_ scopes: Set<Scope>) -> JSON {
        .array(allCases.filter(scopes.contains).map { .string($0.rawValue) })
    }

    static let rule = ValidationRule.choice(Scope.self)
}
