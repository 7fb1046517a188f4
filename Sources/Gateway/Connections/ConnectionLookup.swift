import SQL

extension ConnectionStore {
    /// The caller's connection with this id.
    /// - Throws: `not_found`.
    static func find(_ caller: Caller, _ id: String, in tx: any Transaction) throws -> Connection {
        guard let connection = try find(caller.tenant.id, id, user: caller.user, in: tx) else { throw Problem.notFound }
        return connection
    }
}

extension Database {
    /// The caller's connection with this id.
    /// - Throws: `not_found`.
    func connection(_ caller: Caller, _ id: String) async throws -> Connection {
        try await read { try ConnectionStore.find(caller, id, in: $0) }
    }

    /// A tenant's connection with this id.
    /// - Parameter user: when given, only that user's.
    func connection(_ tenant: String, _ id: String, user: String? = nil) async throws -> Connection? {
        try await read { try ConnectionStore.find(tenant, id, user: user, in: $0) }
    }
}
