import JSONValue
import OAuth
import SQL
import Testing

@testable import Gateway

@Suite struct ConnectionStoreTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all) func `A connection is found by its id and by its account at the provider`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let admitted = try tx.admitted(rows.tenant)
            let pending = rows.connectionRow("con-0", user: "bob", subject: nil, status: .pending)
            try ConnectionStore.insert(pending, as: admitted, in: tx)
            try ConnectionStore.insert(rows.connectionRow("con-z", user: "bob", subject: "sub2"), as: admitted, in: tx)
            let found = try #require(try ConnectionStore.find(rows.tenant, rows.connection, user: nil, in: tx))
            #expect(found.email == "ann@example.com" && found.scopes == ["calendar"] && found.sealedRefreshToken == [1])
            #expect(found.status == .active && found.generation == 0 && found.refreshedAt == rows.made)
            #expect(try ConnectionStore.find(rows.tenant, rows.connection, user: "bob", in: tx) == nil)
            for (user, isFound) in [(nil, true), ("ann", true), ("bob", false)] {
                let caller = Caller(tenant: rows.tenantRow(), user: user, scopes: [], credential: .key("key-1"))
                let own = try? ConnectionStore.find(caller, rows.connection, in: tx)
                #expect((own?.id == rows.connection) == isFound)
            }
            func id(_ user: String, _ subject: String, _ provider: ProviderName = .google) throws -> String? {
                try ConnectionStore.find(rows.tenant, user: user, provider, subject: subject, in: tx)?.id
            }
            #expect(try id("ann", "sub") == rows.connection && id("bob", "sub") == nil && id("bob", "sub2") == "con-z")
            #expect(try id("ann", "sub", .microsoft) == nil)
            func list(user: String? = nil, after: String? = nil, limit: Int = 9) throws -> [String] {
                try ConnectionStore.list(rows.tenant, user: user, after: after, limit: limit, in: tx).map(\.id)
            }
            #expect(try list() == [rows.connection, "con-z"], "pending ones are not listed")
            #expect(try list(limit: 1) == [rows.connection] && list(after: rows.connection) == ["con-z"])
            #expect(try list(user: "bob") == ["con-z"])
            #expect(try ConnectionStore.hasLive(rows.tenant, .google, in: tx))
            #expect(try !ConnectionStore.hasLive(rows.tenant, .microsoft, in: tx))
            try ConnectionStore.deletePending(rows.tenant, "con-0", in: tx)
            try ConnectionStore.deletePending(rows.tenant, "con-z", in: tx)
            #expect(try tx.count("connections WHERE tenant_id = \(rows.tenant)") == 2)
        }
        await #expect("one connection for a user's account") {
            try await place.write { tx in
                try ConnectionStore.insert(rows.connectionRow("twin"), as: tx.admitted(rows.tenant), in: tx)
            }
        } throws: { isUniqueViolation($0) }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A write names the generation that it read, and announces another status`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func read() throws -> Connection {
                try #require(try ConnectionStore.find(rows.tenant, rows.connection, user: nil, in: tx))
            }
            func save(_ connection: Connection, from former: Connection.Status) throws -> Bool {
                try ConnectionStore.saveRefreshed(
                    connection, from: former, copies: .calendars, at: Self.now, in: tx)
            }
            func messages(_ type: String) throws -> Int64 {
                try tx.count("messages WHERE type = \(type) AND tenant_id = \(rows.tenant)")
            }
            let first = try read()
            var connection = first
            connection.sealedRefreshToken = [2]
            #expect(try save(connection, from: .active))
            #expect(try read().generation == 1 && read().sealedRefreshToken == [2] && read().updatedAt == Self.now)
            #expect(try !save(first, from: .active), "read before the other's write")
            connection = try read()
            connection.status = .blocked
            #expect(try save(connection, from: .active) && messages("connection.blocked") == 1)
            connection = try read()
            connection.status = .active
            #expect(
                try ConnectionStore.save(
                    connection, from: .blocked, copies: .calendars, as: tx.admitted(rows.tenant), at: Self.now,
                    in: tx))
            #expect(try messages("connection.recovered") == 1 && messages("connection.active") == 0)
            let last = try read()
            #expect(try ConnectionStore.markDeleting(rows.tenant, rows.connection, at: Self.now, in: tx))
            #expect(try !save(last, from: .active))
            #expect(try !save(try read(), from: .deleting), "its deletion has begun")
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A deleted connection leaves a tombstone without token, address and account`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            func hasUnfinished(before time: Timestamp = Self.now) throws -> Bool {
                try ConnectionStore.hasUnfinished(rows.tenant, user: "ann", before: time, in: tx)
            }
            func undeleted() throws -> [String] {
                try ConnectionStore.undeleted(rows.tenant, user: nil, before: now, limit: 9, in: tx).map(\.id)
            }
            #expect(try hasUnfinished() && !hasUnfinished(before: rows.made.adding(seconds: -1)))
            #expect(try undeleted() == [rows.connection])
            #expect(
                try ConnectionStore.undeleted(rows.tenant, user: "bob", before: now, limit: 9, in: tx).isEmpty)
            #expect(
                try ConnectionStore.undeleted(
                    rows.tenant, user: "ann", before: rows.made.adding(seconds: -1), limit: 9, in: tx
                ).isEmpty)
            _ = try ConnectionStore.markDeleting(rows.tenant, rows.connection, at: now, in: tx)
            #expect(try undeleted() == [] && hasUnfinished())
            try ConnectionStore.erase(rows.tenant, rows.connection, at: now, in: tx)
            #expect(try !hasUnfinished())
            #expect(try ConnectionStore.find(rows.tenant, rows.connection, user: nil, in: tx) == nil)
            #expect(try !ConnectionStore.markDeleting(rows.tenant, rows.connection, at: now, in: tx))
            #expect(
                try tx.count(
                    """
                    connections WHERE id = \(rows.connection) AND sealed_refresh_token IS NULL AND email IS NULL
                        AND subject IS NULL AND deleted_at = \(now.milliseconds)
                    """) == 1)
            // Its account may be connected again.
            try ConnectionStore.insert(rows.connectionRow("again"), as: tx.admitted(rows.tenant), in: tx)
            try ConnectionStore.insert(
                rows.connectionRow("old", user: "bob", subject: nil, status: .pending, at: now.adding(seconds: -3_600)),
                as: tx.admitted(rows.tenant), in: tx)
            func expire(_ seconds: Double) throws -> [Int] {
                try ConnectionStore.expired(at: now.adding(seconds: seconds), tombstonesAfter: 60).map {
                    try $0.expire(in: tx)
                }
            }
            #expect(try expire(59) == [0, 1] && expire(60) == [1, 0])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Grants are kept alive, the longest unused first and each once a day`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let (rows, now) = (place.rows, Self.now)
        try await place.write { tx in
            let admitted = try tx.admitted(rows.tenant)
            for (id, seconds, status) in [
                ("old", -900.0, Connection.Status.active), ("older", -950, .active), ("b1", -900, .blocked),
                ("b2", -950, .blocked),
            ] {
                let row = rows.connectionRow(id, subject: id, status: status, at: now.adding(seconds: seconds))
                try ConnectionStore.insert(row, as: admitted, in: tx)
            }
            func idle(_ seconds: Double = 600, limit: Int = 9) throws -> [String] {
                try ConnectionStore.idle(seconds: seconds, at: now, limit: limit, in: tx).map(\.id)
            }
            func blocked(_ limit: Int = 9) throws -> [String] {
                try ConnectionStore.blocked(seconds: 600, at: now, limit: limit, in: tx).map(\.id)
            }
            #expect(try idle() == ["older", "old"] && idle(limit: 1) == ["older"] && idle(30).count == 3)
            #expect(try blocked() == ["b2", "b1"] && blocked(1) == ["b2"])
            for id in ["older", "b2"] {
                let tried = try #require(try ConnectionStore.find(rows.tenant, id, user: nil, in: tx))
                try ConnectionStore.noteKeepAlive(tried, at: now, in: tx)
            }
            #expect(try idle() == ["old"] && blocked() == ["b1"])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A deletion marks the connection and its calendars, and queues the work`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let (rows, now) = (place.rows, Self.now)
        let deletion = ConnectionDeletion(dependents: .calendars)
        try await place.write { tx in
            let connection = try #require(try ConnectionStore.find(rows.tenant, rows.connection, user: nil, in: tx))
            // The other tenant has the same account of the same project.
            #expect(
                try deletion.begin(connection, settings: TenantSettings(), at: now, in: tx) == .keptOtherGrants)
            #expect(try !CalendarStore.isLive(rows.tenant, rowID: rows.calendar, in: tx))
            #expect(try CalendarStore.isLive(place.other.tenant, rowID: place.other.calendar, in: tx))
            #expect(try JobStore.waits(rows.tenant, [DeleteConnectionJob.kind], in: tx))
            let other = place.other
            #expect(
                try !deletion.beginSome(
                    other.tenant, user: "ann", before: rows.made.adding(seconds: -1), settings: TenantSettings(),
                    at: now, in: tx))
            #expect(try !JobStore.waits(other.tenant, [DeleteConnectionJob.kind], in: tx))
            #expect(try !deletion.beginSome(other.tenant, settings: TenantSettings(), at: now, in: tx))
            #expect(try JobStore.waits(other.tenant, [DeleteConnectionJob.kind], in: tx))
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A provider app counts its secrets, and is the tenant's one at the provider`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func put(_ secret: UInt8, isNew: Bool) throws -> Int64 {
                let app = ProviderApp(
                    tenant: rows.tenant, provider: .google, clientID: "200-app", sealedSecret: [secret],
                    directory: "common")
                try ProviderAppStore.put(app, isNewSecret: isNew, as: tx.admitted(rows.tenant), at: Self.now, in: tx)
                return try ProviderAppStore.secretVersion(rows.tenant, .google, in: tx)
            }
            #expect(try [put(2, isNew: true), put(2, isNew: false), put(3, isNew: true)] == [1, 1, 2])
            let found = try #require(try ProviderAppStore.find(rows.tenant, .google, in: tx))
            #expect(found.clientID == "200-app" && found.sealedSecret == [3] && found.directory == "common")
            #expect(try ProviderAppStore.find(rows.tenant, .microsoft, in: tx) == nil)
            #expect(try ProviderAppStore.find(place.other.tenant, .google, in: tx)?.clientID == "100-app")
            #expect(try ProviderAppStore.secretVersion(rows.tenant, .microsoft, in: tx) == 0)
            try ProviderAppStore.delete(rows.tenant, .google, in: tx)
            #expect(try ProviderAppStore.find(rows.tenant, .google, in: tx) == nil)
        }
        await place.database.close()
    }
}
