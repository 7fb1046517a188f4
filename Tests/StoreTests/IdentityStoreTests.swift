import JSONValue
import SQL
import Sealing
import Testing

@testable import Gateway

@Suite struct IdentityStoreTests {
    private static let now = StorePlace.now

    // MARK: - tenants

    @Test(arguments: StoreEngine.all)
    func `Tenants are found by id and slug, listed in order, and their slug is one's alone`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["c", "a", "b"])
        let found = try await place.read { tx in
            (
                try TenantStore.find(id: "ten-a", in: tx)?.slug, try TenantStore.find(slug: "b", in: tx)?.id,
                try TenantStore.find(slug: "ten-b", in: tx)?.id, try TenantStore.ids(slugs: ["a", "c", "z"], in: tx),
                try TenantStore.list(after: nil, limit: 2, in: tx).map(\.id),
                try TenantStore.list(after: "ten-b", limit: 2, in: tx).map(\.id)
            )
        }
        #expect(found.0 == "a" && found.1 == "ten-b" && found.2 == nil)
        #expect(found.3 == ["a": "ten-a", "c": "ten-c"])
        #expect(found.4 == ["ten-a", "ten-b"] && found.5 == ["ten-c"])
        #expect(try await place.read { try TenantStore.someSlugs(in: $0) } == ["a", "b", "c"])
        let twin = Tenant(
            id: "ten-d", slug: "a", name: "Twin", status: .active, settings: TenantSettings(), createdAt: Self.now)
        #expect(try await place.problem { try TenantStore.insert(twin, in: $0) }?.code == .conflict)
        let page = try await place.read { tx in
            try TenantStore.ids(after: "ten-a", limit: 5, testing: { "\($0) = 'ten-c'" }, in: tx)
        }
        #expect(page.map(\.id) == ["ten-b", "ten-c"] && page.map(\.holds) == [false, true])
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A change of a tenant keeps what it does not name, and suspending it ends its generation`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let tenant = place.rows.tenant
        func read() async throws -> Tenant? { try await place.read { try TenantStore.find(id: tenant, in: $0) } }
        var notices = try await place.notices { try TenantStore.update(tenant, name: "New", status: nil, in: $0) }
        #expect(notices == ["tenant ten-a"])
        var found = try #require(try await read())
        #expect(found.name == "New" && found.status == .active && found.generation == 0)
        notices = try await place.notices {
            try TenantStore.update(tenant, name: nil, status: .suspended, in: $0)
        }
        #expect(notices == ["tenant ten-a", "origins "])
        found = try #require(try await read())
        #expect(found.name == "New" && found.status == .suspended && found.generation == 1)
        #expect(try await place.read { try TenantStore.isActive(tenant, in: $0) } == false)
        try await place.write { try TenantStore.update(tenant, name: nil, status: .active, in: $0) }
        found = try #require(try await read())
        #expect(found.status == .active && found.generation == 1)
        #expect(try await place.read { try TenantStore.isActive(tenant, in: $0) })
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Origins are those of active tenants, and their change is announced`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let settings = Self.settings(messageBytes: 9, origins: ["https://app.example.com"])
        for expected in [["tenant ten-a", "origins "], ["tenant ten-a"]] {
            let notices = try await place.notices { try TenantStore.update("ten-a", settings: settings, in: $0) }
            #expect(notices == expected)
        }
        #expect(try await place.read { try TenantStore.find(id: "ten-a", in: $0)?.settings } == settings)
        #expect(try await place.read { try TenantStore.activeOrigins(in: $0) } == ["https://app.example.com"])
        try await place.write { try TenantStore.update("ten-a", name: nil, status: .suspended, in: $0) }
        #expect(try await place.read { try TenantStore.activeOrigins(in: $0) }.isEmpty)
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A deleted tenant takes its rows with it and frees its slug`(
        engine: StoreEngine
    )
        async throws
    {
        let place = try await StorePlace(engine)
        let notices = try await place.notices { tx in
            try TenantStore.delete("ten-a", in: tx)
            try place.tenantKeys.destroyKey(of: "ten-a", in: tx)
        }
        #expect(Set(notices) == ["tenant ten-a", "origins ", "tenant_slug a", "tenant_key ten-a"])
        #expect(try await place.count("sessions WHERE tenant_id = 'ten-a'") == 0)
        #expect(try await place.count("deliveries") > 0)
        #expect(try await place.read { try TenantKeys.hasKey(of: "ten-a", in: $0) } == false)
        #expect(try await place.read { try TenantKeys.hasKey(of: "ten-b", in: $0) })
        try await place.write { try TenantStore.insert(Rows("a").tenantRow(), in: $0) }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Positions grow by one, and bytes are never below 0`(engine: StoreEngine)
        async throws
    {
        let place = try await StorePlace(engine)
        try await place.write { tx in
            let before = try TenantMessageCounters.position(of: "ten-a", in: tx)
            let bytes = try TenantMessageCounters.totalBytes(in: tx)
            let counters = try #require(try TenantMessageCounters.advance("ten-a", adding: 10, in: tx))
            #expect(try TenantMessageCounters.position(of: "ten-a", in: tx) == before + 1)
            #expect(try TenantMessageCounters.totalBytes(in: tx) == bytes + 10)
            #expect(counters.bytes > 10 && counters.limit == nil && !counters.isReported)
            try TenantMessageCounters.setTold("ten-a", at: Self.now, in: tx)
            try TenantMessageCounters.add(-1_000_000, to: "ten-a", in: tx)
            let found = try #require(
                try TenantMessageCounters.find("ten-a", hasAccount: AccountStore.isOwned, in: tx))
            #expect(found.bytes == 0 && found.isReported && found.hasOwnAccount == true)
            try AccountStore.delete("ten-a", in: tx)
            #expect(
                try TenantMessageCounters.limited(hasAccount: AccountStore.isOwned, in: tx).map(\.tenant)
                    == ["ten-b"])
            try TenantStore.update("ten-a", settings: Self.settings(messageBytes: 5), in: tx)
            #expect(
                try TenantMessageCounters.limited(hasAccount: AccountStore.isOwned, in: tx).map(\.tenant)
                    == ["ten-a", "ten-b"])
        }
        await place.database.close()
    }

    private static func settings(messageBytes: Int, origins: [String] = []) -> TenantSettings {
        var settings = TenantSettings()
        settings.allowedOrigins = origins
        settings.limits.messageBytes = messageBytes
        return settings
    }

    // MARK: - keys

    @Test(arguments: StoreEngine.all)
    func `A key is found by its secret until its end, and by a former one until that one's`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        let now = Self.now
        try await place.write { tx in
            func found(_ digest: [UInt8], at time: Timestamp) throws -> String? {
                try APIKeyStore.find(digest: digest, at: time, in: tx)?.id
            }
            #expect(try found(rows.digest("key"), at: now) == rows.key)
            #expect(try found(rows.digest("former"), at: now) == rows.key)
            #expect(try found(rows.digest("former"), at: now.adding(seconds: 60)) == nil)
            #expect(try found(rows.digest("other"), at: now) == nil)
            let short = rows.apiKey("key-short", expiresAt: now.adding(seconds: 1))
            try APIKeyStore.insert(short, digest: [1], as: tx.admitted(rows.tenant), in: tx)
            #expect(try found([1], at: now) == "key-short" && found([1], at: now.adding(seconds: 1)) == nil)
            #expect(
                try APIKeyStore.find(digest: [1], at: now, in: tx)?.endsAt == now.adding(seconds: 1))
            #expect(try APIKeyStore.list(rows.tenant, in: tx).map(\.id) == [rows.key, "key-short"])
            #expect(
                try Set(APIKeyStore.present([[1], [2], rows.digest("former")], in: tx)) == [[1], rows.digest("former")])
            try APIKeyStore.touch(rows.tenant, rows.key, at: now, in: tx)
            #expect(try APIKeyStore.find(rows.tenant, rows.key, in: tx)?.lastUsedAt == now)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `Rotating a key keeps the former secret, five at most, and ends its sessions with it`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        let (now, until) = (Self.now, Self.now.adding(seconds: 30))
        let notices = try await place.notices { tx throws in
            #expect(
                try APIKeyStore.rotate(rows.tenant, rows.key, digest: [1], previousUntil: until, at: now, in: tx))
        }
        #expect(notices.contains("api_key \(rows.tenant) \(rows.key)"))
        try await place.write { tx in
            #expect(try APIKeyStore.find(digest: rows.digest("key"), at: now, in: tx)?.endsAt == until)
            #expect(try SessionStore.find(digest: rows.digest("session"), at: now, in: tx)?.expiresAt == until)
            #expect(try SessionStore.find(digest: rows.digest("session"), at: until, in: tx) == nil)
            let end = try #require(try SessionStore.end(ofKey: rows.key, tenant: rows.tenant, in: tx))
            #expect(end.madeUntil == now && end.endsAt == until)
            #expect(try SessionStore.find(digest: place.other.digest("session"), at: until, in: tx) != nil)
            #expect(try FormerKeyStore.digests(of: rows.key, tenant: rows.tenant, in: tx).count == 2)
            // The seed has one, and the rotation above made one.
            for digest: UInt8 in 2...4 {
                _ = try APIKeyStore.rotate(
                    rows.tenant, rows.key, digest: [digest], previousUntil: until, at: now, in: tx)
            }
        }
        let problem = try await place.problem {
            try FormerKeyStore.insert([9], of: rows.key, tenant: rows.tenant, until: until, at: now, in: $0)
        }
        #expect(problem?.code == .conflict)
        let later = try await place.problem {
            try FormerKeyStore.insert([9], of: rows.key, tenant: rows.tenant, until: until, at: until, in: $0)
        }
        #expect(later == nil, "four of them have ended by then")
        try await place.write { _ = try FormerKeyStore.expired(at: until).expire(in: $0) }
        #expect(
            try await place.read { try FormerKeyStore.digests(of: rows.key, tenant: rows.tenant, in: $0) } == [
                rows.digest("former")
            ])
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A deleted key takes its sessions and former secrets with it`(
        engine: StoreEngine
    )
        async throws
    {
        let place = try await StorePlace(engine)
        let rows = place.rows
        let notices = try await place.notices { tx throws in
            #expect(try APIKeyStore.delete(rows.tenant, rows.key, at: Self.now, in: tx))
            #expect(try !APIKeyStore.delete(rows.tenant, rows.key, at: Self.now, in: tx))
        }
        let digests = [rows.digest("key"), rows.digest("former")].map { Hex.encode($0) }.joined(separator: " ")
        #expect(notices.contains("credential \(digests)"))
        try await place.read { tx throws in
            for digest in ["key", "former"] {
                #expect(try APIKeyStore.find(digest: rows.digest(digest), at: Self.now, in: tx) == nil)
            }
            #expect(try SessionStore.find(digest: rows.digest("session"), at: Self.now, in: tx) == nil)
            #expect(try SessionStore.end(ofKey: rows.key, tenant: rows.tenant, in: tx) == nil)
        }
        #expect(try await place.count("sessions") == 1)
        await place.database.close()
    }

    // MARK: - sessions

    @Test(arguments: StoreEngine.all) func `Sessions end one by one, by user, by time and by number`(
        engine: StoreEngine
    )
        async throws
    {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            let admitted = try tx.admitted(rows.tenant)
            for number in 0..<SessionStore.perUser {
                let session = rows.sessionRow("ses-\(number)", at: rows.made.adding(seconds: Double(number + 1)))
                try SessionStore.insert(session, digest: [UInt8(number)], as: admitted, in: tx)
            }
            // The oldest has ended: the seed's.
            #expect(try SessionStore.present([rows.digest("session"), [0], [99]], in: tx).count == 2)
            #expect(try !SessionStore.delete(rows.tenant, "ses-1", user: "bob", in: tx))
            #expect(try SessionStore.delete(rows.tenant, "ses-1", user: "ann", in: tx))
            #expect(try SessionStore.find(digest: [1], at: now, in: tx) == nil)
            #expect(try SessionStore.find(digest: [2], at: now, in: tx)?.user == "ann")
            let bob = rows.sessionRow("ses-bob", user: "bob")
            try SessionStore.insert(bob, digest: [200], as: admitted, in: tx)
            try SessionStore.deleteAll(rows.tenant, user: "ann", in: tx)
            #expect(try tx.count("sessions WHERE tenant_id = \(rows.tenant)") == 1)
            #expect(try SessionStore.endSome(of: rows.key, tenant: rows.tenant, limit: 9, in: tx) == 0)
            #expect(try SessionStore.expired(at: bob.expiresAt.adding(seconds: -1)).expire(in: tx) == 0)
            #expect(try SessionStore.expired(at: bob.expiresAt).expire(in: tx) == 2, "of both tenants")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `The end of many sessions goes in batches, and the rest by a job`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        try await place.write { tx in
            let admitted = try tx.admitted(rows.tenant)
            for number in 0..<5 {
                let session = rows.sessionRow("ses-\(number)", user: "user\(number)")
                try SessionStore.insert(session, digest: [UInt8(number)], as: admitted, in: tx)
            }
            try tx.run("DELETE FROM api_keys")
            #expect(try SessionStore.endSome(of: rows.key, tenant: rows.tenant, limit: 4, in: tx) == 4)
            try SessionStore.endAll(of: rows.key, tenant: rows.tenant, at: Self.now, in: tx)
            #expect(try tx.count("sessions") == 0)
            #expect(try !JobStore.waits(rows.tenant, [EndSessionsJob.kind], in: tx))
        }
        await place.database.close()
    }
}
