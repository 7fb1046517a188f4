import HTTPTransport
import JSONValue
import SQL

/// One message for one endpoint.
struct Delivery: Sendable {
    let id: String
    let tenant: String
    let messageID: String
    let endpointID: String
    let type: String
    let status: Status
    /// Attempts made in all, and since the schedule was last begun.
    let attempts: Int
    let step: Int
    let nextAttemptAt: Timestamp?
    /// Why it is dead.
    let reason: String?
    let last: Attempt?

    enum Status: String, Sendable, CaseIterable {
        case pending, delivered, held, dead
    }

    struct Attempt: Sendable {
        let at: Timestamp
        let statusCode: Int?
        let error: String?
        let duration: Int

        var json: JSON.Members {
            [
                "at": .string("\(at)"), "status_code": statusCode.map { .int($0) } ?? .null, "error": .text(error),
                "duration_ms": .int(duration),
            ]
        }
    }

    /// Why it is dead, or waits though it is due.
    private var shownReason: String? {
        switch status {
        case .dead: reason
        // Behind the colon stands since when.
        case .pending: reason.flatMap { $0.split(separator: ":").first.map(String.init) }
        case .delivered, .held: nil
        }
    }

    var json: JSON {
        [
            "id": .string(id), "message_id": .string(messageID), "endpoint_id": .string(endpointID),
            "type": .string(type), "status": .string(status.rawValue), "reason": .text(shownReason),
            "attempts": .int(attempts),
            "next_attempt_at": .text(status == .pending ? nextAttemptAt.map { "\($0)" } : nil),
            "last_attempt": last.map { .object($0.json) } ?? .null,
        ]
    }
}

/// The result of one HTTP request of a delivery, as the attempt log stores it.
struct AttemptRecord: Sendable {
    let delivery: String
    let number: Int
    let message: String
    let endpoint: String
    let type: String
    let attempt: Delivery.Attempt
    let timings: Timings
    /// The first 2 KiB of what was answered; nil when nothing was.
    let response: String?

    /// In microseconds; nil for what was not needed.
    struct Timings: Sendable {
        var dns: Int?
        var connect: Int?
        var tls: Int?
        var firstByte: Int?

        var json: JSON {
            func milliseconds(_ micro: Int?) -> JSON {
                guard let micro else { return .null }
                let rest = String(micro % 1000)
                return .number("\(micro / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest)
            }
            return [
                "dns_ms": milliseconds(dns), "connect_ms": milliseconds(connect), "tls_ms": milliseconds(tls),
                "first_byte_ms": milliseconds(firstByte),
            ]
        }
    }

    var json: JSON {
        var out: JSON.Members = [
            "delivery_id": .string(delivery), "number": .int(number), "message_id": .string(message),
            "endpoint_id": .string(endpoint), "type": .string(type),
        ]
        for (name, value) in attempt.json { out[name] = value }
        out["timings"] = timings.json
        out["response"] = .text(response)
        return .object(out)
    }
}

extension AttemptRecord.Timings {
    init(_ given: DeliveryClient.Timings) {
        func micro(_ duration: Duration?) -> Int? { duration.map { Int($0 / .microseconds(1)) } }
        self.init(
            dns: micro(given.dns), connect: micro(given.connect), tls: micro(given.tls),
            firstByte: micro(given.firstByte))
    }
}
