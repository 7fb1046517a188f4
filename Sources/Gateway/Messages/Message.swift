import SQL
import Wire

/// What a message says about whose things it is.
struct MessageContext: Sendable {
    var user: String?
    var connection: String?
    var calendar: String?
    var event: String?
    var bot: String?

    var json: JSON {
        [
            "user_id": .text(user), "connection_id": .text(connection), "calendar_id": .text(calendar),
            "event_id": .text(event), "bot_id": .text(bot),
        ]
    }
}

/// One webhook received for a tenant, or one event of the gateway's own.
struct Message: Sendable {
    let id: String
    let tenant: String
    let type: String
    /// The event's own time, else of receipt.
    let timestamp: String
    /// JSON text, as it is stored and sent.
    let data: String
    let extra: String?
    let context: MessageContext
    let receivedAt: Timestamp
    /// Not received, but found out by asking Meeting BaaS afterwards.
    var isReconciled = false

    var json: JSON {
        // What somebody damaged is shown as it is.
        func parsed(_ text: String) -> JSON { (try? JSON.parse(text.utf8, depth: 600)) ?? .string(text) }
        return [
            "id": .string(id), "type": .string(type), "timestamp": .string(timestamp), "data": parsed(data),
            "extra": extra.map(parsed) ?? .null, "context": context.json, "received_at": .string("\(receivedAt)"),
            "reconciled": .bool(isReconciled),
        ]
    }
}

/// A message as it lies in the database: `data` and `extra` are JSON text, and stay it on their way out.
struct StoredMessage: Sendable {
    let id: String
    let type: String
    let timestamp: String
    var data: String
    let extra: String?
    let context: MessageContext
    let accountID: String?
    let receivedAt: Timestamp
    let isReconciled: Bool

    /// What an endpoint is sent.
    var payload: [UInt8] {
        var out = Array(#"{"type":"#.utf8)
        out += JSON.string(type).bytes
        out += Array(#","timestamp":"#.utf8) + JSON.string(timestamp).bytes
        out += Array(#","data":"#.utf8) + Array(data.utf8)
        out += Array(#","extra":"#.utf8) + Array((extra ?? "null").utf8)
        out += Array(#","context":"#.utf8) + context.json.bytes
        if isReconciled { out += Array(#","reconciled":true"#.utf8) }
        out.append(UInt8(ascii: "}"))
        return out
    }

    /// What a bot's callback is sent: Meeting BaaS's own envelope, in which v1 has no `extra` beside `data`.
    var callback: [UInt8] {
        var out = Array(#"{"event":"#.utf8) + JSON.string(type).bytes + Array(#","data":"#.utf8) + Array(data.utf8)
        if ["bot.completed", "bot.failed"].contains(type) {
            out += Array(#","extra":"#.utf8) + Array((extra ?? "null").utf8)
        }
        out.append(UInt8(ascii: "}"))
        return out
    }
}
