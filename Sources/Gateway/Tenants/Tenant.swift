import SQL
import Wire

/// A product or customer of the operator.
struct Tenant: Sendable {
    let id: String
    /// `[a-z0-9-]{2,40}`, never changes.
    let slug: String
    let name: String
    let status: Status
    let settings: TenantSettings
    let createdAt: Timestamp
    /// Grows when the tenant is suspended or deleted.
    var generation: Int64 = 0

    enum Status: String, Sendable, CaseIterable {
        case active, suspended, deleting
    }

    var json: JSON {
        [
            "id": .string(id), "slug": .string(slug), "name": .string(name), "status": .string(status.rawValue),
            "created_at": .string("\(createdAt)"),
        ]
    }
}

/// What an operator may set for a tenant. What is absent has its default.
struct TenantSettings: Sendable, Equatable {
    /// Where a consent may send the browser; compared exactly.
    var returnURLs: [String] = []
    /// Browser origins that may read replies; compared exactly.
    var allowedOrigins: [String] = []
    var limits = Limits()
    var revokeOnDisconnect = true

    struct Limits: Sendable, Equatable {
        var requestsPerSecond: Int?
        var burst: Int?
        var calendars: Int?
        var botsPerDay: Int?
    }

    var json: JSON {
        [
            "return_urls": .array(returnURLs.map { .string($0) }),
            "allowed_origins": .array(allowedOrigins.map { .string($0) }),
            "limits": [
                "requests_per_second": limits.requestsPerSecond.map { .int($0) } ?? .null,
                "burst": limits.burst.map { .int($0) } ?? .null,
                "calendars": limits.calendars.map { .int($0) } ?? .null,
                "bots_per_day": limits.botsPerDay.map { .int($0) } ?? .null,
            ],
            "revoke_on_disconnect": .bool(revokeOnDisconnect),
        ]
    }

    init() {}

    /// Reads what `json` wrote.
    init(stored json: JSON) {
        returnURLs = json["return_urls"]?.arrayValue?.compactMap(\.stringValue) ?? []
        allowedOrigins = json["allowed_origins"]?.arrayValue?.compactMap(\.stringValue) ?? []
        limits.requestsPerSecond = json["limits"]?["requests_per_second"]?.intValue
        limits.burst = json["limits"]?["burst"]?.intValue
        limits.calendars = json["limits"]?["calendars"]?.intValue
        limits.botsPerDay = json["limits"]?["bots_per_day"]?.intValue
        revokeOnDisconnect = json["revoke_on_disconnect"]?.boolValue ?? true
    }

    init(_ fields: inout Fields) {
        returnURLs = fields.strings("return_urls", count: 0...50, rule: ReturnURL.rule) ?? []
        allowedOrigins = fields.strings("allowed_origins", count: 0...50, rule: Origin.rule) ?? []
        limits =
            fields.object("limits") { inner in
                var limits = Limits()
                limits.requestsPerSecond = inner.int("requests_per_second", in: 1...100_000)
                limits.burst = inner.int("burst", in: 1...100_000)
                limits.calendars = inner.int("calendars", in: 0...1_000_000)
                limits.botsPerDay = inner.int("bots_per_day", in: 0...1_000_000)
                return limits
            } ?? Limits()
        revokeOnDisconnect = fields.bool("revoke_on_disconnect") ?? true
    }
}
