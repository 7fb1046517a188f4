import OAuth
import SQL
import Testing

@testable import Gateway

/// The look-ups of a connection that routes, jobs and the mirror share.
struct ConnectionLookupTests {
    private static func connection(_ id: String, _ user: String, _ place: TenantPlace) -> Connection {
        Connection(
            id: id, tenant: "ten_1", user: user, provider: .google, status: .active, subject: id, email: nil,
            clientID: "c", directory: nil, scopes: [], missingScopes: [], sealedRefreshToken: [1],
            refreshExpiresAt: nil,
            refreshedAt: nil, generation: 0, createdAt: place.now, updatedAt: place.now)
    }

    private static func caller(_ user: String?, _ place: TenantPlace, tenant: String = "ten_1") -> Caller {
        let other = Tenant(
            id: tenant, slug: "x", name: "X", status: .active, settings: TenantSettings(), createdAt: place.now)
        return Caller(tenant: other, user: user, scopes: [], credential: .key("key_1"))
    }

    @Test func `A caller finds its own connections, and others look like none`() async throws {
        let place = try await TenantPlace()
        let (anns, bobs) = (Self.connection("con_a", "ann", place), Self.connection("con_b", "bob", place))
        try await place.write { tx in
            for one in [anns, bobs] { try ConnectionStore.insert(one, in: tx) }
        }
        func found(_ user: String?, _ id: String, tenant: String = "ten_1") async throws -> String? {
            let caller = Self.caller(user, place, tenant: tenant)
            do {
                let found = try await place.database.connection(caller, id)
                let inTransaction = try await place.database.read { try ConnectionStore.find(caller, id, in: $0).id }
                #expect(inTransaction == found.id)
                return found.id
            } catch let problem as Problem {
                #expect(problem.code == .notFound)
                let inTransaction = await place.problem {
                    _ = try await place.database.read { try ConnectionStore.find(caller, id, in: $0).id }
                }
                #expect(inTransaction?.code == .notFound)
                return nil
            }
        }
        #expect(try await found("ann", "con_a") == "con_a")
        #expect(try await found(nil, "con_a") == "con_a", "a key speaks for its tenant")
        #expect(try await found("bob", "con_a") == nil)
        #expect(try await found(nil, "con_a", tenant: "ten_2") == nil)
        #expect(try await found(nil, "con_x") == nil)
        // Of a tenant, and of one of its users.
        #expect(try await place.database.connection("ten_1", "con_b")?.user == "bob")
        #expect(try await place.database.connection("ten_1", "con_b", user: "bob") != nil)
        #expect(try await place.database.connection("ten_1", "con_b", user: "ann") == nil)
        #expect(try await place.database.connection("ten_2", "con_b") == nil)
    }
}
