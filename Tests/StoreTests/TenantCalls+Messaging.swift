import JSONValue
import SQL

@testable import Gateway

private let now = StorePlace.now

extension TenantCall {
    static let messaging: [TenantCall] = [
        .init("EndpointStore.find") { try EndpointStore.find($0.tenant, $0.endpoint, in: $1) as Any },
        .init("EndpointStore.target") { try EndpointStore.target($0.tenant, $0.callback, in: $1) as Any },
        .init("EndpointStore.callback") { try EndpointStore.callback($0.tenant, digest: [9], in: $1) as Any },
        .init("EndpointStore.list") { try EndpointStore.list($0.tenant, in: $1) },
        .init("EndpointStore.listeners") { try EndpointStore.listeners($0.tenant, in: $1) },
        .init("EndpointStore.update") { rows, tx in
            var endpoint = rows.endpointRow(status: .disabled)
            endpoint.url = "https://other.example.com/"
            return try EndpointStore.update(endpoint, in: tx)
        },
        .init("EndpointStore.rotate") {
            try EndpointStore.rotate($0.endpointRow(), sealedSecret: [8], former: nil, at: now, in: $1)
        },
        .init("EndpointStore.setCallbackDigest") {
            try EndpointStore.setCallbackDigest($0.endpointRow(), [8], in: $1)
        },
        .init("EndpointStore.setHealth") {
            try EndpointStore.setHealth($0.endpointRow(), EndpointHealth(failures: 3), in: $1)
        },
        .init("EndpointStore.disable") { try EndpointStore.disable($0.tenant, $0.endpoint, at: now, in: $1) },
        .init("EndpointStore.disable(reason:)") {
            try EndpointStore.disable($0.endpointRow(), reason: "failing", at: now, in: $1)
        },
        .init("EndpointStore.delete") { try EndpointStore.delete($0.tenant, $0.endpoint, in: $1) },
        .init("EndpointStore.deleteRows") { rows, tx in
            _ = try EndpointStore.delete(rows.tenant, rows.endpoint, in: tx)
            return try EndpointStore.deleteRows(rows.tenant, rows.endpoint, limit: 100, in: tx)
        },
        .init("FormerEndpointSecretStore.list") {
            try FormerEndpointSecretStore.list($0.tenant, endpoint: $0.endpoint, in: $1)
        },
        .init("MessageStore.find") { try MessageStore.find($0.tenant, $0.message, user: $0.user, in: $1) as Any },
        .init("MessageStore.list") {
            try MessageStore.list($0.tenant, user: $0.user, type: nil, after: nil, limit: 10, in: $1)
        },
        .init("MessageStore.list(after:)") {
            try MessageStore.list($0.tenant, user: nil, type: nil, after: $0.message, limit: 10, in: $1)
        },
        .init("MessageStore.following") {
            try MessageStore.following($0.tenant, user: nil, type: nil, position: 0, limit: 10, in: $1)
        },
        .init("MessageStore.position") { try MessageStore.position($0.tenant, of: $0.message, in: $1) },
        .init("MessageStore.users") { try MessageStore.users($0.tenant, after: 0, limit: 10, in: $1) },
        .init("MessageStore.forgetUser") {
            try MessageStore.forgetUser($0.tenant, messages: [$0.message], in: $1)
        },
        .init("MessageStore.insert") { rows, tx in
            try rows.ifPresent(in: tx) { try MessageStore.insert(rows.messageRow("new"), in: tx) }
        },
        .init("MessageStore.emit") { rows, tx in
            try rows.ifPresent(in: tx) {
                try MessageStore.emit("x.y", rows.tenant, data: [:], context: MessageContext(), at: now, in: tx)
            }
        },
        .init("MessageStore.isDuplicate") { try MessageStore.isDuplicate($0.source("src"), at: now, in: $1) },
        .init("MessageStore.hasEnd(of:account:)") {
            try MessageStore.hasEnd(of: $0.bot, account: $0.account, in: $1)
        },
        .init("MessageStore.hasQuarantined") {
            try MessageStore.hasQuarantined(of: "lost", account: $0.account, in: $1)
        },
        .init("MessageStore.quarantined") {
            try MessageStore.quarantined(account: $0.account, .bot("lost"), after: nil, limit: 9, in: $1).count
        },
        .init("MessageStore.quarantinedTotal") { try MessageStore.quarantinedTotal(account: $0.account, in: $1) },
        .init("MessageStorage.usage") { try MessageStorage.usage(of: $0.tenant, in: $1) as Any },
        .init("MessageStorage.add") { try MessageStorage.add(-7, account: $0.account, in: $1) },
        .init("MessageStorage.erase") { rows, tx in
            try tx.run("UPDATE deliveries SET status = 'dead' WHERE tenant_id = \(rows.tenant)")
            return try MessageStorage.erase([rows.message], of: rows.tenant, at: now, in: tx)
        },
        .init("MessageStorage.droppable, drop") { rows, tx in
            try tx.run("UPDATE deliveries SET status = 'dead' WHERE tenant_id = \(rows.tenant)")
            try tx.run("UPDATE tenants SET message_limit = 1 WHERE id = \(rows.tenant)")
            let later = now.adding(seconds: 8 * 86_400)
            let found = try MessageStorage.droppable(rows.tenant, limit: 9, at: later, in: tx)
            let given = [MessageStorage.Droppable(id: rows.message, freed: 1)]
            try MessageStorage.drop(given, of: rows.tenant, toStore: 0, at: later, in: tx)
            return found
        },
        .init("MessageTrimming.check") { rows, tx in
            try tx.run("UPDATE tenants SET message_limit = 1 WHERE id = \(rows.tenant)")
            do {
                return try MessageTrimming.check(10, account: rows.account, in: tx)
            } catch is MessageTrimming.Full {
                return "full"
            }
        },
    ]

