import Foundation
import HTTPTransport
import JSONValue
import Logging
import OAuth
import Sealing
import SQL
import Support
import Synchronization
import Testing

@testable import Gateway

/// Late requests are refused. The clock here is the test's.
struct ExpiryTests {
    private final class Hands: Sendable {
        private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
        var now: Timestamp { time.withLock { $0 } }
        func move(seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    /// Kept for the whole run: a client that goes without being shut down is a fault of its owner's.
    private static let http = HTTPClients()

    private struct Room {
        let flow: ConsentFlow
        let tenant: Tenant
        let database: any Database
        let tenantKeys: TenantKeys
        var caller: Caller { Caller(tenant: tenant, user: nil, scopes: [], credential: .key("key_1")) }
    }

    private func room(_ hands: Hands) async throws -> Room {
        let database = try await migratedDatabase()
        let tenantKeys = try await TenantKeys.open(database, master: try Keyring(current: .random()))
        var settings = TenantSettings()
        settings.returnURLs = ["https://app.example.com/done"]
        let tenant = Tenant(
            id: "ten_1", slug: "one", name: "One", status: .active, settings: settings, createdAt: hands.now)
        try await database.write { tx in
            try TenantStore.insert(tenant, in: tx)
            try tenantKeys.createKey(for: tenant.id, in: tx)
        }
        let sealed = try await tenantKeys.sealer(for: tenant.id).seal(
            SecretBytes("secret"), column: .clientSecret, row: "google")
        try await database.write { tx in
            try ProviderAppStore.put(
                ProviderApp(
                    tenant: tenant.id, provider: .google, clientID: "1-app", sealedSecret: sealed, directory: "common"),
                isNewSecret: true, at: hands.now, in: tx)
        }
        let clock = GatewayClock { hands.now }
        let providers = Providers(
            google: Google(tokenURL: "http://127.0.0.1:9/token"), microsoft: Microsoft(), http: Self.http.identity)
        let quiet = Logger(label: "expiry")
        let replica = Replica.alone(database, logger: Logger(label: "test"))
        let broker = TokenBroker(
            database: database, tenantKeys: tenantKeys, clock: clock, providers: providers, copies: .calendars,
            replica: replica, logger: quiet)
        let grants = GrantLinking(
            database: database, tenantKeys: tenantKeys, clock: clock, providers: providers, broker: broker,
            copies: .calendars,
            logger: quiet)
        return Room(
            flow: ConsentFlow(
                database: database, tenantKeys: tenantKeys, replica: replica, clock: clock, providers: providers,
                publicURL: "http://localhost",
                grants: grants), tenant: tenant, database: database, tenantKeys: tenantKeys)
    }

    /// Starts a consent and answers what the provider would send back.
    private func start(_ room: Room) async throws -> (String, ConsentFlow.Callback) {
        let started = try await room.flow.start(
            caller: room.caller, user: "ann", provider: .google, returnURL: "https://app.example.com/done",
            loginHint: nil)
        let query = Form.decode(String(started.authorizeURL.split(separator: "?").last ?? "")) ?? []
        let state = try #require(query.first { $0.name == "state" }?.value)
        return (
            started.connection, .init(state: state, code: "4/0A", error: nil, description: nil, issuer: Google.issuer)
        )
    }

    @Test func `A state lives ten minutes`() async throws {
        let hands = Hands()
        let room = try await room(hands)
        let (_, early) = try await start(room)
        let (_, late) = try await start(room)
        hands.move(seconds: 599)
        _ = try await room.flow.callback(early, provider: .google, slug: "one")
        hands.move(seconds: 2)
        await #expect(throws: ConsentRefused.self) {
            _ = try await room.flow.callback(late, provider: .google, slug: "one")
        }
    }

    @Test func `A parked code lives 300 seconds`() async throws {
        let hands = Hands()
        let room = try await room(hands)
        let (id, given) = try await start(room)
        let back = try await room.flow.callback(given, provider: .google, slug: "one")
        let query = Form.decode(String(back.split(separator: "?").last ?? "")) ?? []
        let ticket = try #require(query.first { $0.name == "ticket" }?.value)
        hands.move(seconds: 299)
        // In time: it gets as far as the provider, which does not answer here; that does not use the ticket up.
        await #expect(throws: TokenError.self) {
            _ = try await room.flow.complete(caller: room.caller, user: "ann", connection: id, ticket: ticket)
        }
        hands.move(seconds: 2)
        do {
            _ = try await room.flow.complete(caller: room.caller, user: "ann", connection: id, ticket: ticket)
            Issue.record("a late ticket was taken")
        } catch let problem as Problem {
            #expect(problem.code == .ticketInvalid)
        }
        // And what was parked is gone from the database.
        let now = hands.now
        try await room.database.expire(ConsentStore.expired(at: now))
        let kept = try await room.database.read {
            try $0.run("SELECT sealed_code FROM consents WHERE sealed_code IS NOT NULL")
        }
        #expect(kept.isEmpty)
    }

