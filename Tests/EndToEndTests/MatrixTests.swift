import Foundation
import HTTPTypes
import JSONValue
import Logging
import Sealing
import Support
import Synchronization
import Testing

@testable import Gateway

extension EndToEnd {
    /// Promise 3: every route × every kind of caller × its own, another's and an unknown object.
    @Suite struct MatrixTests {
        private enum Expected: Equatable {
            case refused(Int, String)
            case letIn
        }

        /// The expected answer by the contract, computed apart from the code that decides it.
        private func expected(_ entry: Entry, _ caller: MatrixCaller) -> Expected {
            switch entry.route.access {
            case .anyone: return .letIn
            case .operator: return caller.kind == .admin ? .letIn : .refused(401, "unauthenticated")
            case .key(let scope), .caller(let scope):
                switch caller.kind {
                case .anonymous, .admin: return .refused(401, "unauthenticated")
                case .suspended: return .refused(403, "tenant_suspended")
                case .key, .session:
                    let isForKeys = if case .key = entry.route.access { true } else { false }
                    if isForKeys, caller.kind == .session { return .refused(403, "insufficient_scope") }
                    if entry.row.isTenantsAlone, caller.user != nil { return .refused(403, "insufficient_scope") }
                    return caller.scopes.contains { $0.rawValue == scope }
                        ? .letIn : .refused(403, "insufficient_scope")
                }
            }
        }

        private func owns(_ caller: MatrixCaller, _ things: Things, _ row: MatrixRow) -> Bool {
            switch row.owner {
            case .operator: things.slug != Things.unknown.slug
            case .tenant: things.slug == caller.tenant
            case .user: things.slug == caller.tenant && (caller.user == nil || caller.user == things.user)
            }
        }

