import HTTPTransport
import JSONValue
import Logging
import MeetingBaaS
import NIOPosix
import Scheduling
import Sealing
import SQL
import Synchronization
import Testing
import Webhooks

@testable import Gateway

/// The callers whose transactions have a priority of their own.
struct TransactionPriorityTests {
    /// A database that records the priority of each transaction.
    private final class PriorityRecorder: Database {
        private let base: any Database
        private let recorded = Mutex<(reads: [TransactionPriority], writes: [TransactionPriority])>(([], []))

        init(_ base: any Database) { self.base = base }

        var reads: [TransactionPriority] { recorded.withLock { $0.reads } }
        var writes: [TransactionPriority] { recorded.withLock { $0.writes } }

        func read<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T {
            recorded.withLock { $0.reads.append(priority) }
            return try await base.read(priority: priority, body)
        }
        func write<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
        ) async throws -> T {
            recorded.withLock { $0.writes.append(priority) }
            return try await base.write(priority: priority, body)
        }
        func write<T: Sendable>(
            priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T,
            then: @escaping @Sendable (Result<T, any Error>) -> Void
        ) {
            recorded.withLock { $0.writes.append(priority) }
            base.write(priority: priority, body, then: then)
        }
        func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void) { base.listen(onCommit) }
        var load: DatabaseLoad { base.load }
        func close() async { await base.close() }
    }

    @Test func `The probe of readiness is before most others`() async throws {
        let place = try await TenantPlace()
        let database = PriorityRecorder(place.database)
        let readiness = Readiness(database: database, logger: Logger(label: "test"), timeout: .seconds(60))
        #expect(await readiness.isReady())
        #expect(database.reads == [.high] && database.writes == [.high])
        await place.database.close()
    }

    /// A delivery that is refused before anything is sent, since its endpoint is on this machine.
    private struct AttemptPlace {
        let place: TenantPlace
        let database: PriorityRecorder
        let http: HTTPClients
        let client: DeliveryClient
        let attempt: DeliveryAttempt
        let delivery: String
        /// Transactions before the first attempt.
        let opening: (reads: Int, writes: Int)

        var reads: [TransactionPriority] { Array(database.reads.dropFirst(opening.reads)) }
        var writes: [TransactionPriority] { Array(database.writes.dropFirst(opening.writes)) }

        /// - Parameter isStale: true for a message whose links Meeting BaaS, which does not answer, is to renew.
        init(isStale: Bool = false) async throws {
            place = try await TenantPlace()
            let now = place.now
            let made = isStale ? now.adding(seconds: -10_000) : now
            let sealer = try await place.tenantKeys.sealer(for: "ten_1")
            let endpoint = Endpoint(
                id: "ep_1", tenant: "ten_1", url: "https://127.0.0.1/", description: nil, eventTypes: ["*"],
                status: .enabled,
                sealedSecret: try sealer.seal(
                    SecretBytes(WebhookSecret.make()), column: .endpointSecret, row: "ep_1"),
                createdAt: now)
            func seal(_ text: String, _ column: SealedColumn) throws -> [UInt8] {
                try sealer.seal(SecretBytes(text), column: column, row: "ten_1")
            }
            let account = AccountStore.Stored(
                version: .v2, sealedKey: try seal("key", .accountKey),
                sealedSecrets: try seal("", .accountWebhookSecrets))
            let message = Message(
                id: "msg_1", tenant: "ten_1", type: "bot.completed", timestamp: "\(made)", data: "{}", extra: nil,
                context: MessageContext(bot: "bot-1"), receivedAt: made, account: "ten_1")
            delivery = try await place.write { tx in
                try AccountStore.put("ten_1", account, at: now, in: tx)
                try EndpointStore.insert(endpoint, in: tx)
                return try MessageStore.insert(message, for: "ep_1", in: tx)
            }

            database = PriorityRecorder(place.database)
            // Nothing is in its memory yet.
            let keys = try await TenantKeys.open(database, master: place.ring)
            opening = (database.reads.count, database.writes.count)
            client = try DeliveryClient(policy: EgressPolicy(), eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
            // Last: one that is not closed ends the process.
            http = HTTPClients()
            let upstream = Upstream(
                database: database, accounts: AccountDirectory(database: database, tenantKeys: keys, shared: nil),
                baseURL: "http://127.0.0.1:9", http: http.upstream,
                limiter: UpstreamLimiter(inFlight: http.upstreamInFlight), logger: Logger(label: "test"),
                metrics: UpstreamMetrics(PrometheusFactory()))
            attempt = DeliveryAttempt(
                database: database, tenantKeys: keys,
                replica: .alone(database, logger: Logger(label: "test")), clock: place.clock, client: client,
                schedule: .deliveries,
                links: ArtifactLinkRefresher(database: database, upstream: upstream) { _, _, _ in "ten_1" },
                logger: Logger(label: "test"), metrics: DeliveryMetrics(PrometheusFactory()))
        }

        func close() async {
            await http.close()
            await place.database.close()
        }
    }

    @Test(arguments: [TransactionPriority.normal, .high], [false, true])
    func `All transactions of an attempt have its priority`(priority: TransactionPriority, isStale: Bool) async throws {
        let place = try await AttemptPlace(isStale: isStale)
        let result = await place.attempt.with(priority: priority).make(
            "ten_1", place.delivery, new: nil, mayBatchCommit: false)
        switch result {
        case .failed: #expect(!isStale)
        case .postponed: #expect(isStale)
        default: Issue.record("\(result)")
        }
        // The delivery, and the tenant's key; or the account with the key, and the bot's tenant.
        #expect(place.reads.count == (isStale ? 4 : 2) && place.writes.count == 1)
        #expect((place.reads + place.writes).allSatisfy { $0 == priority }, "\(place.reads) \(place.writes)")
        await place.close()
    }

    @Test(.timeLimit(.minutes(5)))
    func `The worker attempts what is within a tenant's reserved slots before most others`() async throws {
        let place = try await AttemptPlace()
        let worker = DeliveryWorker(
            database: place.database, clock: place.place.clock, client: place.client, attempt: place.attempt,
            logger: Logger(label: "test"))
        let running = Task { try await worker.run() }
        while try await place.place.number("SELECT COUNT(*) AS n FROM attempts") == 0 {
            // Polls: an attempt's end is seen in the database alone.
            try await Task.sleep(for: .milliseconds(5))
        }
        running.cancel()
        try await running.value
        #expect(place.writes == [.high])
        // The scans have none, the attempt's two reads have it.
        #expect(place.reads.count { $0 == .high } == 2 && place.reads.contains(.normal))
        await place.close()
    }
}
