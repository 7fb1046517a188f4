import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Synchronization
import Testing

extension EndToEnd {
    /// Requests that wait for a provider or for Meeting BaaS while what they depend on ends.
    @Suite struct EndingRaceTests {
        private static func calendars(_ place: MirrorPlace) async throws -> [JSON] {
            try await place.env.meetingBaaS.call(.get, "/_sandbox/calendars").expect(200).items
        }

        /// Keeps the answers of a call back while `body` runs.
        private static func holding<T: Sendable>(
            _ api: API, _ method: String, _ path: String, until: () async throws -> Void,
            _ call: @escaping @Sendable () async throws -> T
        ) async throws -> T {
            try await api.call(
                .post, "/_sandbox/faults", ["method": .string(method), "path_prefix": .string(path), "hold": true]
            ).expect(201)
            let task = Task { try await call() }
            for _ in 0..<200 {
                let arrived = try await api.call(.get, "/_sandbox/requests").items.contains {
                    $0["method"] == .string(method) && $0["path"]?.stringValue?.hasPrefix(path) == true
                }
                if arrived { break }
                try await Task.sleep(for: .milliseconds(25))
            }
            try await until()
            try await api.call(.delete, "/_sandbox/faults").expect(204)
            return try await task.value
        }

        private static func forget(_ api: API) async throws {
            try await api.call(.delete, "/_sandbox/requests").expect(204)
        }

        enum End: String, CaseIterable, Sendable { case connection, user, session, tenant }

        @Test(.timeLimit(.minutes(2)), arguments: End.allCases, [APIVersion.v1, .v2])
        func `A calendar that is made while what it hangs on ends is taken down`(end: End, version: APIVersion)
            async throws
        {
            try await MirrorPlace.run { place in
                let (a, env) = (place.a, place.env)
                let minted = try await a.server.call(
                    .post, "/api/v1/sessions", ["user_id": "ann", "scopes": ["connections:write", "mirror:write"]]
                ).expect(201)
                let ann = API(env.gatewayURL, token: try minted.text("token"))
                let connection = try await a.connect(ann, "google", email: "ann@example.com")
                let id = try #require(connection["id"]?.stringValue)
                let path = version == .v1 ? "/calendars/" : "/v2/calendars"
                // Listing the provider's calendars comes first; its path has the same beginning.
                let raw = version == .v1 ? "/calendars/raw" : "/v2/calendars/list-raw"
                try await place.fault(["method": "POST", "path_prefix": .string(raw), "delay_ms": 1])
                let body: JSON = ["connection_id": .string(id), "raw_calendar_id": version == .v1 ? .null : "primary"]
                let reply = try await Self.holding(
                    env.meetingBaaS, "POST", path,
                    until: {
                        try await env.eventually {
                            try await Self.calendars(place).isEmpty ? nil : true
                        }
                        switch end {
                        case .connection:
                            try await a.server.call(.delete, "/api/v1/connections/\(id)").expect(202)
                        case .user: try await a.server.call(.delete, "/api/v1/users/ann").expect(202)
                        case .session:
                            try await a.server.call(.delete, "/api/v1/sessions/\(try minted.text("id"))").expect(204)
                        case .tenant:
                            try await env.operator.call(.delete, "/admin/v1/tenants/tenant-a").expect(202)
                        }
                    }
                ) { try await ann.call(.post, "/meeting-baas" + path, body) }
                #expect(![200, 201].contains(reply.status), "\(reply.status) \(reply.text)")
                try await env.eventually(within: 30) {
                    try await Self.calendars(place).isEmpty ? true : nil
                }
                if end == .tenant {
                    try await env.eventually(within: 30) {
                        try await env.operator.call(.get, "/admin/v1/tenants/tenant-a").status == 404 ? true : nil
                    }
                } else {
                    #expect(try await a.server.call(.get, "/api/v1/calendars").expect(200).items.isEmpty)
                }
                if end != .session {
                    try await env.eventually {
                        try await env.google.call(.get, "/_sandbox/grants").items.isEmpty ? true : nil
                    }
                }
            }
        }

