import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Bad input: each rule of each field of the contract, and what is no proper JSON, query or path at all. Every
    /// refusal is a problem document that says what is wrong where, and changes nothing.
    @Suite struct InputTests {
        /// - Parameter changes: whether `body` may leave something behind.
        private func place(
            changes: Bool = false, _ body: @escaping @Sendable (InputPlace) async throws -> Void
        ) async throws {
            let env = try await TestEnvironment.run { env, receiver in
                let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let things = try await MatrixTests.things(env, tenant, "ann")
                let document = try await env.anonymous.call(.get, "/openapi.json").expect(200).json
                let all = ContractOperation.all(document)
                #expect(all.count > 50)
                let scopes: JSON = [
                    "name": "all",
                    "scopes": [
                        "connections:import", "connections:read", "connections:write",
                        "calendars:read", "calendars:write", "recordings:write", "sessions:write", "webhooks:write",
                        "messages:read",
                    ],
                ]
                let key = try await env.operator.call(.post, "/admin/v1/tenants/tenant-a/keys", scopes).expect(201)
                let place = InputPlace(
                    env: env, tenant: tenant, things: things, key: try key.text("key"), operations: all)
                let before = try await place.state()
                try await body(place)
                if !changes { #expect(try await place.state() == before, "what was refused changed nothing") }
            }
            #expect(!env.gatewayOutput.contains("unexpected error"), "\(env.gatewayOutput.suffix(2000))")
            try Contracts.checkReplies(env)
        }

        /// A refusal as the contract has it.
        private func expect(
            _ reply: API.Reply, _ status: Int, _ code: String, at pointers: [String]? = nil, _ what: String
        ) {
            let description = "\(what): \(reply.status) \(reply.text.prefix(300))"
            #expect(reply.status == status && reply.code == code, "\(description)")
            #expect(reply.header("Content-Type") == "application/problem+json", "\(description)")
            #expect((reply["detail"]?.stringValue ?? "").count > 10, "\(description)")
            guard let pointers else { return }
            let named = (reply["errors"]?.arrayValue ?? []).compactMap { $0["pointer"]?.stringValue }
            #expect(named == pointers, "\(description)")
            #expect((reply["errors"]?.arrayValue ?? []).allSatisfy { ($0["detail"]?.stringValue ?? "").count > 5 })
        }

        // MARK: Bodies

        private static let noJSON: [(String, [UInt8])] = [
            ("invalid UTF-8", Array(#"{"name":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)),
            ("an overlong form", Array(#"{"name":""#.utf8) + [0xC0, 0xAF] + Array(#""}"#.utf8)),
            ("a surrogate in UTF-8", Array(#"{"name":""#.utf8) + [0xED, 0xA0, 0x80] + Array(#""}"#.utf8)),
            ("10 000 arrays", Array(repeating: UInt8(ascii: "["), count: 10_000)),
            ("10 000 arrays, closed", Array((String(repeating: "[", count: 10_000) + closing("]")).utf8)),
            ("10 000 objects", Array((String(repeating: #"{"a":"#, count: 10_000) + "1" + closing("}")).utf8)),
            (
                "10 000 in a field",
                Array((#"{"name":"# + String(repeating: "[", count: 10_000) + closing("]") + "}").utf8)
            ),
            ("a BOM", [0xEF, 0xBB, 0xBF] + Array("{}".utf8)),
            ("UTF-16", [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00]),
            ("a member twice", Array(#"{"name":"a","name":"a"}"#.utf8)),
            ("an escaped member twice", Array(#"{"name":"a","n\u0061me":"b"}"#.utf8)),
            ("half a surrogate pair", Array(#"{"name":"\ud800"}"#.utf8)),
            ("the other half", Array(#"{"name":"\udc00\ud800"}"#.utf8)),
            ("a plain NUL", Array(#"{"name":""#.utf8) + [0] + Array(#""}"#.utf8)),
            ("NUL after the end", Array("{}\0".utf8)),
            ("two values", Array("{} {}".utf8)), ("a comma too many", Array(#"{"name":"a",}"#.utf8)),
            ("NaN", Array(#"{"name":NaN}"#.utf8)), ("half of it", Array(#"{"name":"#.utf8)),
            ("blanks alone", Array(" \n".utf8)), ("an array", Array("[]".utf8)), ("a string", Array(#""a""#.utf8)),
            ("a number", Array("1".utf8)), ("null", Array("null".utf8)),
        ]
        private static func closing(_ mark: String) -> String { String(repeating: mark, count: 10_000) }

        @Test(.timeLimit(.minutes(3))) func `What is no JSON object, or not sent as one, is refused whole`()
            async throws
        {
            try await place { place in
                var count = 0
                for operation in place.operations where operation.schema != nil {
                    let (api, path) = (place.caller(operation), place.path(operation))
                    for (what, bytes) in Self.noJSON {
                        // Meeting BaaS cuts strings off in the midst of a pair, and is read all the same.
                        if operation.isWebhook, what.contains("half") { continue }
                        let reply = try await api.send(operation.method, path, body: bytes)
                        if operation.path.contains("/webhooks/meeting-baas/{slug}") {
                            expect(reply, 503, "not_configured", "\(operation.name), \(what)")
                        } else if operation.path.hasPrefix("/callbacks/") {
                            expect(reply, 401, "unauthenticated", "\(operation.name), \(what)")
                        } else {
                            expect(reply, 400, "malformed", "\(operation.name), \(what)")
                        }
                        count += 1
                    }
                    if operation.isWebhook { continue }
                    let types = [
                        "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/json",
                        "application/json; charset=latin1", #"application/json;charset="utf-16""#, "*/*", ";",
                    ]
                    for type in types {
                        let reply = try await api.send(
                            operation.method, path, body: operation.example.bytes, type: type)
                        expect(reply, 400, "malformed", "\(operation.name) as \(type)")
                        count += 1
                    }
                    let large = #"{"name":""# + String(repeating: "a", count: 1 << 20) + #""}"#
                    expect(
                        try await api.send(operation.method, path, body: Array(large.utf8)), 413, "too_large",
                        "\(operation.name), more than a mebibyte")
                }
                #expect(count > 500)
            }
        }

        @Test(.timeLimit(.minutes(5))) func `Every field of every body has its rule, and its place is named`()
            async throws
        {
            try await place { place in
                var count = 0
                for operation in place.operations where operation.schema != nil && !operation.isWebhook {
                    let (api, path) = (place.caller(operation), place.path(operation))
                    func refused(_ body: JSON, at pointer: String, _ what: String) async throws {
                        let reply = try await api.call(operation.method, path, body)
                        expect(reply, 422, "validation", at: [pointer], "\(operation.name) \(pointer), \(what)")
                        count += 1
                    }
                    #expect(!operation.fields.isEmpty, "\(operation.name)")
                    for field in operation.fields {
                        for (value, place) in BadValues.of(field, items: operation.items(of: field)) {
                            try await refused(
                                operation.body(field, value), at: field.pointer + place, "\(value.text.prefix(60))")
                        }
                        if field.isRequired {
                            try await refused(operation.body(field, nil), at: field.pointer, "left out")
                            try await refused(operation.body(field, .null), at: field.pointer, "null")
                        }
                    }
                    if let text = operation.fields.first(where: { $0.types == ["string"] && $0.path.count == 1 }) {
                        let long = JSON.string(String(repeating: "a", count: 900_000))
                        try await refused(operation.body(text, long), at: text.pointer, "most of a mebibyte")
                    }
                    var more = operation.example.objectValue ?? [:]
                    more["so/m~e"] = 1
                    try await refused(.object(more), at: "/so~1m~0e", "an unknown field")
                    // All errors are reported at once.
                    var mistakes: JSON.Members = ["x": 1, "y": 2]
                    for field in operation.fields where field.isRequired && field.path.count == 1 {
                        mistakes[field.path[0]] = [:]
                    }
                    let reply = try await api.call(operation.method, path, .object(mistakes))
                    let named = (reply["errors"]?.arrayValue ?? []).compactMap { $0["pointer"]?.stringValue }
                    #expect(Set(named) == Set(mistakes.names.map { "/\($0)" }), "\(operation.name): \(reply.text)")
                }
                #expect(count > 400, "\(count)")
                print("input: \(count) bodies with one bad field each")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A body of nothing but mistakes gets a short answer`() async throws {
            try await place { place in
                var members: JSON.Members = [:]
                for number in 0..<50_000 { members["m\(number)"] = 0 }
                let reply = try await place.tenant.server.call(.post, "/api/v1/sessions", .object(members))
                #expect(reply.status == 422 && reply["errors"]?.arrayValue?.count == 100)
                #expect(reply["detail"]?.stringValue?.contains("and 49999 more") == true)
                // One grapheme cluster of 250 000 code points is no name of one character.
                let cluster = "e" + String(repeating: "\u{301}", count: 250_000)
                let long = try await place.env.operator.call(
                    .post, "/admin/v1/tenants", ["slug": "other", "name": .string(cluster)])
                expect(long, 422, "validation", at: ["/name"], "a long cluster")
                for extra: JSON in [
                    ["meeting_gateway": 1], ["a": .string(String(repeating: "a", count: 4090))],
                    .object(["a": .string(String(repeating: "é", count: 2046))]),
                ] {
                    let reply = try await place.tenant.server.call(
                        .put, "/api/v1/events/\(place.things.event)/recording", ["bot_name": "x", "extra": extra])
                    let at = extra["meeting_gateway"] == nil ? "/extra" : "/extra/meeting_gateway"
                    expect(reply, 422, "validation", at: [at], "\(extra.text.prefix(40))")
                }
            }
        }

        @Test(.timeLimit(.minutes(2))) func `What a rule just lets pass is taken`() async throws {
            try await place(changes: true) { place in
                var count = 0
                for operation in place.operations where operation.schema != nil && !operation.isWebhook {
                    for field in operation.fields {
                        for value in BadValues.justGood(field) {
                            let reply = try await place.caller(operation).call(
                                operation.method, place.path(operation), operation.body(field, value))
                            let errors = (reply["errors"]?.arrayValue ?? []).filter {
                                $0["pointer"]?.stringValue == field.pointer
                            }
                            let details = errors.compactMap { $0["detail"]?.stringValue }
                            // A stored value may still be refused for this operation: a return URL that nobody listed.
                            #expect(
                                !details.contains { $0.contains("characters") || $0.contains("whole number") },
                                "\(operation.name) \(field.pointer) \(value.text.prefix(60)): \(reply.text)")
                            #expect(reply.status != 400 && reply.status < 500 || reply.code == "upstream_rejected")
                            count += 1
                        }
                    }
                }
                #expect(count > 60, "\(count)")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A webhook is read as far as it can be`() async throws {
            try await place(changes: true) { place in
                let sender = place.env.anonymous.with("x-meeting-baas-api-key", TestEnvironment.apiKey)
                let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
                let odd = [
                    #""half":"\ud800x""#, #""nul":"a\u0000b""#, #""far":[1e999,-0,-9223372036854775808]"#,
                    "\"deep\":\(deep)", #""":{"":null}"#, #""long":"\#(String(repeating: "é", count: 100_000))""#,
                    "\"\u{E9}\":1,\"e\u{301}\":2", #""same":1,"same":2"#,
                ]
                for (number, member) in odd.enumerated() {
                    let body =
                        #"{"event":"calendar.odd","data":{"calendar_id":"\#(place.things.calendar)","#
                        + #""n":\#(number),\#(member)}}"#
                    try await sender.send(.post, "/webhooks/meeting-baas", body: Array(body.utf8)).expect(200)
                }
                let found = try await place.env.eventually { () -> [JSON]? in
                    let all = try await place.tenant.server.call(.get, "/api/v1/messages?type=calendar.odd")
                    return all.items.count == odd.count ? all.items : nil
                }
                #expect(found.map { $0["data"]?["n"]?.intValue } == Array(0..<odd.count))
                #expect(found[0]["data"]?["half"] == "\u{FFFD}x" && found[1]["data"]?["nul"] == "a\0b")
                #expect(found[6]["data"]?["\u{E9}"] == 1 && found[6]["data"]?["e\u{301}"] == 2)
                #expect(found[7]["data"]?["same"] == 2, "the last of a repeated member")
                // U+0000 where a column holds the text by itself, and bytes that are no UTF-8.
                let calendar = place.things.calendar
                let named =
                    #"{"event":"calendar.\u0000odd","data":{"calendar_id":"\#(calendar)","n":"x"#
                    + "\u{1}\"}}"
                let status =
                    #"{"event":"calendar.connection_updated","data":{"calendar_id":"\#(calendar)","#
                    + #""status":"active","status_message":"a\u0000b"}}"#
                // The one byte U+0001 stands for 0xFF, which no Swift string can hold.
                let bytes = Array(named.utf8).map { $0 == 1 ? 0xFF : $0 }
                for body in [bytes, Array(status.utf8)] {
                    try await sender.send(.post, "/webhooks/meeting-baas", body: body).expect(200)
                }
                let renamed = try await place.env.eventually {
                    try await place.tenant.server.call(.get, "/api/v1/messages?type=calendar.%EF%BF%BDodd").items.first
                }
                #expect(renamed["type"] == "calendar.\u{FFFD}odd" && renamed["data"]?["n"] == "x\u{FFFD}")
            }
        }

        // MARK: Queries and paths

        @Test(.timeLimit(.minutes(2))) func `Parameters are known, given once, and properly encoded`() async throws {
            try await place { place in
                var empties = 0
                for operation in place.operations where operation.caller != "anyone" && !operation.query.isEmpty {
                    let (api, path) = (place.caller(operation), place.path(operation))
                    let body = operation.schema == nil ? nil : operation.example
                    func refused(_ query: String, _ status: Int, at pointers: [String]?) async throws {
                        let reply = try await api.call(operation.method, "\(path)?\(query)", body)
                        expect(
                            reply, status, status == 400 ? "malformed" : "validation", at: pointers,
                            "\(operation.name)?\(query)")
                    }
                    try await refused("nonsense=1", 422, at: ["?nonsense"])
                    for name in operation.query {
                        let fitting = name == "limit" ? "1" : name == "all_occurrences" ? "false" : ""
                        try await refused("\(name)=\(fitting)&\(name)=\(fitting)", 422, at: ["?\(name)"])
                    }
                    // An empty filter must not widen what is answered. The beginning and the default may be empty.
                    for name in operation.query where !["cursor", "after", "limit"].contains(name) {
                        for empty in ["\(name)=", name] { try await refused(empty, 422, at: ["?\(name)"]) }
                        empties += 1
                    }
                    let starts = operation.query.filter { ["cursor", "after", "limit"].contains($0) }
                    if !starts.isEmpty, operation.method == .get {
                        let query = starts.map { "\($0)=" }.joined(separator: "&")
                        try await api.call(.get, "\(path)?\(query)").expect(200)
                    }
                    for (name, bad) in [
                        ("limit", ["0", "101", "1.5", "-1", "9007199254740993", "99999999999999999999", "1e1", "one"]),
                        ("all_occurrences", ["1", "True", "yes"]), ("status", ["nonsense", "Pending"]),
                        ("start_date_gte", ["yesterday", "2026-02-29T00:00:00Z", "2026-01-01"]),
                        ("updated_at_gte", ["1769860800", "2026-01-01T00:00:00"]), ("user_id", ["%C3%A9", "a%20b"]),
                        ("cursor", [String(repeating: "a", count: 2001)]),
                    ] where operation.query.contains(name) {
                        for value in bad { try await refused("\(name)=\(value)", 422, at: ["?\(name)"]) }
                    }
                    // By hand: no client sends these.
                    for query in ["limit=%zz", "limit=%", "a=%ff", "%C3%28=1"] {
                        let reply = try await place.raw(operation, path + "?" + query)
                        #expect(reply.contains("problem:malformed"), "\(operation.name)?\(query): \(reply)")
                    }
                }
                #expect(empties > 30, "\(empties) filters")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `An id that nobody can have is not found`() async throws {
            try await place { place in
                let ids = [
                    "%00", "a%00b", "%2F", "%2e%2e", "%zz", "%", "%C3%28", "%ff", "..;", "%20", "'", "%22",
                    String(repeating: "a", count: 3000),
                ]
                for operation in place.operations where operation.path.contains("{") {
                    for id in ids {
                        let reply = try await place.raw(operation, place.path(operation, id: id))
                        // A path that is no percent-encoding of UTF-8 is refused, for every caller.
                        let isPath = !["%zz", "%", "%C3%28", "%ff"].contains(id)
                        let wanted =
                            switch operation.path {
                            case "/webhooks/meeting-baas/{slug}" where isPath: "HTTP/1.1 503"
                            case "/oauth/callback/{provider}/{slug}" where isPath: "HTTP/1.1 400"
                            // An unknown reference answers as a wrong secret does.
                            case "/callbacks/meeting-baas/{reference}" where isPath: "HTTP/1.1 401"
                            // An unknown ticket says nothing of a connection.
                            case "/api/v1/connections/{id}/complete" where isPath: "HTTP/1.1 422"
                            // Users are not registered: what may be a user's name is one.
                            case "/api/v1/users/{user_id}" where ["..;", "'", "%22", "%2F", "%2e%2e"].contains(id):
                                "HTTP/1.1 202"
                            default: "HTTP/1.1 404"
                            }
                        #expect(reply.hasPrefix(wanted), "\(operation.name) \(id.prefix(20)): \(reply.prefix(400))")
                    }
                }
            }
        }
    }
}
