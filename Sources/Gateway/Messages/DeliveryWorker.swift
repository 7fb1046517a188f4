import HTTPTypes
import Logging
import Sealing
import ServiceLifecycle
import SQL
import Synchronization
import Webhooks
import Wire

/// Sends what is due: signed, at least once, again on the standard's schedule until it is taken or given up.
/// What it was sending when the process died is still `pending` in the database, and is due.
final class DeliveryWorker: Service {
    private let database: any Database
    private let vault: Vault
    private let clock: GatewayClock
    private let client: DeliveryClient
    private let schedule: RetrySchedule
    private let logger: Logger
    private let metrics: Metrics
    private let signal = WakeSignal()
    private let state = Mutex(State())

    /// At once: in all, for one tenant, to one endpoint. What hangs holds its own places and nobody else's.
    static let parallel = 64
    static let parallelPerTenant = 32
    static let parallelPerEndpoint = 4

    private struct State {
        /// By the delivery's id.
        var running: [String: Delivery] = [:]
        var stopping = false
    }

    init(
        database: any Database, vault: Vault, clock: GatewayClock, client: DeliveryClient, schedule: RetrySchedule,
        logger: Logger, metrics: Metrics
    ) {
        self.database = database
        self.vault = vault
        self.clock = clock
        self.client = client
        self.schedule = schedule
        self.logger = logger
        self.metrics = metrics
    }

    /// Attempts that go on.
    var inFlight: Int { state.withLock { $0.running.count } }

