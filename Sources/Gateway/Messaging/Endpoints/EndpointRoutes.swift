import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import JSONValue
import Sealing
import SQL
import Webhooks

struct EndpointRoutes: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let clock: GatewayClock

    func add(to routes: inout RouteList) {
        routes.key(.post, "/api/v1/webhook-endpoints", .webhooksWrite, create)
        routes.key(.get, "/api/v1/webhook-endpoints", .webhooksWrite, list)
        routes.key(.get, "/api/v1/webhook-endpoints/{id}", .webhooksWrite, get)
        routes.key(.patch, "/api/v1/webhook-endpoints/{id}", .webhooksWrite, change)
        routes.key(.delete, "/api/v1/webhook-endpoints/{id}", .webhooksWrite, delete)
        routes.key(.post, "/api/v1/webhook-endpoints/{id}/rotate-secret", .webhooksWrite, rotate)
        routes.key(.post, "/api/v1/webhook-endpoints/{id}/test", .webhooksWrite, test)
    }

    private static let perTenant = 50

    @Sendable private func create(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        try Self.check(caller)
        var fields = try await BodyValidator.read(request)
        let url = fields.string("url", required: true, length: 1...2000, rule: Self.url) ?? ""
        let description = fields.string("description", length: 1...500)
        let types = fields.strings("event_types", count: 1...100, rule: Self.type) ?? ["*"]
        let since = fields.time("since")
        let requested = EndpointFields(&fields)
        try fields.validate()
        let id = Identifier.make(.endpoint)
        let secret = WebhookSecret.make()
        let now = clock.now
        var made = Endpoint(
            id: id, tenant: caller.tenant.id, url: url, description: description, eventTypes: types, status: .enabled,
            sealedSecret: try await seal(secret, of: id, caller), createdAt: now)
        requested.apply(
            to: &made,
            sealedHeaders: try await requested.sealedHeaders(
                of: id, tenant: made.tenant, EndpointSecrets(tenantKeys: tenantKeys)))
        let endpoint = made
        let secrets = EndpointSecrets(tenantKeys: tenantKeys)
        let sealer = try await tenantKeys.sealer(for: endpoint.tenant)
        return try await database.writeReply(as: caller, at: now) { tx, admitted in
            guard try EndpointStore.list(endpoint.tenant, in: tx).count < Self.perTenant else {
                throw Problem(.quotaExceeded, "A tenant may have \(Self.perTenant) webhook endpoints.", action: .tenant)
            }
            try EndpointStore.insert(endpoint, as: admitted, in: tx)
            // Replays messages that were received before the endpoint existed.
            let replay = try since.map {
                try ReplayStore.begin(
                    endpoint, since: $0, until: nil, types: nil, statuses: Replay.Status.allCases,
                    as: admitted, at: now, in: tx
                ).id
            }
            let names = try secrets.headers(endpoint, sealer).map(\.name)
            return .json(
                .created,
                try Self.presented(endpoint, headers: names, secret: secret, replay: replay, at: now, in: tx))
        }
    }

    @Sendable private func list(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        try Self.check(caller)
        let list = try ListQuery(request, caller)
        let found = try await database.read {
            try EndpointStore.list(caller.tenant.id, after: list.cursor, limit: list.limit + 1, in: $0)
        }
        let held = try await database.read { tx in
            try found.map { try DeliveryStore.held($0.tenant, endpoint: $0.id, in: tx) }
        }
        let counts = Dictionary(zip(found.map(\.id), held)) { $1 }
        let secrets = EndpointSecrets(tenantKeys: tenantKeys)
        var names: [[String]] = []
        for endpoint in found { names.append(try await secrets.headers(endpoint).map(\.name)) }
        let headers = Dictionary(zip(found.map(\.id), names)) { $1 }
        let now = clock.now
        return .json(
            .ok,
            list.page(
                found, id: \.id,
                json: { Self.json($0, held: counts[$0.id] ?? 0, headers: headers[$0.id] ?? [], at: now) }))
    }

    @Sendable private func get(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        .json(.ok, try await presented(try await find(caller, path)))
    }

    /// Disabling holds what is due; enabling lets it go.
    @Sendable private func change(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        try Self.check(caller)
        var fields = try await BodyValidator.read(request)
        let url = fields.string("url", length: 1...2000, rule: Self.url)
        let changesDescription = fields.has("description")
        let description = fields.string("description", length: 1...500)
        let types = fields.strings("event_types", count: 1...100, rule: Self.type)
        let status = fields.choice("status", Endpoint.Status.self)
        let requested = EndpointFields(&fields)
        try fields.validate()
        let id = try path("id")
        let now = clock.now
        let sealed = try await requested.sealedHeaders(
            of: id, tenant: caller.tenant.id, EndpointSecrets(tenantKeys: tenantKeys))
        let changed = try await database.write(as: caller, at: now) { tx in
            guard var endpoint = try EndpointStore.find(caller.tenant.id, id, in: tx) else { throw Problem.notFound }
            endpoint.url = url ?? endpoint.url
            if changesDescription { endpoint.description = description }
            endpoint.eventTypes = types ?? endpoint.eventTypes
            let switches = status.map { $0 != endpoint.status } ?? false
            endpoint.status = status ?? endpoint.status
            requested.apply(to: &endpoint, sealedHeaders: sealed)
            try EndpointStore.update(endpoint, in: tx)
            if switches || status == .enabled {
                // A manual change resets the endpoint's health.
                endpoint.health = EndpointHealth(since: now)
                try EndpointStore.setHealth(endpoint, endpoint.health, in: tx)
            }
            if status != nil { try DeliveryUpdates.begin(endpoint.tenant, endpoint: id, at: now, in: tx) }
            return endpoint
        }
        return .json(.ok, try await presented(changed))
    }

    @Sendable private func delete(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        try Self.check(caller)
        let id = try path("id")
        let now = clock.now
        let gone = try await database.write(as: caller, at: now) { tx in
            guard try EndpointStore.delete(caller.tenant.id, id, in: tx) else { return false }
            try DeliveryUpdates.begin(caller.tenant.id, endpoint: id, at: now, in: tx)
            return true
        }
        guard gone else { throw Problem.notFound }
        return .noContent
    }

    /// `{overlap_seconds (0…604800)}`: meanwhile deliveries are signed by the former secret too.
    @Sendable private func rotate(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        try Self.check(caller)
        var fields = try await BodyValidator.read(request)
        let overlap = fields.int("overlap_seconds", required: true, in: 0...604_800) ?? 0
        try fields.validate()
        let id = try path("id")
        let secret = WebhookSecret.make()
        let sealed = try await seal(secret, of: id, caller)
        let sealer = try await tenantKeys.sealer(for: caller.tenant.id)
        let now = clock.now
        let until = now.adding(seconds: Double(overlap))
        let secrets = EndpointSecrets(tenantKeys: tenantKeys)
        return try await database.writeReply(as: caller, at: now) { tx in
            guard let endpoint = try EndpointStore.find(caller.tenant.id, id, in: tx) else { throw Problem.notFound }
            let present = try sealer.open(endpoint.sealedSecret, column: .endpointSecret, row: id)
            let former = try until > now ? FormerEndpointSecretStore.seal(present, until: until, sealer) : nil
            try EndpointStore.rotate(endpoint, sealedSecret: sealed, former: former, at: now, in: tx)
            let names = try secrets.headers(endpoint, sealer).map(\.name)
            return .json(.ok, try Self.presented(endpoint, headers: names, secret: secret, at: now, in: tx))
        }
    }

    /// Sends `endpoint.test` to this endpoint alone.
    @Sendable private func test(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        try Self.check(caller)
        let (id, now) = (try path("id"), clock.now)
        let message = Message(
            id: Identifier.make(.message), tenant: caller.tenant.id, type: "endpoint.test", timestamp: "\(now)",
            data: JSON.object(["endpoint_id": .string(id)]).text, extra: nil, context: MessageContext(), receivedAt: now
        )
        return try await database.writeReply(as: caller, at: now) { tx in
            guard let endpoint = try EndpointStore.find(caller.tenant.id, id, in: tx) else { throw Problem.notFound }
            guard endpoint.status == .enabled else {
                throw Problem(.conflict, "The endpoint is disabled; enable it first.", action: .tenant)
            }
            let delivery = try MessageStore.insert(message, for: id, in: tx)
            return .json(.accepted, ["message_id": .string(message.id), "delivery_id": .string(delivery)])
        }
    }

    /// Endpoints are the whole tenant's; a key that speaks for one user may no more than that user.
    static func check(_ caller: Caller) throws {
        guard caller.user == nil else {
            throw Problem(
                .insufficientScope, "Webhook endpoints are the tenant's: leave the header Gateway-User out.",
                action: .tenant)
        }
    }

    private func find(_ caller: Caller, _ path: PathValues) async throws -> Endpoint {
        try Self.check(caller)
        let id = try path("id")
        guard let endpoint = try await database.read({ try EndpointStore.find(caller.tenant.id, id, in: $0) }) else {
            throw Problem.notFound
        }
        return endpoint
    }

    private func seal(_ secret: String, of endpoint: String, _ caller: Caller) async throws -> [UInt8] {
        try await tenantKeys.sealer(for: caller.tenant.id).seal(
            SecretBytes(secret), column: .endpointSecret, row: endpoint)
    }

    private func presented(_ endpoint: Endpoint) async throws -> JSON {
        let names = try await EndpointSecrets(tenantKeys: tenantKeys).headers(endpoint).map(\.name)
        let now = clock.now
        return try await database.read { try Self.presented(endpoint, headers: names, at: now, in: $0) }
    }

    /// - Parameter secret: on creation and rotation alone.
    private static func presented(
        _ endpoint: Endpoint, headers: [String], secret: String? = nil, replay: String? = nil, at now: Timestamp,
        in tx: any Transaction
    ) throws -> JSON {
        let held = try DeliveryStore.held(endpoint.tenant, endpoint: endpoint.id, in: tx)
        guard var out = Self.json(endpoint, held: held, headers: headers, at: now).objectValue else { return .null }
        if let secret { out["secret"] = .string(secret) }
        if let replay { out["replay_id"] = .string(replay) }
        return .object(out)
    }

    /// - Parameter headers: the names; values are never shown.
    private static func json(_ endpoint: Endpoint, held: Int, headers: [String], at now: Timestamp) -> JSON {
        var out = endpoint.json
        var presented = JSON.Members()
        for name in headers { presented[name] = .string(EndpointFields.hidden) }
        out["headers"] = .object(presented)
        out["health"] = endpoint.healthJSON(held: held, at: now)
        return .object(out)
    }

    /// The address is checked at each delivery; http is allowed only there, for addresses in the allow list.
    private static let url = ValidationRule(
        message: "must be an http or https URL with a plain host, without user, fragment or escapes in the host"
    ) { DeliveryURL($0) != nil }
    static let type = ValidationRule(
        message: "must be *, an event's name like bot.completed, or its beginning like bot.*"
    ) {
        $0.wholeMatch(of: /\*|[0-9A-Za-z._]+(\.\*)?/) != nil
    }
}
