import HTTPTypes
import JSONValue
import Support

/// Everything that one user of one tenant has, by id.
struct Things: Sendable {
    var slug = "tenant-z"
    var user = "nobody"
    var key = "key_00000000000000000000000000"
    var session = "ses_00000000000000000000000000"
    var connection = "con_00000000000000000000000000"
    var calendar = "00000000-0000-4000-8000-000000000000"
    var event = "00000000-0000-4000-8000-000000000001"
    var endpoint = "ep_00000000000000000000000000"
    var message = "msg_00000000000000000000000000"
    var delivery = "dlv_00000000000000000000000000"
    var replay = "rpl_00000000000000000000000000"

    /// Ids that a response to another user, or to another tenant, must not contain.
    var usersIDs: [String] { [session, connection, calendar, event, message, delivery] }
    var ids: [String] { usersIDs + [key, endpoint] }

    /// Well formed, but unknown.
    static let unknown = Things()
}

/// A route's row in the matrix: how it is called, and which answers its owner may get.
struct MatrixRow: Sendable {
    /// The object that the path, the query or the body names; nil: none.
    var names: (@Sendable (Things) -> String)?
    /// The owner: a user, the tenant alone, or the operator, who sees every tenant.
    var owner = Owner.user
    var query: @Sendable (Things) -> String = { _ in "" }
    var body: @Sendable (Things) -> JSON? = { _ in nil }
    /// The owner's success, or the refusal that comes after the owner was let in.
    var own: Set<Int> = [200]
    /// Above 0, it takes away what others still need: done last, in this order, and once.
    var last = 0
    /// The status for an unknown object, and for another tenant's.
    var hidden = 404
    /// A key that speaks for a user may not either.
    var isTenantsAlone = false

    enum Owner { case user, tenant, `operator` }

    static func user(
        _ names: @escaping @Sendable (Things) -> String, _ body: JSON? = nil, own: Set<Int> = [200], last: Int = 0,
        hidden: Int = 404
    ) -> MatrixRow {
        MatrixRow(names: names, owner: .user, body: { _ in body }, own: own, last: last, hidden: hidden)
    }

    static func tenant(
        _ names: @escaping @Sendable (Things) -> String, _ body: JSON? = nil, own: Set<Int> = [200], last: Int = 0
    ) -> MatrixRow {
        MatrixRow(
            names: names, owner: .tenant, body: { _ in body }, own: own, last: last, isTenantsAlone: true)
    }

    static func admin(_ body: JSON? = nil, own: Set<Int> = [200], last: Int = 0) -> MatrixRow {
        MatrixRow(names: \.slug, owner: .operator, body: { _ in body }, own: own, last: last)
    }

    /// A route's path and query for these things.
    func path(_ pattern: String, _ things: Things) -> String {
        pattern.replacing("{slug}", with: things.slug).replacing("{provider}", with: "google")
            .replacing("{key}", with: things.key).replacing("{user_id}", with: things.user)
            .replacing("{code}", with: "conflict").replacing("{reference}", with: "nobodys").replacing(
                "{id}", with: names?(things) ?? "") + query(things)
    }

    static func list() -> MatrixRow { MatrixRow() }

    static func make(_ own: Set<Int>, _ body: JSON) -> MatrixRow { MatrixRow(body: { _ in body }, own: own) }
}

/// A row for each route. A route without a row fails the test, since its object has no declared owner.
enum AccessMatrix {
    private static let returnURL = JSON.string(TenantFixture.returnURL)
    private static let started: JSON = ["provider": "google", "return_url": returnURL]
    private static let bot: JSON = ["bot_name": "Notes"]
    private static let account: JSON = ["api_key": "another-key", "api_version": "v2"]
    private static let app: JSON = [
        "client_id": "100000000001-app.apps.googleusercontent.com", "client_secret": "google-secret",
    ]

