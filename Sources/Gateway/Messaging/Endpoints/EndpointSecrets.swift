import JSONValue
import Sealing
import Webhooks

/// The sealed part of an endpoint: its present secret, the former ones until their ends, and the header fields of its
/// deliveries.
struct EndpointSecrets: Sendable {
    let tenantKeys: TenantKeys

    func current(_ endpoint: Endpoint, at now: Timestamp) async throws -> [SecretBytes] {
        let sealer = try await tenantKeys.sealer(for: endpoint.tenant)
        var secrets = [try open(endpoint.sealedSecret, "sealed_secret", endpoint, sealer)]
        for former in endpoint.formerSecrets where former.until > now {
            secrets.append(try Self.decoded(try FormerEndpointSecretStore.open(former, of: endpoint.id, sealer)))
        }
        return secrets
    }

    /// A callback's `x-mb-secret`; nil when the tenant gave none.
    func callback(_ endpoint: Endpoint) async throws -> SecretBytes? {
        let text = try await tenantKeys.sealer(for: endpoint.tenant).open(
            endpoint.sealedSecret, table: "webhook_endpoints", row: endpoint.id, column: "sealed_secret")
        return text.count == 0 ? nil : text
    }

    /// In the order in which the tenant gave them.
    func headers(_ endpoint: Endpoint) async throws -> [(name: String, value: String)] {
        guard endpoint.allowance.sealedHeaders != nil else { return [] }
        return try headers(endpoint, try await tenantKeys.sealer(for: endpoint.tenant))
    }

    /// The same in a transaction, with the tenant's sealer.
    func headers(_ endpoint: Endpoint, _ sealer: TenantSealer) throws -> [(name: String, value: String)] {
        guard let sealed = endpoint.allowance.sealedHeaders else { return [] }
        let text = try sealer.open(
            sealed, table: "webhook_endpoints", row: endpoint.id, column: "sealed_headers")
        return try JSON.parse(text.reveal()).objectValue?.compactMap { name, value in
            value.stringValue.map { (name, $0) }
        } ?? []
    }

    func seal(headers: JSON.Members, of endpoint: String, tenant: String) async throws -> [UInt8]? {
        if headers.isEmpty { return nil }
        return try await tenantKeys.sealer(for: tenant).seal(
            SecretBytes(JSON.object(headers).bytes), table: "webhook_endpoints", row: endpoint,
            column: "sealed_headers")
    }

    private func open(
        _ sealed: [UInt8], _ column: String, _ endpoint: Endpoint, _ sealer: TenantSealer
    ) throws -> SecretBytes {
        try Self.decoded(
            try sealer.open(sealed, table: "webhook_endpoints", row: endpoint.id, column: column))
    }

    private static func decoded(_ text: SecretBytes) throws -> SecretBytes {
        guard let key = WebhookSecret.decode(text.revealText()) else { throw SealingError.malformed }
        return key
    }
}
