import Hummingbird

extension ListQuery {
    /// Reads the query of a list that has no other parameters.
    init(_ request: Request, _ caller: Caller) throws {
        var query = try QueryFields(request)
        self = ListQuery(&query, caller)
        try query.validate()
    }

    init(_ query: inout QueryFields, _ caller: Caller) { self.init(&query, user: caller.user) }
}

extension IdempotencyOwner {
    init(_ caller: Caller) {
        let actor =
            switch caller.credential {
            case .key(let id): "key:\(id)\0\(caller.user ?? "")"
            case .session: "user:\(caller.user ?? "")"
            }
        self.init(tenant: caller.tenant.id, actor: actor, user: caller.user)
    }
}
