import JSONValue
import OAuth
import SQL
import Sealing
import Testing

@testable import Gateway

@Suite struct ConsentStoreTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all) func `A state is used up once, in its time, at its provider`(engine: StoreEngine)
        async throws
    {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            let state = rows.digest("state")
            func take(_ provider: ProviderName = .google, at time: Timestamp = Self.now) throws -> Consent? {
                try ConsentStore.take(state: state, tenant: rows.tenant, provider, at: time, in: tx)
            }
            #expect(try ConsentStore.started([state, [1], place.other.digest("state")], at: now, in: tx).count == 2)
            #expect(try take(.microsoft) == nil && take(at: now.adding(seconds: 540)) == nil)
            let consent = try #require(try take())
            #expect(consent.connection == rows.connection && consent.user == "ann" && consent.sealedVerifier == [2])
            #expect(try take() == nil)
            #expect(try ConsentStore.started([state], at: now, in: tx) == [])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A parked code is taken once, given back, and gone with its end`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            let state = rows.digest("state")
            func takeCode() throws -> Bool { try ConsentStore.takeCode(rows.tenant, state: state, in: tx) }
            func find() throws -> Consent? { try ConsentStore.find(rows.tenant, ticket: [6], in: tx)?.0 }
            #expect(try !takeCode())
            try ConsentStore.storeCode(
                state: state, tenant: rows.tenant, sealedCode: [5], ticket: [6], until: now, in: tx)
            #expect(try find()?.sealedCode == [5] && find()?.status == .parked)
            #expect(try ConsentStore.find(rows.tenant, ticket: [6], in: tx)?.1 == now)
            #expect(try ConsentStore.find(rows.tenant, ticket: [7], in: tx) == nil)
            #expect(try takeCode() && !takeCode())
            try ConsentStore.release(rows.tenant, state: state, in: tx)
            #expect(try takeCode())
            try ConsentStore.end(rows.tenant, state: state, .done, result: "con", in: tx)
            #expect(try find()?.sealedCode == nil && find()?.resultID == "con" && find()?.status == .done)
            try ConsentStore.release(rows.tenant, state: state, in: tx)
            #expect(try !takeCode(), "it has ended")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `Codes end with their ticket or their process, and consents an hour after their end`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let now = Self.now
        try await place.write { tx in
            for rows in place.tenants {
                try ConsentStore.storeCode(
                    state: rows.digest("state"), tenant: rows.tenant, sealedCode: [5], ticket: rows.digest("t"),
                    until: now, in: tx)
            }
            func status(_ rows: Rows) throws -> Consent.Status? {
                try ConsentStore.find(rows.tenant, ticket: rows.digest("t"), in: tx)?.0.status
            }
            _ = try ConsentStore.takeCode(place.rows.tenant, state: place.rows.digest("state"), in: tx)
            try ConsentStore.voidTaken(in: tx)
            #expect(try status(place.rows) == .void && status(place.other) == .parked)
            func expire(_ seconds: Double) throws -> [Int] {
                try ConsentStore.expired(at: now.adding(seconds: seconds)).map { try $0.expire(in: tx) }
            }
            #expect(try expire(-1) == [0, 0] && expire(0) == [1, 0])
            #expect(try status(place.other) == .void)
            #expect(try expire(4_139) == [0, 0] && expire(4_140) == [0, 2])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A user has so many open consents, and the oldest goes with its connection`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let admitted = try tx.admitted(rows.tenant)
            for number in 0..<ConsentStore.openPerUser {
                let time = rows.made.adding(seconds: Double(number + 1))
                let connection = rows.connectionRow("c\(number)", subject: nil, status: .pending, at: time)
                try ConnectionStore.insert(connection, as: admitted, in: tx)
                try ConsentStore.insert(
                    rows.consent("s\(number)", connection: "c\(number)", at: time), as: admitted, in: tx)
            }
            #expect(try tx.count("consents WHERE tenant_id = \(rows.tenant)") == Int64(ConsentStore.openPerUser))
            #expect(try ConsentStore.started([rows.digest("state")], at: Self.now, in: tx) == [])
            #expect(
                try ConnectionStore.find(rows.tenant, rows.connection, user: nil, in: tx) != nil, "it is not pending")
            let time = Self.now
            try ConsentStore.insert(rows.consent("last", at: time), as: admitted, in: tx)
            #expect(try ConnectionStore.find(rows.tenant, "c0", user: nil, in: tx) == nil)
            #expect(try ConnectionStore.find(rows.tenant, "c1", user: nil, in: tx) != nil)
            try ConsentStore.insert(rows.consent("bob", user: "bob"), as: admitted, in: tx)
            #expect(try tx.count("consents WHERE tenant_id = \(rows.tenant)") == Int64(ConsentStore.openPerUser) + 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Consents of a user are deleted so many at once, with pending connections`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let admitted = try tx.admitted(rows.tenant)
            try ConnectionStore.insert(
                rows.connectionRow("p", subject: nil, status: .pending), as: admitted, in: tx)
            try ConsentStore.insert(rows.consent("two"), as: admitted, in: tx)
            try ConsentStore.insert(rows.consent("bob", user: "bob"), as: admitted, in: tx)
            func delete(_ user: String?, _ limit: Int) throws -> Int {
                try ConsentStore.deleteSome(rows.tenant, user: user, limit: limit, in: tx)
            }
            #expect(try [delete("ann", 1), delete("ann", 9), delete("ann", 9)] == [1, 2, 0])
            #expect(try delete(nil, 9) == 1)
            #expect(try tx.count("consents") == 1)
            #expect(try ConnectionStore.find(rows.tenant, "p", user: nil, in: tx) == nil)
        }
        await place.database.close()
    }

    // MARK: - grants

    @Test(arguments: StoreEngine.all)
    func `One revocation of a grant at a time, and it names the grants it may have killed`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (grant, now) = (place.rows.grant, Self.now)
        try await place.write { tx in
            func begin(_ holder: String, _ work: String, _ seconds: Double = 0) throws -> Bool {
                try RevocationStore.begin(
                    grant, holder: holder, work: work, at: now.adding(seconds: seconds), in: tx)
            }
            func mayHaveKilled(began: Double, at seconds: Double) throws -> Bool {
                try RevocationStore.mayHaveKilled(
                    grant, began: now.adding(seconds: began), at: now.adding(seconds: seconds), in: tx)
            }
            #expect(try !mayHaveKilled(began: 0, at: 0))
            #expect(try begin("h1", "con-a") && !begin("h2", "con-b"))
            #expect(try begin("h3", "con-a", 1), "the same work takes over")
            try RevocationStore.end(grant, holder: "h1", at: now, in: tx)
            #expect(try !begin("h2", "con-b", 1), "another's end is not its end")
            try RevocationStore.end(grant, holder: "h3", at: now.adding(seconds: 2), in: tx)
            #expect(try mayHaveKilled(began: 2, at: 20) && begin("h2", "con-b", 20))
            #expect(try begin("h4", "con-c", 20 + RevocationStore.attemptLife), "an attempt that died")
            let other = GoogleGrant(clientID: "200-app", subject: grant.subject)
            #expect(try !RevocationStore.mayHaveKilled(other, began: now, at: now, in: tx))
            #expect(try RevocationStore.expired(at: now.adding(seconds: 3_600)).expire(in: tx) == 0)
            #expect(try RevocationStore.expired(at: now.adding(seconds: 4_000)).expire(in: tx) == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A grant is not revoked while a connection or a consent needs it`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, other, now) = (place.rows, place.other, Self.now)
        try await place.write { tx in
            func hasOther(_ project: String = "100", _ subject: String = "sub") throws -> Bool {
                try ConnectionStore.hasOtherGrant(
                    than: rows.connection, .google, project: project, subject: subject, in: tx)
            }
            func plan(_ settings: TenantSettings = TenantSettings()) throws -> String {
                "\(try GrantRevocation.plan(rows.grant, work: rows.connection, settings: settings, at: now, in: tx))"
            }
            #expect(try hasOther() && !hasOther("200") && !hasOther("100", "sub2"))
            #expect(try plan() == "neededByConnection")
            try ConnectionStore.erase(other.tenant, other.connection, at: now, in: tx)
            #expect(try !hasOther() && plan() == "revoke")
            let claim = try GrantClaimStore.insert(
                rows.grant, tenant: other.tenant, connection: other.connection, at: now, in: tx)
            #expect(try plan() == "neededByConsent")
            #expect(try !GrantClaimStore.isClaimed(rows.grant, except: other.connection, at: now, in: tx))
            let end = now.adding(seconds: 60)
            #expect(try !GrantClaimStore.isClaimed(rows.grant, except: rows.connection, at: end, in: tx))
            try GrantClaimStore.delete(rows.tenant, claim, in: tx)
            #expect(try plan() == "neededByConsent", "another tenant's claim")
            try GrantClaimStore.delete(other.tenant, claim, in: tx)
            #expect(try plan() == "revoke")
            var settings = TenantSettings()
            settings.revokeOnDisconnect = false
            #expect(try plan(settings) == "off")
            #expect(try GrantClaimStore.expired(at: now).expire(in: tx) == 2, "the seeds'")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A grant that was not kept is stored with the job that revokes it`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let sealer = try await place.tenantKeys.sealer(for: "ten-a")
        try await place.write { tx in
            try tx.run("DELETE FROM refused_grants")
            try tx.run("DELETE FROM jobs")
            #expect(try !RefusedGrants.hasAny("ten-a", in: tx))
            try RefusedGrants.add(
                SecretBytes("token"), tenant: "ten-a", clientID: "100-app", subject: "s", sealer: sealer,
                at: Self.now, in: tx)
            #expect(try RefusedGrants.hasAny("ten-a", in: tx) && !RefusedGrants.hasAny("ten-b", in: tx))
            #expect(try JobStore.waits("ten-a", [RevokeGrantJob.kind], in: tx))
        }
        await place.database.close()
    }
}
