import JSONValue
import Sealing

/// The members that the gateway adds to a bot's `extra`, to attribute its webhooks and list items. A random correlation
/// id stands for one order; a tag for the tenant and one for the user let Meeting BaaS filter. Nobody else can create
/// them, and tenants never see them.
struct AttributionTags: Sendable {
    let tenantKeys: TenantKeys

    /// Members with this prefix are the gateway's own.
    static let prefix = "meeting_gateway"
    static let correlationIDKey = prefix
    static let tenant = prefix + "_tenant"
    static let user = prefix + "_user"
    /// v1 takes any JSON for `extra`; what is no object is kept under this.
    static let value = prefix + "_value"

    static func newCorrelationID() -> String { Base64.encodeURL(Digests.random(24)) }

    /// `extra` as it goes upstream.
    func tagged(_ extra: JSON?, correlationID: String, tenant: String, user: String?) -> JSON {
        var members = JSON.Members()
        switch extra {
        case .object(let given)?: members = given
        case nil, .null?: break
        case let other?: members[Self.value] = other
        }
        members[Self.correlationIDKey] = .string(correlationID)
        members[Self.tenant] = .string(tenantTag(tenant))
        if let user { members[Self.user] = .string(tenantTag(tenant, user)) }
        return .object(members)
    }

    /// The one condition of a filter by `extra` that shows nothing but the caller's.
    func condition(tenant: String, user: String?) -> String {
        user.map { "\(Self.user):\(tenantTag(tenant, $0))" } ?? "\(Self.tenant):\(tenantTag(tenant))"
    }

    /// Base64 for URLs: nothing in it that parts a filter's conditions.
    func tenantTag(_ parts: String...) -> String {
        Base64.encodeURL(Array(tenantKeys.digest(parts.joined(separator: "\0"), purpose: "extra-tag")[..<18]))
    }

    /// The prefix of a v1 deduplication key: the tenant's tag, a full stop and the user's tag.
    func deduplicationPrefix(tenant: String, user: String?) -> String {
        user.map { "\(tenantTag(tenant)).\(tenantTag(tenant, $0))" } ?? tenantTag(tenant)
    }

    /// A deduplication key as its owner gave it.
    /// - Parameter tenantTag: the tag of the owner's tenant.
    /// - Returns: nil for a key that is not of this tenant, an empty text for one that the owner did not give.
    static func givenDeduplicationKey(_ key: String, tenantTag: String) -> String? {
        guard key.hasPrefix(tenantTag) else { return nil }
        var rest = key.dropFirst(tenantTag.count)
        // Both tags are of one length.
        if rest.first == "." { rest = rest.dropFirst(1 + tenantTag.count) }
        return String(rest.dropFirst())
    }

    /// `extra` as its owner gave it.
    static func stripped(_ extra: JSON) -> JSON {
        guard var members = extra.objectValue, members.names.contains(where: { $0.hasCodeUnitPrefix(prefix) }) else {
            return extra
        }
        if let value = members[value] { return value }
        for name in members.names where name.hasCodeUnitPrefix(prefix) { members[name] = nil }
        return members.isEmpty ? .null : .object(members)
    }

    /// Returns true if a caller's `extra` has members of the gateway.
    static func isForged(_ extra: JSON?) -> Bool {
        extra?.objectValue?.names.contains { $0.hasCodeUnitPrefix(prefix) } ?? false
    }
}
