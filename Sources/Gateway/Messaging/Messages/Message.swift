import JSONValue
import SQL

/// The objects that a message belongs to.
struct MessageContext: Sendable {
    var user: String?
    var connection: String?
    var calendar: String?
    var event: String?
    var bot: String?
    /// True if the user was deleted before the message was made: it belongs to the tenant, not to the present user of
    /// the id.
    var isFormer = false

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
    var data: String
    let extra: String?
    let context: MessageContext
    let receivedAt: Timestamp
    /// The Meeting BaaS account that it came by; of a callback with what names the callback. nil for the gateway's own.
    var account: String?
    /// Not received, but found out by asking Meeting BaaS afterwards.
    var isReconciled = false
    /// The time at which `data` and `extra` were emptied for want of space, or erased with their user. They are null since.
    var droppedAt: Timestamp?

    /// True if it came by an account of the tenant's own.
    var isOfOwnAccount: Bool { account.map { $0 == tenant || $0.hasPrefix(tenant + "/") } ?? false }

    var json: JSON {
        // A damaged value is shown as it is stored.
        func parsed(_ text: String) -> JSON { (try? JSON.parse(text.utf8, depth: 600)) ?? .string(text) }
        return [
            "id": .string(id), "type": .string(type), "timestamp": .string(timestamp), "data": parsed(data),
            "extra": extra.map(parsed) ?? .null, "context": context.json, "received_at": .string("\(receivedAt)"),
            "reconciled": .bool(isReconciled), "dropped_at": .text(droppedAt.map { "\($0)" }),
        ]
    }

    // MARK: - as it is sent

    /// The body that is sent to an endpoint.
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

    /// The body that is sent to a bot's callback: Meeting BaaS's own envelope. On v1 it has no `extra` beside `data`.
    var callback: [UInt8] {
        var out = Array(#"{"event":"#.utf8) + JSON.string(type).bytes + Array(#","data":"#.utf8) + Array(data.utf8)
        if ["bot.completed", "bot.failed"].contains(type) {
            out += Array(#","extra":"#.utf8) + Array((extra ?? "null").utf8)
        }
        out.append(UInt8(ascii: "}"))
        return out
    }
}