        enum Grant: String, CaseIterable, Sendable { case complete, exchange, importing }

        @Test(.timeLimit(.minutes(2)), arguments: Grant.allCases, [End.user, .session, .tenant])
        func `A grant that comes while its user, session or tenant ends is not kept`(grant: Grant, end: End)
            async throws
        {
            // A token is imported by a key alone.
            if grant == .importing, end == .session { return }
            try await MirrorPlace.run { place in
                let (a, env) = (place.a, place.env)
                let minted = try await a.server.call(.post, "/api/v1/sessions", ["user_id": "ann"]).expect(201)
                let ann = API(env.gatewayURL, token: try minted.text("token"))
                let client: JSON = "100000000001-app.apps.googleusercontent.com"
                let call: @Sendable () async throws -> API.Reply
                switch grant {
                case .complete:
                    let consent = try await a.consent(ann, "google", email: "ann@example.com")
                    call = {
                        try await ann.call(
                            .post, "/api/v1/connections/\(consent.connection)/complete",
                            ["ticket": .string(consent.ticket)])
                    }
                case .exchange:
                    let code = try await env.google.call(
                        .post, "/_sandbox/codes",
                        ["client_id": client, "email": "ann@example.com", "nonce": "n-1", "redirect_uri": ""]
                    ).text("code")
                    call = {
                        try await ann.call(
                            .post, "/api/v1/connections/exchange",
                            ["provider": "google", "code": .string(code), "redirect_uri": "", "nonce": "n-1"])
                    }
                case .importing:
                    // A token that another tenant's connection has, as its owner might hand it over.
                    let bob = try await place.b.session("bob")
                    _ = try await place.b.connect(bob, "google", email: "bob@example.com")
                    let token = try #require(
                        try await env.google.call(.get, "/_sandbox/grants").items.first?["refresh_token"])
                    let key = try await env.operator.call(
                        .post, "/admin/v1/tenants/tenant-a/keys",
                        ["name": "import", "scopes": ["connections:import"]]
                    ).expect(201).text("key")
                    let importer = API(env.gatewayURL, token: key)
                    call = {
                        try await importer.call(
                            .post, "/api/v1/connections/import",
                            ["provider": "google", "user_id": "ann", "refresh_token": token])
                    }
                }
                try await Self.forget(env.google)
                let reply = try await Self.holding(
                    env.google, "POST", "/token",
                    until: {
                        switch end {
                        case .user, .connection: try await a.server.call(.delete, "/api/v1/users/ann").expect(202)
                        case .session:
                            try await a.server.call(.delete, "/api/v1/sessions/\(try minted.text("id"))").expect(204)
                        case .tenant:
                            try await env.operator.call(.delete, "/admin/v1/tenants/tenant-a").expect(202)
                        }
                    }, call)
                #expect(![200, 201].contains(reply.status), "\(reply.status) \(reply.text)")
                if end == .tenant {
                    try await env.eventually(within: 30) {
                        try await env.operator.call(.get, "/admin/v1/tenants/tenant-a").status == 404 ? true : nil
                    }
                } else {
                    #expect(try await a.server.call(.get, "/api/v1/connections").expect(200).items.isEmpty)
                }
                // Nothing that the gateway does not keep stays alive at the provider; bob's own grant does.
                let kept = grant == .importing ? 1 : 0
                try await env.eventually {
                    try await env.google.call(.get, "/_sandbox/grants").items.count == kept ? true : nil
                }
            }
        }

