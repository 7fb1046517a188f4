import JSONValue
import MeetingBaaS
import SQL
import Synchronization
import Testing

@testable import Gateway

/// The notices of commits, and what follows from them.
struct InvalidationTests {
    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test func `Values are dropped before anybody is woken, and each is woken once for a commit`() {
        let log = Log()
        let dispatcher = ChangeDispatcher([
            .wake(.deliveries, all: {}) { _ in log.add("wake") },
            .drop(.endpoint, all: {}) { log.add("drop \($0)") },
            .drop(.endpoint, all: {}) { log.add("drop too \($0)") }, .drop(.account, all: {}) { log.add("drop \($0)") },
        ])
        dispatcher.dispatch([
            ChangeNotice(.deliveries), ChangeNotice(.endpoint, "ep_1"), ChangeNotice(.deliveries),
            ChangeNotice(.endpoint, "ep_2"), ChangeNotice(.jobs),
        ])
        #expect(
            log.lines.withLock(\.self) == ["drop ep_1", "drop ep_2", "drop too ep_1", "drop too ep_2", "wake"])
    }

    @Test func `However many credentials end at once, a payload fits into a NOTIFY`() async throws {
        let place = try await TenantPlace()
        let log = Log()
        place.database.listen { for notice in $0 { log.add(notice.payload) } }
        let digests = (0..<1000).map { number in (0..<32).map { UInt8(truncatingIfNeeded: number * 7 + $0 * 13) } }
        try await place.write { $0.notify(credentials: digests) }
        let payloads = log.lines.withLock(\.self)
        #expect(payloads.allSatisfy { $0.utf8.count <= 8_000 } && payloads.count == 10)
        #expect(payloads.flatMap { $0.split(separator: " ") }.count == 1000)
    }

    /// The notices of a transaction, as `topic payload`.
    private func named(
        _ place: TenantPlace, _ body: @escaping @Sendable (any Transaction) throws -> Void
    ) async throws -> Set<String> {
        let log = Log()
        place.database.listen { for notice in $0 { log.add("\(notice.topic.name) \(notice.payload)") } }
        try await place.write(body)
        return Set(log.lines.withLock(\.self))
    }

    @Test func `Whatever is written of tenants, keys and sessions names what it ends`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        func key(_ id: String) -> APIKey {
            APIKey(
                id: id, tenant: "ten_1", name: id, scopes: [], createdAt: now, expiresAt: nil, lastUsedAt: nil)
        }
        func session(_ id: String) -> Session {
            Session(
                id: id, tenant: "ten_1", user: "ann", key: "key_2", scopes: [], createdAt: now,
                expiresAt: now.adding(seconds: 60))
        }
        let (first, second, sessions) = (key("key_1"), key("key_2"), ["ses_1", "ses_2"].map(session))
        let made = try await named(place) { tx in
            try APIKeyStore.insert(first, digest: [1], in: tx)
            try APIKeyStore.insert(second, digest: [2], in: tx)
            for (number, session) in sessions.enumerated() {
                try SessionStore.insert(session, digest: [UInt8(16 + number)], in: tx)
            }
        }
        #expect(made.isEmpty, "nothing ended")
        #expect(
            try await named(place) { tx in
                _ = try APIKeyStore.rotate(
                    "ten_1", "key_1", digest: [3], previousUntil: now.adding(seconds: 60), at: now, in: tx)
            } == ["credential 01", "api_key ten_1 key_1"])
        #expect(
            try await named(place) { _ = try APIKeyStore.delete("ten_1", "key_1", at: now, in: $0) }
                == ["credential 03 01", "api_key ten_1 key_1"])
        #expect(try await named(place) { _ = try APIKeyStore.delete("ten_1", "key_9", at: now, in: $0) } == [])
        #expect(
            try await named(place) { _ = try SessionStore.delete("ten_1", "ses_1", user: nil, in: $0) }
                == ["credential 10"])
        #expect(
            try await named(place) { try SessionStore.deleteAll("ten_1", user: "ann", in: $0) } == ["credential 11"])
        #expect(
            try await named(place) { try GenerationStore.advance("ten_1", .user, "ann", at: now, in: $0) }
                == ["user ten_1 ann"])
        var settings = TenantSettings()
        settings.limits.burst = 7
        let limited = settings
        #expect(
            try await named(place) { try TenantStore.update("ten_1", settings: limited, in: $0) } == ["tenant ten_1"])
        settings.allowedOrigins = ["https://a.example.com"]
        let listed = settings
        #expect(
            try await named(place) { try TenantStore.update("ten_1", settings: listed, in: $0) }
                == ["tenant ten_1", "origins "])
        #expect(
            try await named(place) { try TenantStore.update("ten_1", name: nil, status: .suspended, in: $0) }
                == ["tenant ten_1", "origins "])
        #expect(
            try await named(place) { try place.tenantKeys.destroyKey(of: "ten_1", in: $0) } == ["tenant_key ten_1"])
        #expect(
            try await named(place) { try TenantStore.delete("ten_1", in: $0) }
                == ["tenant ten_1", "origins ", "tenant_slug one"])
    }

    @Test func `A session that ended with a rotation stays ended after the next one`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        let key = APIKey(
            id: "key_1", tenant: "ten_1", name: "k", scopes: [], createdAt: now, expiresAt: nil, lastUsedAt: nil)
        let session = Session(
            id: "ses_1", tenant: "ten_1", user: "ann", key: "key_1", scopes: [], createdAt: now,
            expiresAt: now.adding(seconds: 600))
        try await place.write { tx in
            try APIKeyStore.insert(key, digest: [1], in: tx)
            try SessionStore.insert(session, digest: [16], in: tx)
        }
        let named = try await named(place) { tx in
            _ = try APIKeyStore.rotate("ten_1", "key_1", digest: [2], previousUntil: now, at: now, in: tx)
        }
        #expect(named == ["credential 10", "credential 01", "api_key ten_1 key_1"])
        // The next rotation has an overlap, and the session's own end is past it all.
        let later = now.adding(seconds: 1)
        try await place.write { tx in
            _ = try APIKeyStore.rotate(
                "ten_1", "key_1", digest: [3], previousUntil: later.adding(seconds: 300), at: later, in: tx)
        }
        let found = try await place.database.read { try SessionStore.find(digest: [16], at: later, in: $0) }
        #expect(found == nil)
    }

    @Test func `Whatever is written of accounts and objects names whose it was`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        let account = AccountStore.Stored(version: .v2, sealedKey: [1], sealedSecrets: [1])
        #expect(
            try await named(place) { try AccountStore.put("ten_1", account, at: now, in: $0) } == ["account ten_1"])
        #expect(try await named(place) { try AccountStore.delete("ten_1", in: $0) } == ["account ten_1"])
        #expect(
            try await named(place) { tx in
                try GenerationStore.advance("ten_1", .account, GenerationStore.account, at: now, in: tx)
            } == ["account ten_1"])
        let zoom = ObjectReference(account: "shared", version: .v1, kind: .zoomCredential, id: "z")
        let bot = Bot(
            accountID: "shared", botID: "b", tenant: "ten_1", eventID: nil, calendarID: nil, connection: nil,
            user: "ann",
            state: .joining, stateAt: now)
        let made = try await named(place) { tx in
            try OwnershipStore.recordOwner(zoom, Owner(tenant: "ten_1", user: nil), at: now, in: tx)
            try BotStore.insertIfNew(bot, at: now, in: tx)
        }
        #expect(made.isEmpty, "what nobody had is not cached")
        #expect(
            try await named(place) { try OwnershipStore.delete(zoom, in: $0) } == ["owner shared zoom_credential z"])
        #expect(try await named(place) { try BotStore.forgetUser(bot, in: $0) } == ["owner shared bot b"])
        #expect(
            try await named(place) { try BotStore.deleteMissing("b", of: "ten_1", account: "shared", in: $0) }
                == ["owner shared bot b"])
    }

    @Test func `The owner of a bot that a deleted user made is the tenant alone, at once`() async throws {
        let place = try await TenantPlace()
        let resolver = OwnershipResolver(database: place.database)
        place.database.listen(ChangeDispatcher(resolver.invalidations).dispatch)
        let bot = Bot(
            accountID: "shared", botID: "b", tenant: "ten_1", eventID: nil, calendarID: nil, connection: nil,
            user: "ann",
            state: .joining, stateAt: place.now)
        let now = place.now
        try await place.write { try BotStore.insertIfNew(bot, at: now, in: $0) }
        let reference = ObjectReference(account: "shared", version: .v2, kind: .bot, id: "b")
        for _ in 0..<3 {
            let owner = try await resolver.owner(of: reference)
            #expect(owner == Owner(tenant: "ten_1", user: "ann") && resolver.misses == 1)
        }
        #expect(resolver.cached(reference)?.user == "ann")
        try await place.write { try GenerationStore.advance("ten_1", .user, "bob", at: now, in: $0) }
        #expect(resolver.cached(reference)?.user == "ann", "another's deletion changes nothing")
        try await place.write { try GenerationStore.advance("ten_1", .user, "ann", at: now, in: $0) }
        #expect(resolver.cached(reference) == nil)
        let after = try await resolver.owner(of: reference)
        #expect(after == Owner(tenant: "ten_1", user: nil) && resolver.misses == 2)
    }
}