    static let deliveries: [TenantCall] = [
        .init("DeliveryStore.find") { try DeliveryStore.find($0.tenant, $0.delivery, in: $1) as Any },
        .init("DeliveryStore.list") {
            try DeliveryStore.list($0.tenant, .init(), after: nil, limit: 10, in: $1)
        },
        .init("DeliveryStore.list(endpoint:)") {
            try DeliveryStore.list(
                $0.tenant, .init(user: $0.user, endpoint: $0.endpoint, message: $0.message), after: nil, limit: 10,
                in: $1)
        },
        .init("DeliveryStore.retry") { try DeliveryStore.retry($0.tenant, $0.delivery, at: now, in: $1) },
        .init("DeliveryStore.hold, held, release") { rows, tx in
            let held = try DeliveryStore.hold(rows.tenant, endpoint: rows.endpoint, limit: 10, in: tx)
            let count = try DeliveryStore.held(rows.tenant, endpoint: rows.endpoint, in: tx)
            return [
                held, count,
                try DeliveryStore.release(rows.tenant, endpoint: rows.endpoint, limit: 10, at: now, in: tx),
            ]
        },
        .init("DeliveryUpdates.begin(endpoint:)") { rows, tx in
            try tx.run("UPDATE webhook_endpoints SET status = 'disabled' WHERE tenant_id = \(rows.tenant)")
            return try DeliveryUpdates.begin(rows.tenant, endpoint: rows.endpoint, at: now, in: tx)
        },
        .init("DeliveryUpdates.begin") { rows, tx in
            try TenantStore.update(rows.tenant, name: nil, status: .suspended, in: tx)
            return try DeliveryUpdates.begin(rows.tenant, at: now, in: tx)
        },
        .init("DeliveryUpdates.hasten") { rows, tx in
            try DeliveryUpdates.hasten(rows.endpointRow(), at: rows.made.adding(seconds: -60), in: tx)
        },
        .init("AttemptStore.list") {
            try AttemptStore.list($0.tenant, .init(), after: nil, limit: 10, opened: { _, _ in nil }, in: $1)
        },
        .init("AttemptStore.list(delivery:)") {
            try AttemptStore.list(
                $0.tenant, .init(user: $0.user, delivery: $0.delivery), after: nil, limit: 10,
                opened: { _, _ in nil }, in: $1)
        },
        .init("PendingDeliveries.context") {
            try PendingDeliveries.context($0.tenant, $0.delivery, at: now, in: $1)
        },
        .init("PendingDeliveries.finish") { rows, tx in
            let context = PendingDeliveries.DeliveryContext(
                delivery: rows.delivery, message: rows.messageRow(), endpoint: rows.endpointRow())
            return try PendingDeliveries.finish(
                context, rows.attempt(of: rows.delivery, 2, code: 200),
                .init(status: .delivered, at: nil, lane: 0, reason: nil), sealedResponse: nil, in: tx)
        },
        .init("PendingDeliveries.postpone") {
            try PendingDeliveries.postpone(
                $0.tenant, $0.delivery, until: now.adding(seconds: 60), reason: "x", in: $1)
        },
        .init("PendingDeliveries.hasten") {
            try PendingDeliveries.hasten(
                $0.tenant, endpoint: $0.endpoint, limit: 10, at: $0.made.adding(seconds: -60), in: $1)
        },
        .init("ReplayStore.find") { try ReplayStore.find($0.tenant, $0.replay, in: $1) as Any },
        .init("ReplayStore.isRunning") { rows, tx in
            try tx.run("UPDATE replays SET position = 0 WHERE tenant_id = \(rows.tenant)")
            return try ReplayStore.isRunning(rows.endpointRow(), in: tx)
        },
        .init("ReplayStore.advance, presented, takeBack") { rows, tx in
            try tx.run("UPDATE deliveries SET status = 'dead' WHERE tenant_id = \(rows.tenant)")
            try tx.run("UPDATE replays SET position = 0 WHERE tenant_id = \(rows.tenant)")
            let isOn = try ReplayStore.advance(rows.tenant, rows.replay, at: now, in: tx)
            let replay = rows.replayRow
            return (
                isOn, try ReplayStore.presented(replay, in: tx).text, try ReplayStore.takeBack(replay, limit: 9, in: tx)
            )
        },
        .init("ReplayStore.count") { rows, tx in
            try tx.run("UPDATE deliveries SET status = 'dead' WHERE tenant_id = \(rows.tenant)")
            return try ReplayStore.count(rows.replayRow, rows.endpointRow(), after: 0, through: 100, in: tx)
        },
        .init("ReplayStore.setTotal") { rows, tx in
            try tx.run("UPDATE replays SET total = -1 WHERE tenant_id = \(rows.tenant)")
            return try ReplayStore.setTotal(rows.replayRow, 5, position: 0, in: tx)
        },
        .init("ReplayStore.cancel") { try ReplayStore.cancel($0.replayRow, at: now, in: $1) },
    ]
}

extension Rows {
    /// The replay of the seed, as it is read before anything of it was sent.
    var replayRow: Replay {
        Replay(
            id: replay, tenant: tenant, endpoint: endpoint, state: .running, since: made.adding(seconds: -60),
            until: nil, types: ["*"], statuses: [.dead, .none], position: 0,
            lastPosition: 1, total: nil, taken: 0, createdAt: made)
    }
}