        @Test(.timeLimit(.minutes(1)))
        func `A grant of an app that was changed while its code was exchanged is refused`() async throws {
            try await MirrorPlace.run { place in
                let (a, env) = (place.a, place.env)
                let ann = try await a.session("ann")
                let consent = try await a.consent(ann, "google", email: "ann@example.com")
                try await Self.forget(env.google)
                let reply = try await Self.holding(
                    env.google, "POST", "/token",
                    until: {
                        try await env.operator.call(
                            .put, "/admin/v1/tenants/tenant-a/providers/google",
                            ["client_id": "200000000002-app.apps.googleusercontent.com", "client_secret": "s"]
                        ).expect(200)
                    }
                ) {
                    try await ann.call(
                        .post, "/api/v1/connections/\(consent.connection)/complete",
                        ["ticket": .string(consent.ticket)])
                }
                #expect(reply.status == 409, "\(reply.text)")
                #expect(try await a.server.call(.get, "/api/v1/connections").expect(200).items.isEmpty)
            }
        }

        // MARK: - at random

        private enum Act: CaseIterable, Sendable { case calendar, mirroredCalendar, botV1, botV2, complete, exchange }

        private static var rounds: Int {
            ProcessInfo.processInfo.environment["GATEWAY_RACES"].flatMap { Int($0) } ?? 12
        }

        /// In the end every object at Meeting BaaS and at the provider has an owner here, whatever was requested and
        /// deleted meanwhile.
        @Test(.timeLimit(.minutes(15)))
        func `Whatever ends while requests wait, nothing is left without an owner`() async throws {
            SeededGenerator.announce("ending races")
            try await MirrorPlace.run { place in
                var random = SeededGenerator("ending races")
                var users: [String] = []
                for round in 0..<Self.rounds {
                    let act = Act.allCases.randomElement(using: &random) ?? .calendar
                    let ends: [End] = round == Self.rounds - 1 ? [.tenant] : [.connection, .user, .session]
                    let end = ends.randomElement(using: &random) ?? .user
                    let delays = (Int.random(in: 0...300, using: &random), Int.random(in: 0...300, using: &random))
                    let tenant = round == Self.rounds - 1 ? place.b : place.a
                    try await Self.round(place, tenant, "user-\(round)", act, end, delays)
                    if end == .connection || end == .session { users.append("user-\(round)") }
                }
                try await Self.settle(place, users)
            }
        }

        private static func round(
            _ place: MirrorPlace, _ tenant: TenantFixture, _ user: String, _ act: Act, _ end: End,
            _ delays: (answer: Int, end: Int)
        ) async throws {
            let env = place.env
            let minted = try await tenant.server.call(
                .post, "/api/v1/sessions",
                [
                    "user_id": .string(user),
                    "scopes": ["connections:write", "calendars:write", "mirror:write", "mirror:read"],
                ]
            ).expect(201)
            let app = API(env.gatewayURL, token: try minted.text("token"))
            let connection = try await tenant.connect(app, "google", email: "\(user)@example.com")
            let id = connection["id"]?.stringValue ?? ""
            let late: JSON = .int(delays.answer)
            for path in ["/v2/calendars", "/v2/bots", "/bots"] {
                try await place.fault(["method": "POST", "path_prefix": .string(path), "delay_ms": late, "times": 2])
            }
            try await env.google.call(
                .post, "/_sandbox/faults", ["method": "POST", "path_prefix": "/token", "delay_ms": late]
            ).expect(201)
            let bot: JSON = ["bot_name": "N", "meeting_url": MirrorPlace.meeting()]
            let call: @Sendable () async throws -> API.Reply
            switch act {
            case .calendar:
                call = { try await app.call(.post, "/api/v1/calendars", ["connection_id": .string(id)]) }
            case .mirroredCalendar:
                call = {
                    try await app.call(
                        .post, "/meeting-baas/v2/calendars",
                        ["connection_id": .string(id), "raw_calendar_id": "primary"])
                }
            case .botV1: call = { try await app.call(.post, "/meeting-baas/bots", bot) }
            case .botV2: call = { try await app.call(.post, "/meeting-baas/v2/bots", bot) }
            case .complete:
                let consent = try await tenant.consent(app, "google", email: "\(user)-2@example.com")
                call = {
                    try await app.call(
                        .post, "/api/v1/connections/\(consent.connection)/complete",
                        ["ticket": .string(consent.ticket)])
                }
            case .exchange:
                let code = try await env.google.call(
                    .post, "/_sandbox/codes",
                    [
                        "client_id": "100000000001-app.apps.googleusercontent.com",
                        "email": .string("\(user)-2@example.com"), "nonce": "n-1", "redirect_uri": "",
                    ]
                ).text("code")
                call = {
                    try await app.call(
                        .post, "/api/v1/connections/exchange",
                        ["provider": "google", "code": .string(code), "redirect_uri": "", "nonce": "n-1"])
                }
            }
            async let reply = call()
            try await Task.sleep(for: .milliseconds(delays.end))
            switch end {
            case .connection: try await tenant.server.call(.delete, "/api/v1/connections/\(id)").expect(202)
            case .user: try await tenant.server.call(.delete, "/api/v1/users/\(user)").expect(202)
            case .session:
                try await tenant.server.call(.delete, "/api/v1/sessions/\(try minted.text("id"))").expect(204)
            case .tenant: try await env.operator.call(.delete, "/admin/v1/tenants/\(tenant.slug)").expect(202)
            }
            let status = try await reply.status
            #expect([200, 201, 401, 404, 409].contains(status), "\(act) \(end) \(delays): \(status)")
            try await env.meetingBaaS.call(.delete, "/_sandbox/faults").expect(204)
            try await env.google.call(.delete, "/_sandbox/faults").expect(204)
        }

