import JSONValue
import Sealing
import SQL

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

/// The settings that an operator may make for a tenant. An absent one has its default.
struct TenantSettings: Sendable, Equatable {
    /// The URLs to which a consent may send the browser; compared exactly.
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
        /// Of stored messages. nil: `MessageStorage.ownAccountLimit` with an account of its own, else none.
        var messageBytes: Int?
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
                "message_bytes": limits.messageBytes.map { .int($0) } ?? .null,
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
        limits.messageBytes = json["limits"]?["message_bytes"]?.intValue
        revokeOnDisconnect = json["revoke_on_disconnect"]?.boolValue ?? true
    }

    /// Takes over what a body names, as a JSON Merge Patch does (RFC 7396): null is the default, `limits` is merged member by
    /// member, lists are replaced whole. Applied to the defaults, it reads a whole body.
    mutating func merge(_ fields: inout BodyValidator) {
        if fields.has("return_urls") {
            returnURLs = fields.strings("return_urls", count: 0...50, rule: ReturnURL.rule) ?? []
        }
        if fields.has("allowed_origins") {
            allowedOrigins = fields.strings("allowed_origins", count: 0...50, rule: Origin.rule) ?? []
        }
        if fields.has("limits") {
            let present = limits
            limits =
                fields.object("limits") { inner in
                    var limits = present
                    limits.merge(&inner)
                    return limits
                } ?? Limits()
        }
        if fields.has("revoke_on_disconnect") { revokeOnDisconnect = fields.bool("revoke_on_disconnect") ?? true }
    }

    /// A strong entity tag (RFC 9110 section 8.8.3): equal settings have the same one.
    var etag: String { "\"\(Hex.encode(Array(Digests.sha256(json.bytes).prefix(16))))\"" }
}

extension TenantSettings.Limits {
    fileprivate mutating func merge(_ fields: inout BodyValidator) {
        func merge(_ name: String, _ limit: inout Int?, _ range: ClosedRange<Int>) {
            if fields.has(name) { limit = fields.int(name, in: range) }
        }
        merge("requests_per_second", &requestsPerSecond, 1...100_000)
        merge("burst", &burst, 1...100_000)
        merge("calendars", &calendars, 0...1_000_000)
        merge("bots_per_day", &botsPerDay, 0...1_000_000)
        merge("message_bytes", &messageBytes, 1...(1 << 50))
    }
}

extension TenantSettings.Limits {
    /// The default is 50 requests a second, and a burst of twice the rate, at least 100.
    var rate: RateLimiter.Rate {
        let perSecond = requestsPerSecond ?? 50
        return .init(perSecond: Double(perSecond), burst: Double(burst ?? max(100, 2 * perSecond)))
    }
}