        @Test(.timeLimit(.minutes(5))) func `Nobody reads, changes or learns of what is another's`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let routes = try await Self.routes()
            #expect(
                Set(routes.map(\.name)) == Set(AccessMatrix.rows.keys), "each route has its row, and each row its route"
            )
            let receiver = Receiver()
            try await receiver.run {
                let a = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let b = try await TenantFixture(env, slug: "tenant-b", receiver: receiver.url)
                let annOfA = try await Self.things(env, a, "ann")
                let bobOfA = try await Self.things(env, a, "bob")
                let annOfB = try await Self.things(env, b, "ann")
                let callers = try await MatrixCaller.all(env, a, b)
                let before = try await Self.state(a, b)
                for route in routes {
                    for caller in callers {
                        try await refuse(route, caller, [annOfA, bobOfA, annOfB], expected(route, caller))
                    }
                }
                #expect(try await Self.state(a, b) == before, "what was refused changed nothing")
                for route in routes.sorted(by: { $0.row.last < $1.row.last }) {
                    let allowed = callers.filter { expected(route, $0) == .letIn }
                    try await letIn(route, allowed, [annOfA, bobOfA, annOfB])
                }
            }
            try Contracts.checkReplies(env)
            print("matrix: \(routes.count) routes; \(times.summary)")
        }

        @Test(.timeLimit(.minutes(3)), arguments: Revocation.allCases)
        func `What ended while a request was under way ends the request`(ending: Revocation) async throws {
            try await TestEnvironment.run { env, receiver in
                let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let ann = try await Self.things(env, tenant, "ann")
                let other = try await TenantFixture(env, slug: "tenant-b", receiver: receiver.url)
                let scopes = ending.isOfSession ? Scope.sessionDefault : Set(Scope.allCases)
                let credential = try await ending.credential(
                    env, tenant, scopes: scopes.map(\.rawValue), user: ending == .userDeleted ? "eve" : "ann")
                let entries = try await Self.routes().filter { entry in
                    switch entry.route.access {
                    case .caller(let scope): entry.route.method != .get && scopes.contains { $0.rawValue == scope }
                    case .key: entry.route.method != .get && !ending.isOfSession
                    case .anyone, .operator: false
                    }
                }
                #expect(entries.count >= (ending.isOfSession ? 10 : 20))
                let before = try await Self.state(tenant, other)
                let requests = try entries.map { entry in
                    try SlowRequest(
                        entry.route.method, entry.row.path(entry.route.path, ann), at: env.gatewayURL,
                        token: credential.token, entry.row.body(ann) ?? [:])
                }
                try await SlowRequest.letHeadsIn()
                try await credential.end()
                for (entry, request) in zip(entries, requests) {
                    let reply = await request.finish()
                    #expect(reply.status == ending.status, "\(entry.name): \(reply.text)")
                }
                if ending == .tenantSuspended {
                    try await env.operator.call(.patch, "/admin/v1/tenants/tenant-a", ["status": "active"])
                        .expect(200)
                }
                #expect(try await Self.state(tenant, other) == before, "and it changed nothing")
            }
        }

        private let times = Times()

        /// Response times for another tenant's and for unknown objects; printed, not asserted.
        private final class Times: Sendable {
            struct Noted { var foreign: [Duration] = [], unknown: [Duration] = [] }
            private let noted = Mutex(Noted())

            func record(
                foreign isForeign: Bool, _ call: () async throws -> API.Reply
            ) async throws -> API.Reply {
                let began = ContinuousClock.now
                let reply = try await call()
                let took = began.duration(to: .now)
                noted.withLock { if isForeign { $0.foreign.append(took) } else { $0.unknown.append(took) } }
                return reply
            }

            var summary: String {
                let noted = noted.withLock { $0 }
                func median(_ all: [Duration]) -> String {
                    all.isEmpty ? "-" : "\(all.sorted()[all.count / 2].seconds * 1000) ms (\(all.count))"
                }
                return "median of another's \(median(noted.foreign)), of unknown ones \(median(noted.unknown))"
            }
        }

        private struct Entry: Sendable {
            let route: Route
            let row: MatrixRow
            var name: String { "\(route.method) \(route.path)" }

            func call(_ caller: MatrixCaller, _ things: Things) async throws -> API.Reply {
                let path = row.path(route.path, things)
                return try await caller.api.call(route.method, path, row.body(things))
            }
        }

        /// Everything that must not be: callers of the wrong kind, and the right kind at another's object.
        private func refuse(_ entry: Entry, _ caller: MatrixCaller, _ all: [Things], _ expected: Expected) async throws
        {
            if case .refused(let status, let code) = expected {
                let replies = try await [all[0], all[2], .unknown].asyncMap { try await entry.call(caller, $0) }
                for reply in replies {
                    #expect(
                        reply.status == status && reply.code == code, "\(entry.name) as \(caller.name): \(reply.text)")
                }
                #expect(
                    Set(replies.map(MatrixCaller.comparable)).count == 1,
                    "\(entry.name) as \(caller.name) tells them apart")
                return
            }
            guard entry.row.names != nil, entry.route.access != .anyone else { return }
            let unknown = try await times.record(foreign: false) { try await entry.call(caller, .unknown) }
            #expect(unknown.status == entry.row.hidden, "\(entry.name) as \(caller.name)")
            for things in all where !owns(caller, things, entry.row) {
                let foreign = try await times.record(foreign: true) { try await entry.call(caller, things) }
                #expect(
                    MatrixCaller.comparable(foreign) == MatrixCaller.comparable(unknown),
                    "\(entry.name) as \(caller.name) on \(things.slug)/\(things.user): \(foreign.text)")
            }
        }

        /// The owner's own way, by each kind of owner; what takes something away by the first of them alone.
        private func letIn(_ entry: Entry, _ callers: [MatrixCaller], _ all: [Things]) async throws {
            for caller in callers {
                for things in all {
                    let isOwn = entry.row.names == nil ? things.slug == caller.tenant : owns(caller, things, entry.row)
                    guard isOwn || caller.kind == .admin || entry.route.access == .anyone else { continue }
                    let reply = try await entry.call(caller, things)
                    // A caller for another user than the body names is refused; a key must name one.
                    let namesUser = reply.status == 422 && reply.text.contains("/user_id")
                    #expect(
                        entry.row.own.contains(reply.status) || namesUser,
                        "\(entry.name) as \(caller.name): \(reply.status) \(reply.text)")
                    let others = all.filter { caller.tenant != nil && !owns(caller, $0, .list()) }
                    for id in others.flatMap({ $0.slug == caller.tenant ? $0.usersIDs : $0.ids }) {
                        #expect(!reply.text.contains(id), "\(entry.name) shows \(caller.name) \(id)")
                    }
                    if entry.row.last > 0 { return }
                }
            }
        }

        // MARK: The environment

        private static func routes() async throws -> [Entry] {
            let folder = try Fixture.temporaryFolder()
            let gateway = try await Gateway.build(
                try await GatewayConfiguration.read(environment: [
                    "GATEWAY_MASTER_KEY": Base64.encode(SecretKey.random().reveal()),
                    "GATEWAY_DATABASE_URL": "sqlite:\(folder.path)/gateway.db",
                ]), logger: Logger(label: "test"))
            await gateway.close()
            return gateway.routes.routes.compactMap { route in
                let row = AccessMatrix.rows["\(route.method) \(route.path)"]
                if row == nil { Issue.record("\(route.method) \(route.path) has no row in AccessMatrix") }
                return row.map { Entry(route: route, row: $0) }
            }
        }

        /// Connects a calendar, records a meeting and has a message delivered.
        static func things(_ env: TestEnvironment, _ tenant: TenantFixture, _ user: String) async throws -> Things {
            let session = try await tenant.server.call(.post, "/api/v1/sessions", ["user_id": .string(user)]).expect(
                201)
            let app = API(env.gatewayURL, token: try session.text("token"))
            let connection = try await tenant.connect(app, "google", email: "\(user)-\(tenant.slug)@example.com")
            var things = Things(slug: tenant.slug, user: user)
            things.session = try session.text("id")
            things.connection = connection["id"]?.stringValue ?? ""
            things.calendar = try await app.call(
                .post, "/api/v1/calendars", ["connection_id": .string(things.connection)]
            ).expect(201).text("id")
            let events = try await app.call(.get, "/api/v1/calendars/\(things.calendar)/events").expect(200).items
            things.event = try #require(events.first { $0["meeting_url"]?.stringValue != nil }?["id"]?.stringValue)
            try await app.call(.put, "/api/v1/events/\(things.event)/recording", ["bot_name": "Notes"]).expect(200)
            let keys = try await env.operator.call(.get, "/admin/v1/tenants/\(tenant.slug)/keys").expect(200).items
            things.key = keys.first?["id"]?.stringValue ?? ""
            things.endpoint =
                try await tenant.server.call(.get, "/api/v1/webhook-endpoints").items.first?["id"]?.stringValue ?? ""
            let server = tenant.server.with("Gateway-User", user)
            let (message, delivery) = try await env.eventually { () -> (String, String)? in
                guard let message = try await server.call(.get, "/api/v1/messages").items.first?["id"] else {
                    return nil
                }
                let sent = try await server.call(.get, "/api/v1/deliveries?status=delivered").items.first {
                    $0["message_id"] == message
                }
                guard let id = sent?["id"]?.stringValue else { return nil }
                return (message.stringValue ?? "", id)
            }
            (things.message, things.delivery) = (message, delivery)
            things.replay = try await tenant.server.call(
                .post, "/api/v1/webhook-endpoints/\(things.endpoint)/replay",
                ["since": "2026-01-01T00:00:00Z", "types": ["none"]]
            ).expect(202).text("id")
            return things
        }

        /// The tenants' objects, as their own keys see them.
        private static func state(_ a: TenantFixture, _ b: TenantFixture) async throws -> [String] {
            var out: [String] = []
            for tenant in [a, b] {
                for path in ["connections", "calendars", "webhook-endpoints"] {
                    let reply = try await tenant.server.call(.get, "/api/v1/\(path)").expect(200)
                    // Syncs come and go by themselves.
                    out.append(reply.text.replacing(/"(synced_at|sync_status|updated_at)":("[^"]*"|null)/, with: ""))
                }
            }
            return out
        }
    }
}

extension Array {
    func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var out: [T] = []
        for element in self { out.append(try await transform(element)) }
        return out
    }
}
