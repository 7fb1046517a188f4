import JSONValue
import MeetingBaaS
import OAuth
import SQL
import Synchronization
import Testing

@testable import Gateway

/// Queries that run beside large tables find their rows by an index. SQLite's plan shows it for tables of any size.
struct QueryPlanTests {
    /// A database that records the plan of every statement.
    private final class PlanRecorder: Database {
        private let base: any Database
        private let plans = Mutex<(reads: [String], writes: [String])>(([], []))

        init(_ base: any Database) { self.base = base }

        var reads: [String] { plans.withLock { $0.reads } }
        var writes: [String] { plans.withLock { $0.writes } }

        private final class Recording: Transaction {
            let base: any Transaction
            var plans: [String] = []
            init(_ base: any Transaction) { self.base = base }

            var dialect: Dialect { base.dialect }
            func run(_ query: Query) throws -> [Row] {
                plans += try base.run("EXPLAIN QUERY PLAN \(query)").map { try $0.text("detail") }
                return try base.run(query)
            }
            func notify(_ notice: ChangeNotice) { base.notify(notice) }
            func script(_ text: String) throws { try base.script(text) }
            func acrossTenants<T>(_ body: () throws -> T) rethrows -> T { try base.acrossTenants(body) }
        }

        func read<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T {
            try await base.read(priority: priority) { tx in
                let recording = Recording(tx)
                defer { self.plans.withLock { $0.reads += recording.plans } }
                return try body(recording)
            }
        }
        func write<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T {
            try await base.write(priority: priority) { tx in
                let recording = Recording(tx)
                defer { self.plans.withLock { $0.writes += recording.plans } }
                return try body(recording)
            }
        }
        func write<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T,
            then: @escaping @Sendable (Result<T, any Error>) -> Void
        ) { base.write(priority: priority, body, then: then) }
        func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void) { base.listen(onCommit) }
        var load: DatabaseLoad { base.load }
        func close() async { await base.close() }
    }

    private static func message(_ id: String, _ tenant: String, at now: Timestamp) -> Message {
        Message(
            id: id, tenant: tenant, type: "t", timestamp: "\(now)", data: "{}", extra: nil, context: MessageContext(),
            receivedAt: now)
    }

    /// Conditions that other features give are look-ups by a key.
    @Test func `Queries with another feature's condition find their rows by an index`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        let recorder = PlanRecorder(place.database)
        let order = BotCreation(
            correlationID: "marker", tenant: "ten_1", user: "ann", accountID: "shared", version: .v2, createdAt: now)
        try await recorder.read { tx in
            _ = try EndpointStore.listeners("ten_1", in: tx)
            _ = try PendingDeliveries.waiting(in: tx)
            for lane in 0...2 { _ = try PendingDeliveries.due("ep_1", lane, limit: 10, at: now, in: tx) }
            _ = try MessageStorage.usage(of: "ten_1", in: tx)
            _ = try CalendarSecretStore.outdated("ten_1", .google, in: tx)
            _ = try BotCreationStore.owner(of: order, in: tx)
            _ = try BotCreationStore.callbackURLs("ten_1", references: ["a", "b"], in: tx)
            _ = try OwnershipStore.ids(
                "ten_1", user: "ann", account: "shared", version: .v2, kind: .calendar, in: tx)
        }
        // A recursive query reads its own rows, which are as many as endpoints with something pending.
        #expect(recorder.reads.filter { $0.hasPrefix("SCAN ") && $0 != "SCAN waiting" } == [])
        for table in ["tenants", "accounts", "connections", "webhook_endpoints"] {
            #expect(recorder.reads.contains { $0.hasPrefix("SEARCH \(table) USING") }, "\(recorder.reads)")
        }
    }

    /// Tables whose rows live for minutes, or that have a few rows a tenant.
    private static let small = [
        "consents", "revocations", "grant_claims", "daily_uses", "webhook_endpoints", "replicas",
    ]

    @Test func `Retention reads no large table as a whole`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        try await place.write { tx in
            for id in 0..<150 {
                try MessageStore.insert(Self.message("msg_\(id)", "ten_1", at: now.adding(seconds: -4e6)), in: tx)
            }
        }
        let recorder = PlanRecorder(place.database)
        try await RetentionRound(database: recorder, rules: FeatureLists.retention(days: 30)).run(at: now)
        #expect(try await place.number("SELECT COUNT(*) AS n FROM messages") == 0)
        #expect(!recorder.writes.isEmpty)
        let scans = (recorder.reads + recorder.writes).filter { $0.hasPrefix("SCAN ") }
        let large = scans.filter { scan in
            // Orphans are looked for by walking along a primary key, a page at a time.
            !scan.contains("sqlite_autoindex") && !Self.small.contains { scan.hasPrefix("SCAN \($0)") }
        }
        #expect(large.isEmpty, "\(large)")
        // A batch finds its messages by their ids, not by searching all that is old.
        #expect(recorder.writes.filter { $0.contains("messages_by_") && !$0.contains("deliveries_by_") } == [])
    }

    @Test func `Pages of calendars, held webhooks and rounds find their rows by an index`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        let recorder = PlanRecorder(place.database)
        let creation = CalendarCreation(
            rowID: "cal_1", tenant: "ten_1", accountID: "shared", version: .v2, provider: .google, rawCalendarID: "raw",
            beganAt: now, deadlineAt: now, listedBefore: false, absentAt: nil, madeID: nil)
        try await recorder.read { tx in
            _ = try CalendarStore.live(account: "shared", version: .v2, after: "cal_5", limit: 10, in: tx)
            _ = try CalendarStore.list("ten_1", user: nil, after: "cal_5", limit: 10, in: tx)
            _ = try CalendarStore.list("ten_1", user: "ann", after: nil, limit: 10, in: tx)
            for user in [nil, "ann"] { _ = try CalendarStore.find("ten_1", "cal_1", user: user, in: tx) }
            _ = try CalendarStore.claimed(.v2, among: ["a", "b"], in: tx)
            _ = try CalendarStore.stale(seconds: 60, at: now, limit: 10, in: tx)
            _ = try CalendarStore.hasTwin(of: creation, in: tx)
            _ = try MessageStore.quarantined(account: "shared", .bot("bot"), after: nil, limit: 15, in: tx)
            _ = try MessageStore.quarantined(account: "shared", .calendar("calendar"), after: nil, limit: 15, in: tx)
            _ = try MessageStore.quarantinedTotal(account: "shared", in: tx)
            _ = try ConnectionStore.idle(seconds: 60, at: now, limit: 10, in: tx)
            _ = try DeliveryStore.held("ten_1", endpoint: "ep_1", in: tx)
        }
        #expect(recorder.reads.filter { $0.hasPrefix("SCAN ") } == [])
        // Nothing is looked for among all calendars of a tenant or of an account.
        let calendars = recorder.reads.filter { $0.hasPrefix("SEARCH calendars ") }
        #expect(calendars.filter { $0.hasSuffix("(tenant_id=?)") || $0.hasSuffix("(account_id=?)") } == [])
        for expected in [
            "calendars_live (account_id=? AND api_version=? AND row_id>?)",
            "messages_held_bot (account_id=? AND bot_id=?)",
            "messages_held_calendar (account_id=? AND calendar_id=?)", "calendars_of_tenant (tenant_id=? AND row_id>?)",
            "calendars_by_tenant (tenant_id=? AND calendar_id=?)",
        ] {
            #expect(recorder.reads.contains { $0.contains(expected) }, "\(recorder.reads)")
        }
    }
}
