import JSONValue
import SQL
import Support
import Testing

@testable import Gateway

/// A tenant with a long history: what changes all of it takes effect at once, and its rows follow in small transactions.
struct LargeTenantTests {
    private static let endpoint = "ten_1_ep_1"

    /// One endpoint with 20 000 deliveries of 10 000 messages at two endpoints.
    private func place(_ status: String) async throws -> TenantPlace {
        let place = try await TenantPlace()
        let now = place.now
        try await place.write { tx in
            try RetentionTests.messages(10_000, of: "ten_1", prefix: "msg_", before: now.adding(seconds: -60), in: tx)
            try RetentionTests.endpoints(2, of: "ten_1", in: tx)
            try RetentionTests.deliveries(of: "ten_1", in: tx)
            let due = status == "pending" ? now.milliseconds : nil
            try tx.run("UPDATE deliveries SET status = \(status), next_attempt_at = \(due)")
        }
        place.database.resetLargestWrite()
        return place
    }

    private func count(_ place: TenantPlace, _ rest: Query) async throws -> Int64 {
        try await place.number("SELECT COUNT(*) AS n FROM \(rest)")
    }

    private func expectSmallWrites(_ place: TenantPlace) {
        let largest = place.database.load.largestWrite
        #expect((100...2_000).contains(largest.rows), "\(largest.rows) rows: \(largest.statement)")
    }

    /// The deliveries that the worker finds to send.
    private func due(_ place: TenantPlace) async throws -> Set<String> {
        let now = place.now
        return try await place.database.read { tx in
            let found = try PendingDeliveries.waiting(in: tx).map(\.endpoint).filter {
                try !PendingDeliveries.due($0, 0, limit: 1, at: now, in: tx).isEmpty
            }
            return Set(found)
        }
    }

    /// The jobs that wait, done.
    private func work(_ place: TenantPlace) async throws {
        let (database, clock, now) = (place.database, place.clock, place.now)
        let performers: [any Job] = [
            UpdateDeliveriesJob(database: database, clock: clock),
            HastenDeliveriesJob(database: database, clock: clock), ReplayJob(database: database, clock: clock),
            AttributeQuarantinedJob(
                database: database, clock: clock,
                attribution: WebhookAttribution(changeLog: EventChangeLog(tenantKeys: place.tenantKeys))
            ),
            EndSessionsJob(database: database),
        ]
        let kinds = performers.map { type(of: $0).kind }
        while true {
            let jobs = try await database.write { tx in
                try JobStore.claim(JobStore.waiting(kinds, at: now, in: tx), running: [], at: now, in: tx)
            }
            guard !jobs.isEmpty else { return }
            for job in jobs {
                for performer in performers where type(of: performer).kind == job.kind {
                    try await performer.run(job, isLastTry: false)
                }
                _ = try await database.write { try JobStore.remove(job, in: $0) }
            }
        }
    }

    private func setStatus(_ status: Endpoint.Status, in place: TenantPlace) async throws {
        let now = place.now
        try await place.write { tx in
            var endpoint = try #require(try EndpointStore.find("ten_1", Self.endpoint, in: tx))
            endpoint.status = status
            try EndpointStore.update(endpoint, in: tx)
            try DeliveryUpdates.begin("ten_1", endpoint: Self.endpoint, at: now, in: tx)
        }
    }