    /// Tells the worker that deliveries were committed.
    func wake() { signal.wake() }

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingDiscardingTaskGroup { group in
                while !Task.isCancelled && !self.state.withLock({ $0.stopping }) {
                    let (due, wait) = await self.startable()
                    for delivery in due {
                        group.addTask {
                            await self.attempt(delivery)
                            self.state.withLock { $0.running[delivery.id] = nil }
                            self.signal.wake()
                        }
                    }
                    await self.client.closeIdle()
                    await self.signal.wait(upTo: wait)
                }
                // Leaving the group waits for the attempts in hand.
            }
        } onGracefulShutdown: {
            self.state.withLock { $0.stopping = true }
            self.signal.wake()
        }
        await client.shutdown()
    }

    private func startable() async -> ([Delivery], Duration) {
        do {
            return try await due()
        } catch {
            logger.error("deliveries cannot be read", metadata: ["error": "\(error)"])
            return ([], .seconds(5))
        }
    }

    /// What can be started now, marked as running, and how long to wait otherwise.
    private func due() async throws -> ([Delivery], Duration) {
        let now = clock.now
        let running = state.withLock { $0.running }
        let found = try await database.read { tx -> ([Delivery], Timestamp?) in
            var room = Self.parallel - running.count
            var out: [Delivery] = []
            var ofTenant = Dictionary(grouping: running.values, by: \.tenant).mapValues(\.count)
            for endpoint in try DeliveryStore.dueEndpoints(at: now, in: tx) where room > 0 {
                let busy = running.values.filter { $0.endpointID == endpoint.id }.map(\.id)
                let share = Self.parallelPerTenant - (ofTenant[endpoint.tenant] ?? 0)
                let limit = min(Self.parallelPerEndpoint - busy.count, share, room)
                guard limit > 0 else { continue }
                let due = try DeliveryStore.due(endpoint: endpoint.id, except: busy, limit: limit, at: now, in: tx)
                out += due
                room -= due.count
                ofTenant[endpoint.tenant, default: 0] += due.count
            }
            return (out, try DeliveryStore.nextDue(after: now, in: tx))
        }
        state.withLock { state in
            for delivery in found.0 { state.running[delivery.id] = delivery }
        }
        let wait = found.1.map { Duration.milliseconds(max($0.milliseconds - now.milliseconds, 1)) } ?? .seconds(60)
        return (found.0, min(wait, .seconds(60)))
    }

    private func attempt(_ delivery: Delivery) async {
        do {
            let parts = try await database.read { tx -> (Message, Endpoint)? in
                guard let message = try MessageStore.find(delivery.tenant, delivery.messageID, user: nil, in: tx),
                    let endpoint = try EndpointStore.target(delivery.tenant, delivery.endpointID, in: tx)
                else { return nil }
                return (message, endpoint)
            }
            guard let (message, endpoint) = parts else { return }
            let isCallback = endpoint.callbackMethod != nil
            let body = (isCallback ? message.callback : message.payload).bytes
            let started = clock.now
            let outcome = await client.send(
                endpoint.callbackMethod == "PUT" ? .put : .post, url: endpoint.url,
                headers: try await headers(message, endpoint, body, at: started), body: body)
            // A process that is being stopped did not learn the outcome: the delivery stays due.
            if Task.isCancelled { return }
            try await finish(delivery, endpoint, outcome, started: started)
        } catch {
            logger.error(
                "delivery failed inside the gateway",
                metadata: ["delivery.id": .string(delivery.id), "error": "\(type(of: error))"])
            // Not to be tried again at once, over and over.
            let due = clock.now.adding(seconds: 60).milliseconds
            _ = try? await database.write { tx in
                try tx.run(
                    """
                    UPDATE deliveries SET next_attempt_at = \(due)
                    WHERE tenant_id = \(delivery.tenant) AND id = \(delivery.id) AND status = 'pending'
                    """)
            }
        }
    }

    private func headers(
        _ message: Message, _ endpoint: Endpoint, _ body: [UInt8], at now: Timestamp
    ) async throws -> [(String, String)] {
        let seconds = now.milliseconds / 1000
        let secrets = EndpointSecrets(vault: vault)
        var headers = [
            ("Content-Type", "application/json"), ("User-Agent", "meeting-gateway/\(Version.number)"),
            ("webhook-id", message.id), ("webhook-timestamp", String(seconds)),
        ]
        let keys: [SecretBytes]
        if endpoint.callbackMethod == nil {
            keys = try await secrets.current(endpoint, at: now)
        } else {
            let own = try await secrets.callback(endpoint)
            if let own { headers.append(("x-mb-secret", own.revealText())) }
            keys = try await signing(endpoint, own, secrets, at: now)
        }
        let signatures = keys.map { Signature.sign(id: message.id, timestamp: seconds, body: body, secret: $0) }
        if !signatures.isEmpty { headers.append(("webhook-signature", signatures.joined(separator: " "))) }
        return headers
    }

    /// What a callback is signed with: its own secret, or, where the tenant gave none, that of its oldest endpoint.
    private func signing(
        _ endpoint: Endpoint, _ own: SecretBytes?, _ secrets: EndpointSecrets, at now: Timestamp
    ) async throws -> [SecretBytes] {
        if let own {
            let text = own.revealText()
            return [text.hasPrefix(WebhookSecret.prefix) ? WebhookSecret.decode(text) ?? own : own]
        }
        let oldest = try await database.read { try EndpointStore.list(endpoint.tenant, limit: 1, in: $0).first }
        guard let oldest else { return [] }
        return try await secrets.current(oldest, at: now)
    }

    private func finish(
        _ delivery: Delivery, _ endpoint: Endpoint, _ outcome: DeliveryClient.Outcome, started: Timestamp
    ) async throws {
        let now = clock.now
        let attempt = Delivery.Attempt(
            at: started, statusCode: outcome.status, error: outcome.error,
            duration: Int(now.milliseconds - started.milliseconds))
        let asked = outcome.status == 429 || outcome.status == 503 ? outcome.retryAfter : nil
        let delay = schedule.delay(after: delivery.step + 1, retryAfter: asked, random: .random(in: 0..<1))
        // A callback stands for many bots: one receiver that wants no more ends this delivery alone.
        let isOver = delay == nil || outcome.status == 410 && endpoint.callbackMethod != nil
        let status: Delivery.Status = outcome.delivered ? .delivered : isOver ? .dead : .pending
        let next = status == .pending ? delay.map { now.adding(seconds: $0) } : nil
        try await database.write { tx in
            try DeliveryStore.finish(delivery, attempt, status, next: next, in: tx)
            // 410: the receiver wants no more. What is pending is held, not dropped.
            if outcome.status == 410, endpoint.callbackMethod == nil,
                try EndpointStore.disable(endpoint.tenant, endpoint.id, in: tx)
            {
                try DeliveryStore.hold(endpoint.tenant, endpoint: endpoint.id, in: tx)
                try MessageStore.emit(
                    "endpoint.disabled", endpoint.tenant,
                    data: ["endpoint_id": .string(endpoint.id), "reason": "410 Gone"], context: MessageContext(),
                    at: now, in: tx)
            }
        }
        metrics.count(.deliveries, outcome.status.map { $0 / 100 }.map { "\($0)xx" } ?? "no_answer")
        metrics.observe(.deliverySeconds, took: .milliseconds(attempt.duration))
        logger.info(
            "delivery attempt",
            metadata: [
                "tenant.id": .string(delivery.tenant), "message.id": .string(delivery.messageID),
                "endpoint.id": .string(delivery.endpointID), "delivery.id": .string(delivery.id),
                "attempt": .stringConvertible(delivery.attempts + 1), "delivery.status": .string(status.rawValue),
                "http.status": outcome.status.map { .stringConvertible($0) } ?? "-",
                "error": .string(outcome.error ?? "-"), "duration_ms": .stringConvertible(attempt.duration),
            ])
    }
}

/// An endpoint's secrets, opened: the present one, and the former while a rotation overlaps.
struct EndpointSecrets: Sendable {
    let vault: Vault

    func current(_ endpoint: Endpoint, at now: Timestamp) async throws -> [SecretBytes] {
        let sealer = try await vault.sealer(for: endpoint.tenant)
        var secrets = [try open(endpoint.sealedSecret, "sealed_secret", endpoint, sealer)]
        if let sealed = endpoint.sealedPreviousSecret, let until = endpoint.previousUntil, until > now {
            secrets.append(try open(sealed, "sealed_previous_secret", endpoint, sealer))
        }
        return secrets
    }

    /// A callback's `x-mb-secret`; nil when the tenant gave none.
    func callback(_ endpoint: Endpoint) async throws -> SecretBytes? {
        let text = try await vault.sealer(for: endpoint.tenant).open(
            endpoint.sealedSecret, table: "webhook_endpoints", row: endpoint.id, column: "sealed_secret")
        return text.count == 0 ? nil : text
    }

    private func open(
        _ sealed: [UInt8], _ column: String, _ endpoint: Endpoint, _ sealer: TenantSealer
    ) throws -> SecretBytes {
        let text = try sealer.open(sealed, table: "webhook_endpoints", row: endpoint.id, column: column)
        guard let key = WebhookSecret.decode(text.revealText()) else { throw SealingError.malformed }
        return key
    }
}