        /// Waits until jobs have done their work, then compares what stands outside with what is known here.
        /// - Parameter users: those who were not deleted.
        private static func settle(_ place: MirrorPlace, _ users: [String]) async throws {
            let (server, env) = (place.a.server, place.env)
            try await env.eventually(within: 40) {
                try await env.operator.call(.get, "/admin/v1/tenants/tenant-b").status == 404 ? true : nil
            }
            var difference = ""
            do {
                try await env.eventually(within: 40) { () -> Bool? in
                    let here = try await server.call(.get, "/api/v1/calendars?limit=100").expect(200).items
                    let there = try await calendars(place)
                    let known = Set(here.compactMap { $0["id"]?.stringValue })
                    let standing = Set(there.compactMap { ($0["calendar_id"] ?? $0["uuid"] ?? $0["id"])?.stringValue })
                    let connections = try await server.call(.get, "/api/v1/connections?limit=100").expect(200).items
                    let emails = connections.compactMap { $0["account"]?["email"]?.stringValue }.sorted()
                    let grants = try await env.google.call(.get, "/_sandbox/grants").items
                        .compactMap { $0["email"]?.stringValue }.sorted()
                    var strays: [String] = []
                    for bot in try await env.meetingBaaS.call(.get, "/_sandbox/bots").items {
                        let (id, status) = (bot["bot_id"]?.stringValue ?? "", bot["status"]?.stringValue ?? "")
                        guard !["completed", "failed", "cancelled"].contains(status) else { continue }
                        var isOwned = false
                        for user in users where !isOwned {
                            let api = server.with("Gateway-User", user)
                            let v2 = try await api.call(.get, "/meeting-baas/v2/bots/\(id)/status").status
                            let v1 = try await api.call(.get, "/meeting-baas/bots/\(id)/screenshots").status
                            isOwned = v1 == 200 || v2 == 200
                        }
                        if !isOwned { strays.append(id) }
                    }
                    difference =
                        "calendars \(known) here, \(standing) there; grants \(emails) here, \(grants) there; "
                        + "bots \(strays)"
                    return known == standing && emails == grants && strays.isEmpty ? true : nil
                }
            } catch {
                Issue.record("\(difference)")
            }
        }
    }
}