    @Test func `A disabled endpoint gets nothing more at once, and its deliveries are held`() async throws {
        let place = try await place("pending")
        #expect(try await due(place) == [Self.endpoint, "ten_1_ep_2"])
        try await setStatus(.disabled, in: place)
        #expect(try await due(place) == ["ten_1_ep_2"])
        let id = try await place.database.read { tx in
            try tx.first("SELECT id FROM deliveries WHERE endpoint_id = \(Self.endpoint) AND status = 'pending'")?
                .text("id")
        }
        let (now, waiting) = (place.now, try #require(id, "some are still pending"))
        let found = try await place.database.read { try PendingDeliveries.context("ten_1", waiting, at: now, in: $0) }
        let isNothing = if case .nothing = found { true } else { false }
        #expect(isNothing, "it would be sent")
        try await work(place)
        #expect(try await count(place, "deliveries WHERE endpoint_id = 'ten_1_ep_1' AND status = 'held'") == 10_000)
        #expect(try await count(place, "deliveries WHERE endpoint_id = 'ten_1_ep_2' AND status = 'pending'") == 10_000)
        try await setStatus(.enabled, in: place)
        #expect(try await due(place) == [Self.endpoint, "ten_1_ep_2"])
        try await work(place)
        #expect(try await count(place, "deliveries WHERE status = 'pending'") == 20_000)
        expectSmallWrites(place)
    }

    @Test func `The newest state wins when an endpoint is switched back before its rows have followed`() async throws {
        let place = try await place("pending")
        for status in [Endpoint.Status.disabled, .enabled, .disabled, .enabled] {
            try await setStatus(status, in: place)
        }
        try await work(place)
        #expect(try await count(place, "deliveries WHERE status = 'pending'") == 20_000)
        for status in [Endpoint.Status.disabled, .enabled, .disabled] { try await setStatus(status, in: place) }
        try await work(place)
        #expect(try await count(place, "deliveries WHERE endpoint_id = 'ten_1_ep_1' AND status = 'held'") == 10_000)
        #expect(try await count(place, "jobs") == 0)
        expectSmallWrites(place)
    }

    @Test func `A suspended tenant's deliveries are held, and due again when it is active`() async throws {
        let place = try await place("pending")
        let now = place.now
        func set(_ status: Tenant.Status) async throws {
            try await place.write { tx in
                try TenantStore.update("ten_1", name: nil, status: status, in: tx)
                try DeliveryUpdates.begin("ten_1", at: now, in: tx)
            }
        }
        try await set(.suspended)
        #expect(try await due(place).isEmpty)
        try await work(place)
        #expect(try await count(place, "deliveries WHERE status = 'held'") == 20_000)
        // One of them stays closed by itself.
        try await setStatus(.disabled, in: place)
        try await set(.active)
        try await work(place)
        #expect(try await count(place, "deliveries WHERE endpoint_id = 'ten_1_ep_1' AND status = 'held'") == 10_000)
        #expect(try await count(place, "deliveries WHERE endpoint_id = 'ten_1_ep_2' AND status = 'pending'") == 10_000)
        expectSmallWrites(place)
    }

    @Test func `A deleted endpoint is gone at once, and its rows follow`() async throws {
        let place = try await place("pending")
        let now = place.now
        let gone = try await place.write { tx in
            guard try EndpointStore.delete("ten_1", Self.endpoint, in: tx) else { return false }
            try DeliveryUpdates.begin("ten_1", endpoint: Self.endpoint, at: now, in: tx)
            return true
        }
        #expect(gone)
        #expect(try await due(place) == ["ten_1_ep_2"])
        let (presented, deliveries, attempts) = try await place.database.read { tx in
            (
                try EndpointStore.list("ten_1", in: tx).map(\.id),
                try DeliveryStore.list(
                    "ten_1", .init(endpoint: Self.endpoint), after: nil, limit: 10, in: tx
                ).count,
                try AttemptStore.list(
                    "ten_1", .init(endpoint: Self.endpoint), after: nil, limit: 10, opened: { _, _ in nil }, in: tx
                ).count
            )
        }
        #expect(presented == ["ten_1_ep_2"] && deliveries == 0 && attempts == 0)
        #expect(try await !place.write { try EndpointStore.delete("ten_1", Self.endpoint, in: $0) })
        try await work(place)
        #expect(try await count(place, "webhook_endpoints") == 1)
        #expect(try await count(place, "deliveries") == 10_000)
        #expect(try await count(place, "attempts") == 10_000)
        expectSmallWrites(place)
    }

    @Test func `An endpoint that works again has all its retries due`() async throws {
        let place = try await place("pending")
        let now = place.now
        try await place.write { tx in
            try tx.run("UPDATE deliveries SET next_attempt_at = \(now.adding(seconds: 3_600).milliseconds), lane = 1")
        }
        place.database.resetLargestWrite()
        try await place.write { tx in
            let endpoint = try #require(try EndpointStore.target("ten_1", Self.endpoint, in: tx))
            try DeliveryUpdates.hasten(endpoint, at: now, in: tx)
        }
        try await work(place)
        let due = try await count(
            place, "deliveries WHERE endpoint_id = 'ten_1_ep_1' AND next_attempt_at <= \(now.milliseconds)")
        #expect(due == 10_000)
        expectSmallWrites(place)
    }

    @Test func `A replay is counted by its job, and what was not sent is taken back when it is cancelled`() async throws
    {
        let place = try await place("delivered")
        let now = place.now
        let (begun, presented) = try await place.write { tx in
            let endpoint = try #require(try EndpointStore.target("ten_1", Self.endpoint, in: tx))
            let replay = try ReplayStore.begin(
                endpoint, since: now.adding(seconds: -60), until: nil, types: nil, statuses: [.delivered], at: now,
                in: tx)
            return (replay, try ReplayStore.presented(replay, in: tx))
        }
        #expect(presented["total"] == .null && presented["state"]?.stringValue == "running")
        try await work(place)
        let all = try await place.database.read { tx in
            try ReplayStore.find("ten_1", begun.id, in: tx).map { try ReplayStore.presented($0, in: tx) }
        }
        #expect(all?["total"] == .int(10_000) && all?["done"] == .int(0))
        #expect(try await count(place, "deliveries WHERE status = 'pending' AND lane = 2") == 10_000)
        // Some were sent meanwhile.
        try await place.write { tx in
            try tx.run(
                """
                UPDATE deliveries SET status = 'delivered', lane = 0 WHERE id IN (
                    SELECT id FROM deliveries WHERE status = 'pending' LIMIT 100)
                """)
        }
        try await place.write { tx in
            let replay = try #require(try ReplayStore.find("ten_1", begun.id, in: tx))
            try ReplayStore.cancel(replay, at: now, in: tx)
        }
        let due = try await place.database.read {
            try PendingDeliveries.due(Self.endpoint, 2, limit: 10, at: now, in: $0)
        }
        #expect(due.isEmpty, "nothing more of it is sent")
        try await work(place)
        let cancelled = try await place.database.read { tx in
            try ReplayStore.find("ten_1", begun.id, in: tx).map { try ReplayStore.presented($0, in: tx) }
        }
        #expect(cancelled?["state"]?.stringValue == "cancelled" && cancelled?["done"] == .int(100))
        #expect(try await count(place, "deliveries WHERE status = 'delivered' AND lane = 0") == 20_000)
        expectSmallWrites(place)
    }

    @Test func `All webhooks that waited for a bot's owner are attributed, in small transactions`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        let bots = ["e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204", "f5a7c913-4d28-4f6b-b0a1-97c3d5e8f204"]
        let body = Array(
            #"{"event":"bot.status_change","data":{"bot_id":"\#(bots[0])","status":{"code":"in_call"}}}"#.utf8)
        let other = Array(
            #"{"event":"bot.status_change","data":{"bot_id":"\#(bots[1])","status":{"code":"in_call"}}}"#.utf8)
        try await place.write { tx in
            try RetentionTests.endpoints(50, of: "ten_1", in: tx)
            for number in 0..<200 {
                for (bot, body) in [(bots[0], body), (bots[1], other)] {
                    try MessageStore.hold(
                        "msg_\(bot)_\(number)", type: "bot.status_change", body: body, calendar: nil, bot: bot,
                        source: .init(account: "shared", id: "\(bot) \(number)", bodyHash: nil), at: now, in: tx)
                }
            }
        }
        place.database.resetLargestWrite()
        let attribution = WebhookAttribution(changeLog: EventChangeLog(tenantKeys: place.tenantKeys))
        try await place.write { tx in
            try BotStore.insertIfNew(
                Bot(
                    accountID: "shared", botID: bots[0], tenant: "ten_1", eventID: nil, calendarID: nil,
                    connection: nil, user: nil, state: .joining, stateAt: now), at: now, in: tx)
            try attribution.attributeQuarantined(account: "shared", bot: bots[0], at: now, in: tx)
        }
        try await work(place)
        #expect(try await count(place, "messages WHERE tenant_id = 'ten_1'") == 200)
        #expect(try await count(place, "messages WHERE tenant_id IS NULL AND bot_id = \(bots[1])") == 200)
        #expect(try await count(place, "deliveries") == 10_000)
        expectSmallWrites(place)
    }

    @Test func `A key's sessions end with it at once, and their rows follow`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        try await place.write { tx in
            for (id, digest) in [("key_1", UInt8(1)), ("key_2", 2)] {
                try APIKeyStore.insert(
                    APIKey(
                        id: id, tenant: "ten_1", name: id, scopes: [], createdAt: now, expiresAt: nil, lastUsedAt: nil),
                    digest: [digest], in: tx)
            }
            for key in ["key_1", "key_2"] {
                try tx.run(
                    """
                    INSERT INTO sessions (id, tenant_id, user_id, key_id, digest, scopes, created_at, expires_at)
                    \(RetentionTests.numbers(5_000)) SELECT \(key) || i, 'ten_1', 'user_' || i, \(key),
                        CAST(\(key) || i AS BLOB), '', \(now.milliseconds), \(now.adding(seconds: 900).milliseconds) FROM n
                    """)
            }
        }
        func isValid(_ id: String, at time: Timestamp) async throws -> Bool {
            try await place.database.read { try SessionStore.find(digest: Array(id.utf8), at: time, in: $0) != nil }
        }
        place.database.resetLargestWrite()
        place.move(seconds: 1)
        let later = place.now
        try await place.write { tx in
            _ = try APIKeyStore.delete("ten_1", "key_1", at: later, in: tx)
            _ = try APIKeyStore.rotate(
                "ten_1", "key_2", digest: [3], previousUntil: later.adding(seconds: 100), at: later, in: tx)
            // Once more before all rows have their end: it stays.
            _ = try APIKeyStore.rotate(
                "ten_1", "key_2", digest: [4], previousUntil: later.adding(seconds: 800), at: later, in: tx)
        }
        for number in [1, 2_500, 5_000] {
            #expect(try await !isValid("key_1\(number)", at: later))
            #expect(try await isValid("key_2\(number)", at: later.adding(seconds: 99)))
            #expect(try await !isValid("key_2\(number)", at: later.adding(seconds: 100)))
        }
        try await work(place)
        #expect(try await count(place, "sessions") == 5_000)
        let end = later.adding(seconds: 100).milliseconds
        #expect(try await count(place, "sessions WHERE expires_at = \(end)") == 5_000)
        expectSmallWrites(place)
    }
}
