import HTTPTransport
import JSONValue

/// A URL that a tenant registered to receive messages.
struct Endpoint: Sendable {
    let id: String
    let tenant: String
    var url: String
    var description: String?
    /// Names, `bot.*` for all that begin so, `*` for all.
    var eventTypes: [String]
    var status: Status
    var sealedSecret: [UInt8]
    /// Secrets that were replaced and are still in force, the newest first.
    var formerSecrets: [FormerSecret] = []
    let createdAt: Timestamp
    /// For an endpoint that stands for the callback URL of a tenant's bots: how it is called. It takes no messages but
    /// those of its bots, and is shown in no list.
    var callbackMethod: String?
    var allowance = Allowance()
    var health = EndpointHealth()

    /// A secret that was replaced. Deliveries are signed by it too, until it ends.
    struct FormerSecret: Sendable {
        let id: String
        let sealed: [UInt8]
        let until: Timestamp
    }

    /// The limits that the endpoint's owner sets for deliveries.
    struct Allowance: Sendable {
        /// Deliveries a second.
        var rate: Int?
        /// Deliveries at once.
        var concurrency: Int?
        /// For a whole attempt.
        var timeout: Int?
        /// A JSON object of header fields for every delivery, sealed.
        var sealedHeaders: [UInt8]?
    }

    static let usualConcurrency = 4
    static let concurrencyLimit = 64

    enum Status: String, Sendable, CaseIterable {
        case enabled, disabled
    }

    func wants(_ type: String) -> Bool { Filter(eventTypes).matches(type) }

    /// Events by name: `bot.completed`, `bot.*` for all that begin so, `*` for all.
    struct Filter: Sendable {
        private let patterns: [String]
        init(_ patterns: [String]) { self.patterns = patterns }

        func matches(_ type: String) -> Bool {
            patterns.contains { $0 == "*" || $0 == type || $0.hasSuffix(".*") && type.hasPrefix($0.dropLast()) }
        }
    }

    var json: JSON.Members {
        [
            "id": .string(id), "url": .string(url), "description": .text(description),
            "event_types": .array(eventTypes.map { .string($0) }), "status": .string(status.rawValue),
            "rate": allowance.rate.map { .int($0) } ?? .null,
            "concurrency": .int(allowance.concurrency ?? Self.usualConcurrency),
            "timeout_seconds": .int(allowance.timeout ?? DeliveryClient.totalLimit),
            "created_at": .string("\(createdAt)"),
        ]
    }

    /// - Parameter held: deliveries that wait for it to be enabled.
    func healthJSON(held: Int, at now: Timestamp) -> JSON {
        let state = status == .disabled ? EndpointHealth.State.disabled : health.state(at: now)
        return [
            "state": .string(state.rawValue), "since": .string("\(health.since ?? createdAt)"),
            "failures": .int(health.failures), "last_error": .text(health.lastError), "held": .int(held),
        ]
    }
}
