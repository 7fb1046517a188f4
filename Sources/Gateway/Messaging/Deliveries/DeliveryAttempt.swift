import HTTPTransport
import HTTPTypes
import JSONValue
import Logging
import NIOHTTP1
import Scheduling
import Sealing
import SQL
import Webhooks

/// One attempt of a delivery, from what lies in the database, or was just written there, to its outcome there.
struct DeliveryAttempt: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let replica: Replica
    let clock: GatewayClock
    let client: DeliveryClient
    let schedule: RetrySchedule
    let links: ArtifactLinkRefresher
    let logger: Logger
    let metrics: DeliveryMetrics
    /// By id.
    let endpoints = TTLCache<String, Endpoint>(ttl: .seconds(60), capacity: 10_000)
    /// Of its transactions.
    private(set) var priority = TransactionPriority.normal

    /// The same, with its transactions at a priority.
    func with(priority: TransactionPriority) -> DeliveryAttempt {
        var copy = self
        copy.priority = priority
        return copy
    }

    /// Headers that an endpoint may not set: framing, connection, and the gateway's own.
    static let reservedHeaders: Set<String> = [
        "host", "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "expect", "user-agent",
        "proxy-authorization", "proxy-connection", "x-mb-secret",
    ]
    /// Of an answer, in the attempt log.
    static let keptBytes = 2_048
    static let reservedPrefixes = ["content-", "webhook-"]

    /// Returns once the outcome is stored, or when there is nothing to send any more.
    /// - Parameters:
    ///   - new: the delivery as its commit announced it, a moment ago.
    ///   - mayBatchCommit: true if the outcome may share a commit with others.
    func make(_ tenant: String, _ delivery: String, new: NewDelivery?, mayBatchCommit: Bool) async -> AttemptResult {
        do {
            let now = clock.now
            let context: PendingDeliveries.DeliveryContext
            switch try await find(tenant, delivery, new, at: now) {
            case .context(let found): context = found
            case .notBefore(let due): return .postponed(due)
            case .nothing: return .done
            }
            guard let lease = replica.lease(forEndpoint: context.endpoint.id) else { return .done }
            let message: Message
            switch try await fresh(context) {
            case .message(let fresh): message = fresh
            case .notBefore(let due): return .postponed(due)
            }
            let isCallback = context.endpoint.callbackMethod != nil
            let body = isCallback ? message.callback : message.payload
            let started = clock.now
            let signed = try await headers(context, body, at: started)
            Failpoint.reach(.afterClaim)
            // Another process may deliver to the endpoint by now.
            guard replica.lease(forEndpoint: context.endpoint.id) == lease else { return .done }
            let began = ContinuousClock.now
            let outcome = await client.send(
                context.endpoint.callbackMethod == "PUT" ? .put : .post, url: context.endpoint.url,
                headers: signed.headers,
                body: body, tenant: tenant, seconds: context.endpoint.allowance.timeout ?? DeliveryClient.totalLimit)
            Failpoint.reach(.afterSend)
            // A process that is being stopped did not learn the outcome: the delivery stays due.
            if Task.isCancelled { return .done }
            let took = Int((ContinuousClock.now - began) / .milliseconds(1))
            return try await finish(
                context, outcome, lease, started: started, took: took, hidden: signed.hidden,
                mayBatchCommit: mayBatchCommit)
        } catch {
            logger.error(
                "delivery failed inside the gateway",
                metadata: ["delivery.id": .string(delivery), "error": "\(type(of: error))"])
            // Not to be tried again at once, over and over.
            let due = clock.now.adding(seconds: 60)
            _ = try? await database.write(priority: priority) {
                try PendingDeliveries.postpone(tenant, delivery, until: due, reason: nil, in: $0)
            }
            return .postponed(due)
        }
    }

    /// A message that was committed a moment ago is used as it is, if its endpoint is still enabled. Everything else is
    /// read.
    private func find(
        _ tenant: String, _ delivery: String, _ new: NewDelivery?, at now: Timestamp
    ) async throws -> PendingDeliveries.Found {
        let (database, priority) = (self.database, self.priority)
        if let new, let message = new.message {
            let endpoint = try await endpoints.value(for: new.endpoint) {
                try await database.read(priority: priority) { try EndpointStore.target(tenant, new.endpoint, in: $0) }
            }
            if let endpoint, endpoint.status == .enabled, endpoint.tenant == tenant {
                return .context(.init(delivery: delivery, message: message, endpoint: endpoint))
            }
        }
        return try await database.read(priority: priority) {
            try PendingDeliveries.context(tenant, delivery, at: now, in: $0)
        }
    }

    private enum Fresh { case message(Message), notBefore(Timestamp) }

    /// Seconds for which a delivery waits for fresh links of Meeting BaaS; then it is sent with the old ones.
    static let timeout = 3_600.0
    private static let waiting = "waiting_for_links"

    /// The message with valid links. While Meeting BaaS cannot give them, the delivery is retried every minute for an
    /// hour.
    private func fresh(_ context: PendingDeliveries.DeliveryContext) async throws -> Fresh {
        guard links.mayBeStale(context.message, at: clock.now) else { return .message(context.message) }
        do {
            return .message(
                try await links.renewed(context.message, tenant: context.endpoint.tenant, priority: priority))
        } catch is ArtifactLinkRefresher.TemporarilyUnavailable {
            let now = clock.now
            let since = context.waitsSince ?? now
            guard now.seconds(since: since) < Self.timeout else { return .message(context.message) }
            let due = now.adding(seconds: 60)
            let reason = "\(Self.waiting):\(since.milliseconds)"
            try await database.write(priority: priority) {
                try PendingDeliveries.postpone(
                    context.endpoint.tenant, context.delivery, until: due, reason: reason, in: $0)
            }
            return .notBefore(due)
        }
    }

    // MARK: - signing

    private func headers(
        _ context: PendingDeliveries.DeliveryContext, _ body: [UInt8], at now: Timestamp
    ) async throws -> (headers: [(String, String)], hidden: [String]) {
        let (endpoint, id) = (context.endpoint, context.message.id)
        let seconds = now.milliseconds / 1000
        let secrets = EndpointSecrets(tenantKeys: tenantKeys, priority: priority)
        var headers = [
            ("Content-Type", "application/json"), ("User-Agent", "meeting-gateway/\(Version.number)"),
            ("webhook-id", id), ("webhook-timestamp", String(seconds)),
        ]
        var hidden: [String] = []
        let keys: [SecretBytes]
        if endpoint.callbackMethod == nil {
            keys = try await secrets.current(endpoint, at: now)
            for (name, value) in try await secrets.headers(endpoint) {
                headers.append((name, value))
                hidden.append(value)
            }
        } else {
            let own = try await secrets.callback(endpoint)
            if let own {
                headers.append(("x-mb-secret", own.revealText()))
                hidden.append(own.revealText())
            }
            keys = try await signing(endpoint, own, secrets, at: now)
        }
        let signatures = keys.map { Signature.sign(id: id, timestamp: seconds, body: body, secret: $0) }
        if !signatures.isEmpty { headers.append(("webhook-signature", signatures.joined(separator: " "))) }
        return (headers, hidden)
    }

    /// The secret for a callback's signature: the callback's own, or, if the tenant gave none, that of its oldest
    /// endpoint.
    private func signing(
        _ endpoint: Endpoint, _ own: SecretBytes?, _ secrets: EndpointSecrets, at now: Timestamp
    ) async throws -> [SecretBytes] {
        if let own {
            let text = own.revealText()
            return [text.hasPrefix(WebhookSecret.prefix) ? WebhookSecret.decode(text) ?? own : own]
        }
        let oldest = try await database.read(priority: priority) {
            try EndpointStore.list(endpoint.tenant, limit: 1, in: $0).first
        }
        guard let oldest else { return [] }
        return try await secrets.current(oldest, at: now)
    }

    // MARK: - the outcome

    private func finish(
        _ context: PendingDeliveries.DeliveryContext, _ outcome: DeliveryClient.Outcome, _ lease: Lease,
        started: Timestamp, took: Int, hidden: [String], mayBatchCommit: Bool
    ) async throws -> AttemptResult {
        let now = clock.now
        let endpoint = context.endpoint
        let evaluation = AttemptEvaluation(
            outcome: outcome, step: context.step, lane: context.lane, isCallback: endpoint.callbackMethod != nil,
            now: now)
        let next = evaluation.next(schedule, random: .random(in: 0..<1))
        let answered = Self.kept(outcome.body, hidden)
        let sealed = try await answered.asyncMap {
            try await tenantKeys.sealer(for: endpoint.tenant, priority: priority).seal(
                SecretBytes($0), column: .attemptResponse, row: context.delivery)
        }
        let record = AttemptRecord(
            delivery: context.delivery, number: context.attempts + 1, message: context.message.id,
            endpoint: endpoint.id,
            type: context.message.type,
            attempt: Delivery.Attempt(at: started, statusCode: outcome.status, error: outcome.error, duration: took),
            timings: .init(outcome.timings), response: nil)
        let store: @Sendable (any Transaction) throws -> AttemptResult = { tx in
            // The process that has the endpoint now makes the attempt again, and stores its own outcome.
            guard try Replica.isValid(lease, in: tx) else { return .done }
            guard try PendingDeliveries.finish(context, record, next, sealedResponse: sealed, in: tx) else {
                return .done
            }
            return try Self.recordHealth(evaluation, retryAt: next.at, of: endpoint, in: tx)
        }
        let result = try await database.write(priority: mayBatchCommit ? .background : priority, store)
        logAndMeasure(context, record, next)
        return result
    }

    /// Stores how the endpoint fares.
    private static func recordHealth(
        _ evaluation: AttemptEvaluation, retryAt: Timestamp?, of endpoint: Endpoint, in tx: any Transaction
    ) throws -> AttemptResult {
        guard evaluation.concerns(endpoint.health) else { return .done }
        // Others may have ended meanwhile.
        guard let current = try EndpointStore.target(endpoint.tenant, endpoint.id, in: tx),
            // An answer from the former URL says nothing about the new one.
            current.url == endpoint.url
        else { return .done }
        let change = evaluation.change(of: current.health, retryAt: retryAt)
        if change.isHealthStored { try EndpointStore.setHealth(endpoint, change.health, in: tx) }
        if change.hastens { try DeliveryUpdates.hasten(endpoint, at: evaluation.now, in: tx) }
        if let reason = change.disabledFor {
            try EndpointStore.disable(endpoint, reason: reason, at: evaluation.now, in: tx)
        }
        return change.result
    }

    /// The response body for the attempt log, without the secrets that were sent to the receiver.
    static func kept(_ body: [UInt8], _ hidden: [String]) -> String? {
        guard !body.isEmpty else { return nil }
        // As they were sent, and as they would stand in JSON; the longest first. What is shorter is no secret, and would
        // be found everywhere.
        let spellings = Set(hidden + hidden.map { String(JSON.string($0).text.dropFirst().dropLast()) })
            .filter { $0.utf8.count >= 4 }.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
        var pieces = [String(decoding: body, as: UTF8.self)]
        for spelling in spellings {
            pieces = pieces.flatMap { piece -> [String] in
                if piece == redaction { return [piece] }
                let parts = piece.split(separator: spelling, omittingEmptySubsequences: false).map(String.init)
                return Array(parts.map { [$0] }.joined(separator: [redaction]))
            }
        }
        var text = Array(pieces.joined().utf8)
        // The answer was cut: what stands at its end may be the beginning of a secret.
        if body.count >= DeliveryClient.keptBytes { text.removeLast(min(spellings.first?.utf8.count ?? 0, text.count)) }
        return String(decoding: text.prefix(keptBytes), as: UTF8.self)
    }

    private static let redaction = "[redacted]"

    private func logAndMeasure(
        _ context: PendingDeliveries.DeliveryContext, _ record: AttemptRecord, _ next: PendingDeliveries.Next
    ) {
        let attempt = record.attempt
        metrics.record(attempt.statusCode, took: .milliseconds(attempt.duration))
        logger.info(
            "delivery attempt",
            metadata: [
                "tenant.id": .string(context.endpoint.tenant), "message.id": .string(record.message),
                "endpoint.id": .string(record.endpoint), "delivery.id": .string(record.delivery),
                "attempt": .stringConvertible(record.number), "delivery.status": .string(next.status.rawValue),
                "http.status": attempt.statusCode.map { .stringConvertible($0) } ?? "-",
                "error": .string(attempt.error ?? "-"), "duration_ms": .stringConvertible(attempt.duration),
            ])
    }
}

extension Optional {
    fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
        if let self { try await transform(self) } else { nil }
    }
}