    static let rows: [String: MatrixRow] = [
        // Anyone
        "GET /healthz": .list(), "GET /readyz": .list(), "GET /openapi.json": .list(), "GET /metrics": .list(),
        "GET /docs": .list(), "GET /docs/app.js": .list(), "GET /docs/style.css": .list(),
        "GET /docs/problems": .list(), "GET /docs/problems/{code}": .list(),
        "GET /oauth/callback/{provider}/{slug}": .admin(own: [400]),
        "POST /webhooks/meeting-baas": .make([401], [:]),
        "POST /webhooks/meeting-baas/{slug}": .admin([:], own: [503]),
        "POST /callbacks/meeting-baas/{reference}": .make([401], [:]),
        "PUT /callbacks/meeting-baas/{reference}": .make([401], [:]),
        // The operator
        "POST /admin/v1/tenants": .make([409], ["slug": "tenant-a", "name": "A"]),
        "GET /admin/v1/tenants": .list(),
        "GET /admin/v1/tenants/{slug}": .admin(),
        "PATCH /admin/v1/tenants/{slug}": .admin(["name": "Same"]),
        "DELETE /admin/v1/tenants/{slug}": .admin(own: [202], last: 9),
        "GET /admin/v1/tenants/{slug}/settings": .admin(),
        "PUT /admin/v1/tenants/{slug}/settings": .admin(
            ["return_urls": [returnURL], "limits": ["requests_per_second": 100_000]]),
        "PATCH /admin/v1/tenants/{slug}/settings": .admin(["revoke_on_disconnect": true]),
        "PUT /admin/v1/tenants/{slug}/providers/{provider}": .admin(app),
        "GET /admin/v1/tenants/{slug}/providers/{provider}": .admin(),
        "DELETE /admin/v1/tenants/{slug}/providers/{provider}": .admin(own: [204, 409], last: 7),
        "PUT /admin/v1/tenants/{slug}/meeting-baas": .admin(account, own: [409]),
        "GET /admin/v1/tenants/{slug}/meeting-baas": .admin(own: [200, 404]),
        "DELETE /admin/v1/tenants/{slug}/meeting-baas": .admin(own: [204, 404, 409], last: 7),
        "GET /admin/v1/unclaimed-calendars": .list(),
        "POST /admin/v1/unclaimed-calendars/{id}/resolve": MatrixRow(
            names: \.calendar, owner: .operator, body: { _ in ["delete": true] }, own: [404]),
        "GET /admin/v1/tenants/{slug}/attempts": .admin(),
        "POST /admin/v1/tenants/{slug}/keys": .admin(["name": "more"], own: [201]),
        "GET /admin/v1/tenants/{slug}/keys": .admin(),
        "DELETE /admin/v1/tenants/{slug}/keys/{key}": .admin(own: [204], last: 6),
        "POST /admin/v1/tenants/{slug}/keys/{key}/rotate": .admin(["overlap_seconds": 3600]),
        // Sessions and users
        "POST /api/v1/sessions": .make([201], ["user_id": "ann"]),
        "DELETE /api/v1/sessions/{id}": .user(\.session, own: [204], last: 4),
        "DELETE /api/v1/users/{user_id}": MatrixRow(own: [202], last: 5),
        // Connections
        "POST /api/v1/connections": .make([201], started),
        "POST /api/v1/connections/exchange": .make([422], ["provider": "google", "code": "nonsense"]),
        "POST /api/v1/connections/import": .make(
            [422], ["provider": "google", "refresh_token": "nonsense", "user_id": "ann"]),
        "GET /api/v1/connections": .list(),
        "GET /api/v1/connections/{id}": .user(\.connection),
        "DELETE /api/v1/connections/{id}": .user(\.connection, own: [202], last: 3),
        "POST /api/v1/connections/{id}/complete": .user(
            \.connection, ["ticket": .string("mgt_" + String(repeating: "0", count: 36)), "user_id": "ann"], own: [422],
            hidden: 422),
        "POST /api/v1/connections/{id}/reconnect": .user(\.connection, ["return_url": returnURL]),
        "GET /api/v1/connections/{id}/raw-calendars": .user(\.connection),
        // Calendars and events
        "POST /api/v1/calendars": MatrixRow(
            names: \.connection, body: { ["connection_id": .string($0.connection)] }, own: [200]),
        "GET /api/v1/calendars": .list(),
        "GET /api/v1/calendars/{id}": .user(\.calendar),
        "DELETE /api/v1/calendars/{id}": .user(\.calendar, own: [204], last: 2),
        "POST /api/v1/calendars/{id}/sync": .user(\.calendar, own: [202]),
        "GET /api/v1/calendars/{id}/events": .user(\.calendar),
        "GET /api/v1/events/{id}": .user(\.event),
        "GET /api/v1/events/{id}/recording": .user(\.event),
        "PUT /api/v1/events/{id}/recording": .user(\.event, bot),
        "PATCH /api/v1/events/{id}/recording": .user(\.event, bot),
        "DELETE /api/v1/events/{id}/recording": .user(\.event, own: [200], last: 1),
        // The tenant's own
        "POST /api/v1/webhook-endpoints": MatrixRow(
            body: { _ in ["url": "https://hooks.example.com/x", "event_types": ["none"]] }, own: [201],
            isTenantsAlone: true),
        "GET /api/v1/webhook-endpoints": MatrixRow(isTenantsAlone: true),
        "GET /api/v1/webhook-endpoints/{id}": .tenant(\.endpoint),
        "PATCH /api/v1/webhook-endpoints/{id}": .tenant(\.endpoint, ["description": "same"]),
        "DELETE /api/v1/webhook-endpoints/{id}": .tenant(\.endpoint, own: [204], last: 2),
        "POST /api/v1/webhook-endpoints/{id}/rotate-secret": .tenant(\.endpoint, ["overlap_seconds": 60]),
        "POST /api/v1/webhook-endpoints/{id}/test": .tenant(\.endpoint, own: [202]),
        "GET /api/v1/messages": MatrixRow(
            names: \.message, owner: .tenant, query: { "?after=\($0.message)" }, hidden: 422),
        "GET /api/v1/messages/{id}": .user(\.message),
        "GET /api/v1/deliveries": MatrixRow(
            names: \.endpoint, owner: .tenant, query: { "?endpoint_id=\($0.endpoint)" }, hidden: 200),
        "POST /api/v1/deliveries/{id}/retry": .user(\.delivery, own: [202, 409]),
        "POST /api/v1/webhook-endpoints/{id}/replay": .tenant(
            \.endpoint, ["since": "2026-01-01T00:00:00Z", "types": ["none"]], own: [202, 409]),
        "GET /api/v1/replays/{id}": .tenant(\.replay),
        "DELETE /api/v1/replays/{id}": .tenant(\.replay, own: [204], last: 1),
        "GET /api/v1/attempts": MatrixRow(
            names: \.endpoint, owner: .tenant, query: { "?endpoint_id=\($0.endpoint)" }, hidden: 200),
    ]
}
