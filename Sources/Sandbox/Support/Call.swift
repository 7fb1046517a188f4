/// One request as a fake sees it, its body read in full.
struct Call: Sendable {
    /// Upper-case.
    let method: String
    /// Without the query, as received.
    let path: String
    /// Raw, without `?`.
    let query: String
    /// Lower-case names; a repeated header's values are joined by `, `.
    let headers: [String: String]
    let body: [UInt8]
    /// The decoded values of the route's `:name` segments.
    var parameters: [String: String] = [:]

    var queryPairs: [(name: String, value: String)] { Encodings.pairs(query) }

    /// The first value of a query parameter.
    func query(_ name: String) -> String? { queryPairs.first { $0.name == name }?.value }

    /// The body as form pairs.
    var formPairs: [(name: String, value: String)] { Encodings.pairs(String(decoding: body, as: UTF8.self)) }

    /// The media type of the body in lower case, without parameters.
    var mediaType: String? {
        headers["content-type"]?.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } }
    }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }
}

/// One answer of a fake.
struct Reply: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    /// Server-Sent Events in place of a body: each element is sent at once, until the stream or the origin ends.
    var events: AsyncStream<[UInt8]>?
    /// The connection is closed in the middle of the body.
    var breaksBody = false

    init(_ status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func events(_ events: AsyncStream<[UInt8]>) -> Reply {
        var reply = Reply(200, headers: [("content-type", "text/event-stream"), ("cache-control", "no-store")])
        reply.events = events
        return reply
    }

    static func json(_ status: Int, _ value: JSON, headers: [(name: String, value: String)] = []) -> Reply {
        Reply(status, headers: [("content-type", "application/json; charset=utf-8")] + headers, body: value.bytes)
    }

    static func text(_ status: Int, _ text: String) -> Reply {
        Reply(status, headers: [("content-type", "text/plain; charset=utf-8")], body: Array(text.utf8))
    }

    static func html(_ status: Int, _ page: String) -> Reply {
        let headers = [
            ("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
        ]
        return Reply(status, headers: headers, body: Array(page.utf8))
    }

    static func redirect(to location: String) -> Reply {
        Reply(
            302, headers: [("location", location), ("cache-control", "no-store"), ("referrer-policy", "no-referrer")])
    }
}

/// Thrown by a handler that answers before its end.
struct Refusal: Error {
    let reply: Reply

    init(_ reply: Reply) { self.reply = reply }
}
