import JSONValue
import Sealing

/// The requests that v1 was sent for bots of events. They are sealed, since they may hold a tenant's own secrets.
struct OrderRequests: Sendable {
    let vault: TenantKeys

    func sealed(_ request: JSON, _ order: BotCreation) async throws -> [UInt8] {
        try await vault.sealer(for: order.tenant).seal(
            SecretBytes(request.bytes), table: "bot_orders", row: order.marker, column: "sealed_request")
    }

    func opened(_ request: BotCreationStore.Request) async throws -> JSON {
        let bytes = try await vault.sealer(for: request.order.tenant).open(
            request.sealed, table: "bot_orders", row: request.order.marker, column: "sealed_request")
        return try JSON.parse(bytes.reveal(), depth: 512)
    }
}
