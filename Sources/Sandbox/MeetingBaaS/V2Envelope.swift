/// v2's envelopes (facts 3.2). The schemas are closed: nothing may be added.
enum V2 {
    static func success(_ status: Int, _ data: JSON) -> Reply { .json(status, ["success": true, "data": data]) }

    /// The answer of most commands.
    static func done(_ message: String) -> Reply { success(200, ["message": .string(message)]) }

    static func list(_ page: V2Page) -> Reply {
        .json(
            200,
            [
                "success": true, "data": .array(page.items), "cursor": .optional(page.next),
                "prev_cursor": .optional(page.previous),
            ])
    }

    /// Answers of the calendar-bot operations: partial success is a success.
    static func items(_ status: Int, _ ids: [String], errors: [JSON]) -> Reply {
        .json(
            status,
            ["success": true, "data": .array(ids.map { ["event_id": .string($0)] }), "errors": .array(errors)])
    }

    static func itemError(_ event: CalendarEvent, _ code: String, _ message: String) -> JSON {
        ["event_id": .string(event.id), "code": .string(code), "message": .string(message), "details": nil]
    }

    static func error(_ status: Int, _ code: String, _ message: String, details: String? = nil) -> Reply {
        .json(
            status,
            [
                "success": false, "error": .string(titles[status] ?? "Error"), "code": .string(code),
                "statusCode": .integer(status), "message": .string(message), "details": .optional(details),
            ])
    }

    /// 400 by schema `ValidationErrorResponse`, which has no `details`.
    static func invalid(_ message: String, code: String = "FST_ERR_VALIDATION") -> Refusal {
        Refusal(
            .json(
                400,
                [
                    "success": false, "error": "Bad Request", "code": .string(code), "statusCode": 400,
                    "message": .string(message),
                ]))
    }

    /// The one 429 that goes away by itself (facts 3.4).
    static func tooManyRequests(_ limit: Int) -> Reply {
        let message = "Rate limit exceeded. Maximum \(limit) requests per second allowed. Retry after 1 seconds"
        return .json(
            429,
            [
                "success": false, "error": "Rate Limited", "code": "FST_ERR_TOO_MANY_REQUESTS", "statusCode": 429,
                "message": .string(message), "retryAfter": 1,
            ], headers: [("retry-after", "1")])
    }

    static func missing(_ code: String, _ message: String) -> Refusal { Refusal(error(404, code, message)) }

    static func refusal(_ problem: Upstream.Problem) -> Refusal {
        switch problem {
        case .refresh(let reason):
            Refusal(
                error(
                    401, "FST_ERR_OAUTH_TOKEN_REFRESH_FAILED", "Failed to refresh the OAuth access token",
                    details: reason))
        case .scope:
            Refusal(
                error(
                    403, "FST_ERR_CALENDAR_PERMISSION_DENIED",
                    "Permission denied: the OAuth grant does not include calendar access"))
        case .calendar:
            invalid("The calendar does not exist in this account", code: "FST_ERR_CALENDAR_NOT_FOUND")
        }
    }

    private static let titles = [
        400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
        409: "Conflict", 415: "Unsupported Media Type", 422: "Unprocessable Entity", 429: "Rate Limited",
        500: "Internal Server Error",
    ]
}

/// One page of a v2 list. A cursor is base64 of `<isoDate>::<id>`; with a `-` in front it leads back (facts 3.5).
struct V2Page: Sendable {
    let items: [JSON]
    let next: String?
    let previous: String?

    /// - Parameter rows: the whole list in its order, each with the key its cursor is made of.
    init(_ rows: [(key: String, item: JSON)], limit: Int, cursor: String?) throws {
        var range = 0..<min(limit, rows.count)
        if let cursor, !cursor.isEmpty, cursor != "null" {
            let back = cursor.hasPrefix("-")
            guard let bytes = Encodings.fromBase64(back ? cursor.dropFirst() : cursor[...]),
                let position = rows.firstIndex(where: { $0.key == String(decoding: bytes, as: UTF8.self) })
            else { throw V2.invalid("querystring/cursor Invalid cursor") }
            range = back ? max(0, position - limit)..<position : position + 1..<min(position + 1 + limit, rows.count)
        }
        items = rows[range].map(\.item)
        next = range.upperBound < rows.count ? rows[range].last.map { Encodings.base64(Array($0.key.utf8)) } : nil
        previous = range.lowerBound > 0 ? rows[range].first.map { "-" + Encodings.base64(Array($0.key.utf8)) } : nil
    }
}
