import JSONValue
import Sealing

/// The requests that v1 was sent for bots of events. They are sealed, since they may hold a tenant's own secrets.
struct OrderRequests: Sendable {
    let tenantKeys: TenantKeys

    func sealed(_ request: JSON, _ order: BotCreation) async throws -> [UInt8] {
        try await tenantKeys.sealer(for: order.tenant).seal(
            SecretBytes(request.bytes), column: .orderRequest, row: order.correlationID)
    }

    func opened(_ request: BotCreationStore.Request) async throws -> JSON {
        let bytes = try await tenantKeys.sealer(for: request.order.tenant).open(
            request.sealed, column: .orderRequest, row: request.order.correlationID)
        return try JSON.parse(bytes.reveal(), depth: 512)
    }
}

extension SealedColumn {
    static let orderRequest = SealedColumn(table: "bot_orders", column: "sealed_request")
}
