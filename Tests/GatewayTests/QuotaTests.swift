import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import NIOCore
import OAuth
import Sealing
import SQL
import Synchronization
import Testing

@testable import Gateway

/// One user, or one tenant, cannot fill the disk.
struct QuotaTests {
    private static let http = HTTPClients()

    @Test func `A user has a hundred live sessions, and the oldest ends`() async throws {
        let place = try await TenantPlace()
        let ended = Mutex<[String]>([])
        place.database.listen { notices in ended.withLock { $0 = notices.map(\.payload) } }
        /// - Returns: the digests of the sessions that ended, as the commit names them.
        func mint(_ id: Int, _ user: String = "ann", ttl: Double = 3600) async throws -> [String] {
            ended.withLock { $0 = [] }
            place.move(seconds: 1)
            let now = place.now
            let session = Session(
                id: "ses_\(id)", tenant: "ten_1", user: user, key: "key_1", scopes: [], createdAt: now,
                expiresAt: now.adding(seconds: ttl))
            try await place.write {
                try SessionStore.insert(session, digest: Digests.sha256(Array("\(id)".utf8)), in: $0)
            }
            return ended.withLock(\.self)
        }
        _ = try await mint(1000, "bob")
        for id in 0..<100 { #expect(try await mint(id).isEmpty) }
        #expect(try await mint(100) == [Hex.encode(Digests.sha256(Array("0".utf8)))])
        #expect(try await place.number("SELECT COUNT(*) AS n FROM sessions WHERE user_id = 'ann'") == 100)
        #expect(try await place.number("SELECT COUNT(*) AS n FROM sessions WHERE user_id = 'bob'") == 1)
        // Expired sessions are not counted, and evict none.
        for id in 101..<150 { _ = try await mint(id, ttl: 1) }
        place.move(seconds: 2)
        let before = try await place.number(
            "SELECT COUNT(*) AS n FROM sessions WHERE user_id = 'ann' AND expires_at > \(place.now.milliseconds)")
        #expect(try await mint(150).isEmpty)
        let after = try await place.number(
            "SELECT COUNT(*) AS n FROM sessions WHERE user_id = 'ann' AND expires_at > \(place.now.milliseconds)")
        #expect(after == before + 1)
    }

    @Test func `Sessions of the same moment end too, but never the new one`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        try await place.write { tx in
            try APIKeyStore.insert(
                APIKey(
                    id: "key_1", tenant: "ten_1", name: "key", scopes: [], createdAt: now, expiresAt: nil,
                    lastUsedAt: nil), digest: [255], in: tx)
        }
        for id in 0..<130 {
            let session = Session(
                id: Identifier.make(.session), tenant: "ten_1", user: "ann", key: "key_1", scopes: [], createdAt: now,
                expiresAt: now.adding(seconds: 60))
            let isThere = try await place.write { tx in
                try SessionStore.insert(session, digest: [UInt8(id)], in: tx)
                return try SessionStore.find(digest: [UInt8(id)], at: now, in: tx) != nil
            }
            #expect(isThere)
        }
        #expect(try await place.number("SELECT COUNT(*) AS n FROM sessions") == 100)
    }

    private func flow(_ place: TenantPlace) async throws -> ConsentFlow {
        let sealed = try await place.tenantKeys.sealer(for: "ten_1").seal(
            SecretBytes("secret"), column: .clientSecret, row: "google")
        let now = place.now
        try await place.write { tx in
            try ProviderAppStore.put(
                ProviderApp(
                    tenant: "ten_1", provider: .google, clientID: "1-app", sealedSecret: sealed, directory: "common"),
                isNewSecret: true, at: now, in: tx)
        }
        let providers = Providers(
            google: Google(tokenURL: "http://127.0.0.1:9/token"), microsoft: Microsoft(), http: Self.http.identity)
        let replica = Replica.alone(place.database, logger: Logger(label: "test"))
        return ConsentFlow(
            database: place.database, tenantKeys: place.tenantKeys, replica: replica, clock: place.clock,
            providers: providers,
            publicURL: "http://localhost",
            grants: GrantLinking(
                database: place.database, tenantKeys: place.tenantKeys, clock: place.clock, providers: providers,
                broker: TokenBroker(
                    database: place.database, tenantKeys: place.tenantKeys, clock: place.clock, providers: providers,
                    copies: .calendars, replica: replica, logger: Logger(label: "test")),
                copies: .calendars, logger: Logger(label: "test")))
    }

    private func caller(_ place: TenantPlace) -> Caller {
        Caller(tenant: place.tenant, user: nil, scopes: [], credential: .key("key_1"))
    }

    private func place() async throws -> TenantPlace {
        var settings = TenantSettings()
        settings.returnURLs = ["https://app.example.com/done"]
        return try await TenantPlace(settings)
    }

    /// - Returns: the connection, and what the provider would send back.
    private func start(_ place: TenantPlace, _ flow: ConsentFlow, _ user: String = "ann", refusing: Bool = false)
        async throws -> (String, ConsentFlow.Callback)
    {
        place.move(seconds: 0.01)
        let started = try await flow.start(
            caller: caller(place), user: user, provider: .google, returnURL: "https://app.example.com/done",
            loginHint: nil)
        let query = Form.decode(String(started.authorizeURL.split(separator: "?").last ?? "")) ?? []
        let state = try #require(query.first { $0.name == "state" }?.value)
        return (
            started.connection,
            .init(
                state: state, code: refusing ? nil : "4/0A", error: refusing ? "access_denied" : nil, description: nil,
                issuer: Google.issuer)
        )
    }

