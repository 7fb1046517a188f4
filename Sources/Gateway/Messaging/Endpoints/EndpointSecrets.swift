import JSONValue
import Sealing
import SQL
import Webhooks

/// The sealed part of an endpoint: its present secret, the former ones until their ends, and the header fields of its
/// deliveries.
struct EndpointSecrets: Sendable {
    let tenantKeys: TenantKeys
    /// Of the read of a tenant's key.
    var priority = TransactionPriority.normal

    func current(_ endpoint: Endpoint, at now: Timestamp) async throws -> [SecretBytes] {
        let sealer = try await tenantKeys.sealer(for: endpoint.tenant, priority: priority)
        let present = try sealer.open(endpoint.sealedSecret, column: .endpointSecret, row: endpoint.id)
        var secrets = [try Self.decoded(present)]
        for former in endpoint.formerSecrets where former.until > now {
            secrets.append(try Self.decoded(try FormerEndpointSecretStore.open(former, of: endpoint.id, sealer)))
        }
        return secrets
    }

    /// A callback's `x-mb-secret`; nil when the tenant gave none.
    func callback(_ endpoint: Endpoint) async throws -> SecretBytes? {
        let text = try await tenantKeys.sealer(for: endpoint.tenant, priority: priority).open(
            endpoint.sealedSecret, column: .endpointSecret, row: endpoint.id)
        return text.count == 0 ? nil : text
    }

    /// In the order in which the tenant gave them.
    func headers(_ endpoint: Endpoint) async throws -> [(name: String, value: String)] {
        guard endpoint.allowance.sealedHeaders != nil else { return [] }
        return try headers(endpoint, try await tenantKeys.sealer(for: endpoint.tenant, priority: priority))
    }

    /// The same in a transaction, with the tenant's sealer.
    func headers(_ endpoint: Endpoint, _ sealer: TenantSealer) throws -> [(name: String, value: String)] {
        guard let sealed = endpoint.allowance.sealedHeaders else { return [] }
        let text = try sealer.open(sealed, column: .endpointHeaders, row: endpoint.id)
        return try JSON.parse(text.reveal()).objectValue?.compactMap { name, value in
            value.stringValue.map { (name, $0) }
        } ?? []
    }

    func seal(headers: JSON.Members, of endpoint: String, tenant: String) async throws -> [UInt8]? {
        if headers.isEmpty { return nil }
        return try await tenantKeys.sealer(for: tenant).seal(
            SecretBytes(JSON.object(headers).bytes), column: .endpointHeaders, row: endpoint)
    }

    private static func decoded(_ text: SecretBytes) throws -> SecretBytes {
        guard let key = WebhookSecret.decode(text.revealText()) else { throw SealingError.malformed }
        return key
    }
}

extension SealedColumn {
    /// A callback's secret too.
    static let endpointSecret = SealedColumn(table: "webhook_endpoints", column: "sealed_secret")
    static let endpointHeaders = SealedColumn(table: "webhook_endpoints", column: "sealed_headers")
}
