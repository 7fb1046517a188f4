import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import SQL

/// The routes of received messages, their deliveries, and replays.
struct MessageRoutes: Sendable {
    let database: any Database
    let clock: GatewayClock
    let authenticator: Authenticator
    let broadcaster: MessageBroadcaster
    let logger: Logger

    func add(to routes: inout RouteList) {
        routes.key(.get, "/api/v1/messages", .messagesRead, list)
        routes.key(.get, "/api/v1/messages/{id}", .messagesRead, get)
        routes.key(.get, "/api/v1/deliveries", .messagesRead, deliveries)
        routes.key(.post, "/api/v1/deliveries/{id}/retry", .webhooksWrite, retry)
    }

    /// `after` is a cursor or the id of the last message seen. As a stream where that is asked for.
    @Sendable private func list(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        var query = try QueryFields(request)
        let after = query.string("after")
        let type = query.string("type")
        let list = ListQuery(&query, caller)
        try query.validate()
        if MessageStream.isAsked(request) {
            return try await MessageStream(
                database: database, broadcaster: broadcaster, tenant: caller.tenant.id, user: list.user, type: type,
                mayRead: authenticator.accessCheck(caller, .messagesRead), logger: logger
            ).response(after: request.headers[Self.lastEventID] ?? after ?? list.cursor)
        }
        let found = try await database.read { tx in
            try MessageStore.list(
                caller.tenant.id, user: list.user, type: type, after: after ?? list.cursor, limit: list.limit + 1,
                in: tx)
        }
        return .json(.ok, list.page(found, id: \.id, json: \.json))
    }

    private static let lastEventID = HTTPField.Name.make("Last-Event-ID")

    @Sendable private func get(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let id = try path("id")
        guard
            let message = try await database.read({
                try MessageStore.find(caller.tenant.id, id, user: caller.user, in: $0)
            })
        else { throw Problem.notFound }
        return .json(.ok, message.json)
    }

    @Sendable private func deliveries(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response
    {
        var query = try QueryFields(request)
        let status = query.choice("status", Delivery.Status.self)
        var filter = DeliveryStore.Filter(
            status: status, endpoint: query.string("endpoint_id"), message: query.string("message_id"),
            type: query.string("type"))
        let list = ListQuery(&query, caller)
        try query.validate()
        filter.user = list.user
        let requested = filter
        let found = try await database.read { tx in
            try DeliveryStore.list(
                caller.tenant.id, requested, after: list.cursor, limit: list.limit + 1, in: tx)
        }
        return .json(.ok, list.page(found, id: \.id, json: \.json))
    }

    @Sendable private func retry(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let id = try path("id")
        let now = clock.now
        return try await database.writeReply(as: caller, at: now) { tx in
            guard let delivery = try DeliveryStore.find(caller.tenant.id, id, in: tx),
                let message = try MessageStore.find(caller.tenant.id, delivery.messageID, user: caller.user, in: tx)
            else { throw Problem.notFound }
            if let dropped = message.droppedAt {
                throw Problem(
                    .conflict,
                    "The message's data were dropped at \(dropped): nothing is left to send.")
            }
            let endpoint = try EndpointStore.target(caller.tenant.id, delivery.endpointID, in: tx)
            guard endpoint?.status == .enabled else {
                throw Problem(.conflict, "The endpoint is disabled; enable it first.", action: .tenant)
            }
            try DeliveryStore.retry(caller.tenant.id, id, at: now, in: tx)
            return .json(.accepted, try (DeliveryStore.find(caller.tenant.id, id, in: tx) ?? delivery).json)
        }
    }
}
