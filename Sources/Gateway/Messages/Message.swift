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
    let data: JSON
    let extra: JSON
    let context: MessageContext
    let receivedAt: Timestamp

    /// What an endpoint is sent.
    var payload: JSON {
        [
            "type": .string(type), "timestamp": .string(timestamp), "data": data, "extra": extra,
            "context": context.json,
        ]
    }

    /// What a bot's callback is sent: Meeting BaaS's own envelope, in which v1 has no `extra` beside `data`.
    var callback: JSON {
        var out: JSON.Members = ["event": .string(type), "data": data]
        if ["bot.completed", "bot.failed"].contains(type) { out["extra"] = extra }
        return .object(out)
    }

    var json: JSON {
        [
            "id": .string(id), "type": .string(type), "timestamp": .string(timestamp), "data": data, "extra": extra,
            "context": context.json, "received_at": .string("\(receivedAt)"),
        ]
    }
}