    @Test func `A user has twenty open consents, and the oldest ends`() async throws {
        let place = try await place()
        let flow = try await flow(place)
        let other = try await start(place, flow, "bob")
        var begun: [(String, ConsentFlow.Callback)] = []
        for _ in 0..<25 { begun.append(try await start(place, flow)) }
        #expect(try await place.number("SELECT COUNT(*) AS n FROM consents WHERE user_id = 'ann'") == 20)
        let pending = try await place.number(
            "SELECT COUNT(*) AS n FROM connections WHERE user_id = 'ann' AND status = 'pending'")
        #expect(pending == 20, "what was to come of them is gone too")
        await #expect(throws: ConsentRefused.self) {
            _ = try await flow.callback(begun[4].1, provider: .google, slug: "one")
        }
        for callback in [begun[5].1, begun[24].1, other.1] {
            _ = try await flow.callback(callback, provider: .google, slug: "one")
        }
        // Parked ones are open as well.
        for _ in 0..<20 { _ = try await start(place, flow) }
        #expect(try await place.number("SELECT COUNT(*) AS n FROM consents WHERE user_id = 'ann'") == 20)
        #expect(try await place.number("SELECT COUNT(*) AS n FROM consents WHERE user_id = 'bob'") == 1)
    }

    @Test func `Consents that were begun and ended leave little, and go an hour after they expired`() async throws {
        let place = try await place()
        let flow = try await flow(place)
        for _ in 0..<150 {
            let (_, callback) = try await start(place, flow, refusing: true)
            _ = try await flow.callback(callback, provider: .google, slug: "one")
        }
        #expect(try await place.number("SELECT COUNT(*) AS n FROM consents") <= 101)
        #expect(try await place.number("SELECT COUNT(*) AS n FROM connections") <= 101)
        func kept(after seconds: Double) async throws -> Int64 {
            place.move(seconds: seconds)
            let now = place.now
            try await place.database.expire(ConsentStore.expired(at: now))
            return try await place.number("SELECT COUNT(*) AS n FROM consents")
        }
        #expect(try await kept(after: 600 + 3590) > 0)
        #expect(try await kept(after: 20) == 0)
    }

    @Test func `A consent that is renewed leaves its pending connection to the new one`() async throws {
        let place = try await place()
        let flow = try await flow(place)
        let (id, _) = try await start(place, flow)
        let connection = try #require(
            try await place.database.read { try ConnectionStore.find("ten_1", id, user: nil, in: $0) })
        place.move(seconds: 0.01)
        for _ in 0..<19 { _ = try await start(place, flow) }
        place.move(seconds: 0.01)
        _ = try await flow.start(
            caller: caller(place), user: "ann", provider: .google, returnURL: "https://app.example.com/done",
            loginHint: nil, existing: connection)
        #expect(try await place.database.read { try ConnectionStore.find("ten_1", id, user: nil, in: $0) } != nil)
    }

    @Test func `A tenant's stored replies have 64 MiB`() async throws {
        let place = try await TenantPlace()
        let idempotency = Idempotency(
            database: place.database, tenantKeys: place.tenantKeys,
            replica: .alone(place.database, logger: Logger(label: "test")),
            clock: place.clock, logger: Logger(label: "test"))
        let caller = Caller(tenant: place.tenant, user: nil, scopes: [], credential: .key("key_1"))
        func post(_ key: String, bytes: Int = 1 << 20) async throws -> Response {
            var head = HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/api/v1/things")
            head.headerFields[Idempotency.name] = key
            return try await idempotency.once(
                Request(head: head, body: .init(buffer: ByteBuffer(string: "{}"))), route: "POST /api/v1/things",
                owner: .init(caller)
            ) { _ in Response.text(String(repeating: "x", count: bytes), type: "text/plain") }
        }
        let row = IdempotencyStore.Row(tenant: "ten_1", id: "before", fingerprint: [1])
        let now = place.now
        try await place.write {
            try IdempotencyQuota.count([UInt8](repeating: 0, count: 63 << 20), row, at: now, in: $0)
        }
        _ = try await post("first")
        place.move(seconds: 10)
        let refused = await place.problem { _ = try await post("second", bytes: 1) }
        #expect(refused?.code == .quotaExceeded && refused?.action == .tenant)
        let wait = try #require(refused?.retryAfter)
        #expect((86_000...90_000).contains(wait), "\(wait)")
        #expect(try await place.number("SELECT COUNT(*) AS n FROM idempotency_keys") == 1)
        // A stored answer is returned, whatever the quota.
        let again = try await post("first")
        #expect(again.headers.contains { $0.name.canonicalName == "idempotency-replayed" })
        place.move(seconds: Double(wait))
        _ = try await post("second", bytes: 1)
        let later = place.now
        try await place.database.expire([IdempotencyQuota.expired(at: later)])
        #expect(try await place.number("SELECT COUNT(*) AS n FROM idempotency_use") == 1)
    }
    @Test func `A reply that is stored after its tenant was deleted has no place to be counted in`() async throws {
        let place = try await TenantPlace()
        let row = IdempotencyStore.Row(tenant: "ten_1", id: "late", fingerprint: [1])
        let (tenantKeys, now) = (place.tenantKeys, place.now)
        try await place.write { try IdempotencyQuota.count([1], row, at: now, in: $0) }
        #expect(try await place.number("SELECT SUM(bytes) AS n FROM idempotency_use") == 1)
        try await place.write { tx in
            try tenantKeys.destroyKey(of: "ten_1", in: tx)
            try TenantStore.delete("ten_1", in: tx)
        }
        try await place.write { try IdempotencyQuota.count([1], row, at: now, in: $0) }
        #expect(try await place.number("SELECT COUNT(*) AS n FROM idempotency_use") == 0)
    }
}
