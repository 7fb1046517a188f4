import JSONValue
import OAuth
import SQL

/// One grant of one provider account to one user of one tenant.
struct Connection: Sendable {
    let id: String
    let tenant: String
    let user: String
    let provider: ProviderName
    var status: Status
    /// Google's `sub`; Microsoft's `tid:oid`. Absent until a consent is completed.
    var subject: String?
    /// A label, never an identity.
    var email: String?
    /// The app's registration that the grant was given to.
    var clientID: String
    /// Microsoft's `tid`: where refreshes go.
    var directory: String?
    var scopes: [String]
    var missingScopes: [String]
    var sealedRefreshToken: [UInt8]?
    var refreshExpiresAt: Timestamp?
    var refreshedAt: Timestamp?
    /// Grows with every change of the token. A writer names the generation that it read.
    var generation: Int64
    let createdAt: Timestamp
    var updatedAt: Timestamp

    enum Status: String, Sendable {
        case pending, active, blocked, deleting
        case missingScope = "missing_scope"
        case needsReconnect = "needs_reconnect"
    }

    var json: JSON {
        [
            "id": .string(id), "user_id": .string(user), "provider": .string(provider.rawValue),
            "status": .string(status.rawValue), "account": ["email": .text(email)],
            "scopes": .array(scopes.map { .string($0) }), "missing_scopes": .array(missingScopes.map { .string($0) }),
            "created_at": .string("\(createdAt)"), "updated_at": .string("\(updatedAt)"),
        ]
    }

    /// The context of messages about the connection.
    var context: MessageContext { MessageContext(user: user, connection: id) }
}
