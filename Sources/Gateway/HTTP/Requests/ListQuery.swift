import JSONValue

/// The query of every list of the API: `cursor`, `limit` (1…100, default 50) and, with a key, `user_id`. A cursor is
/// the last id of the page before: ids sort by time, and another tenant's id only moves the start.
struct ListQuery: Sendable {
    let cursor: String?
    let limit: Int
    /// The user whose objects are listed; nil: those of all users of the tenant.
    let user: String?

    /// - Parameter own: the caller's user; nil for a caller that may see everybody's.
    init(_ query: inout QueryFields, user own: String?) {
        cursor = query.string("cursor")
        limit = query.int("limit", in: 1...100) ?? 50
        let named = query.string("user_id", rule: .userID)
        if let named, let own, named != own {
            query.fail("user_id", "must be the caller's own user, or left out")
        }
        user = own ?? named
    }

    /// - Parameter found: one more than `limit`, when there are more.
    func page<T>(_ found: [T], id: (T) -> String, json: (T) -> JSON) -> JSON {
        let presented = found.prefix(limit)
        return listPage(presented.map(json), next: found.count > limit ? presented.last.map(id) : nil)
    }
}
