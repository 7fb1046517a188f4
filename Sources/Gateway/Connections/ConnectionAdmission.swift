import JSONValue
import SQL

extension Admission {
    /// Adds the condition that a connection is not deleted meanwhile. Its check throws `not_found`.
    mutating func require(connection id: String) {
        let tenant = self.tenant
        conditions.append { tx in
            let present = try ConnectionStore.find(tenant, id, user: nil, in: tx)
            guard let present, present.status != .deleting else { throw Problem.notFound }
        }
    }
}

extension Database {
    /// Admits an action on one of the caller's connections.
    func admit(_ caller: Caller, connection id: String, at now: Timestamp) async throws -> (Connection, Admission) {
        try await read { tx in
            var admission = caller.admission
            try admission.check(at: now, in: tx)
            let connection = try ConnectionStore.find(caller, id, in: tx)
            if caller.userGeneration == nil || connection.user != caller.user {
                try admission.add(.user, connection.user, in: tx)
            }
            admission.require(connection: id)
            return (connection, admission)
        }
    }
}
