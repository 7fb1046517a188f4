import JSONValue

/// The query of every list of the API: `cursor`, `limit` (1…100, default 50) and, with a key, `user_id`. In most lists a
/// cursor is the last id of the page before: ids sort by time, and another tenant's id only moves the start.
struct ListQuery: Sendable {
    let cursor: String?
    let limit: Int
    /// The user whose objects are listed; nil: those of all users of the tenant.
    let user: String?

    /// The query of an operator's list, which is not of one user.
    init(_ query: inout QueryFields) {
        cursor = query.string("cursor")
        limit = query.int("limit", in: 1...100) ?? 50
        user = nil
    }

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
    func page<T>(_ found: [T], id: (T) throws -> String, json: (T) -> JSON) rethrows -> JSON {
        let presented = found.prefix(limit)
        return listPage(presented.map(json), next: found.count > limit ? try presented.last.map(id) : nil)
    }
}