    @Test func `A session, a key and a key's former secret end at their time`() async throws {
        let hands = Hands()
        let room = try await room(hands)
        let now = hands.now
        let session = Session(
            id: "ses_1", tenant: "ten_1", user: "ann", key: "key_1", scopes: [], createdAt: now,
            expiresAt: now.adding(seconds: 60))
        let key = APIKey(
            id: "key_1", tenant: "ten_1", name: "k", scopes: [], createdAt: now, expiresAt: now.adding(seconds: 600),
            lastUsedAt: nil)
        try await room.database.write { tx in
            try SessionStore.insert(session, digest: [1], in: tx)
            try APIKeyStore.insert(key, digest: [2], in: tx)
            _ = try APIKeyStore.rotate(
                "ten_1", "key_1", digest: [3], previousUntil: now.adding(seconds: 60), at: now, in: tx)
        }
        func found(after seconds: Double) async throws -> [Bool] {
            let time = now.adding(seconds: seconds)
            return try await room.database.read { tx in
                [
                    try SessionStore.find(digest: [1], at: time, in: tx) != nil,
                    try APIKeyStore.find(digest: [2], at: time, in: tx) != nil,
                    try APIKeyStore.find(digest: [3], at: time, in: tx) != nil,
                ]
            }
        }
        #expect(try await found(after: 59) == [true, true, true])
        #expect(try await found(after: 61) == [false, false, true])
        #expect(try await found(after: 601) == [false, false, false])
    }

    @Test func `Messages go after their retention, but not while somebody still waits for them`() async throws {
        let hands = Hands()
        let room = try await room(hands)
        let now = hands.now
        let endpoint = Endpoint(
            id: "ep_1", tenant: "ten_1", url: "https://hooks.example.com/", description: nil, eventTypes: ["*"],
            status: .enabled, sealedSecret: [1], createdAt: now)
        @Sendable func message(_ id: String, daysAgo: Double) -> Message {
            Message(
                id: id, tenant: "ten_1", type: "t", timestamp: "\(now)", data: "{}", extra: nil,
                context: MessageContext(), receivedAt: now.adding(seconds: -daysAgo * 86_400))
        }
        try await room.database.write { tx in
            for (id, days) in [("msg_old", 31.0), ("msg_young", 29)] {
                try MessageStore.insert(message(id, daysAgo: days), in: tx)
            }
            try EndpointStore.insert(endpoint, in: tx)
            try MessageStore.insert(message("msg_waiting", daysAgo: 31), in: tx)
        }
        func kept() async throws -> Set<String> {
            try await RetentionRound(database: room.database, rules: FeatureLists.retention(days: 30)).run(at: now)
            return Set(try await room.database.read { try $0.run("SELECT id FROM messages").map { try $0.text("id") } })
        }
        #expect(try await kept() == ["msg_young", "msg_waiting"])
        _ = try await room.database.write { tx in
            try tx.run("UPDATE deliveries SET status = 'delivered' WHERE message_id = 'msg_waiting'")
        }
        #expect(try await kept() == ["msg_young"])
    }

    @Test func `A stored reply lives a day, and a request that sent nothing frees its key when it is gone`()
        async throws
    {
        let hands = Hands()
        let room = try await room(hands)
        let row = IdempotencyStore.Row(tenant: "ten_1", id: "1", fingerprint: [1])
        let other = IdempotencyStore.Row(tenant: "ten_1", id: "1", fingerprint: [2])
        func claim(_ row: IdempotencyStore.Row) async throws -> String {
            let now = hands.now
            return "\(try await room.database.write { try IdempotencyStore.claim(row, as: "c", at: now, in: $0) })"
        }
        #expect(try await [claim(row), claim(row), claim(other)] == ["fresh", "running", "mismatch"])
        try await room.database.write { try IdempotencyStore.releaseUnsent(in: $0) }
        #expect(try await claim(row) == "fresh")
        hands.move(seconds: Idempotency.timeout)
        #expect(try await claim(row) == "fresh", "nobody runs for five minutes")
        #expect(
            try await room.database.write { try IdempotencyStore.finish(row, claim: "c", user: nil, [7], in: $0) })
        try await room.database.write { try IdempotencyStore.releaseUnsent(in: $0) }
        hands.move(seconds: Idempotency.ttl - 1)
        #expect(try await claim(row) == "done([7])")
        hands.move(seconds: 2)
        #expect(try await claim(other) == "fresh", "after a day the key is free")
    }

    @Test func `A day's bots come back at midnight in UTC`() async throws {
        let hands = Hands()
        let room = try await room(hands)
        func take() async -> Int? {
            let now = hands.now
            do {
                try await room.database.write { try DailyQuota.takeBot("ten_1", limit: 1, at: now, in: $0) }
                return nil
            } catch { return (error as? Problem)?.retryAfter }
        }
        #expect(await take() == nil)
        let wait = await take()
        // 2027-01-15T08:00:00Z: sixteen hours are left.
        #expect(wait == 16 * 3600 + 1)
        hands.move(seconds: Double(wait ?? 0))
        #expect(await take() == nil)
    }
}
