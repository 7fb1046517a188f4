import JSONValue
import Sealing
import SQL

/// Per-bot callbacks by way of the gateway. Meeting BaaS calls the gateway with a secret of ours, and the gateway
/// delivers to the tenant's URL as it delivers every webhook. So the account's key, which v1 would send along, does not
/// leave the gateway.
struct BotCallbacks: Sendable {
    let tenantKeys: TenantKeys
    /// Without a trailing slash.
    let publicURL: String

    static let path = "/callbacks/meeting-baas"
    /// The prefix of the callback URLs given to Meeting BaaS.
    var base: String { "\(publicURL)\(Self.path)/" }

    static func newReference() -> String { Base64.encodeURL(Digests.random(24)) }

    /// The `x-mb-secret` of Meeting BaaS's calls (v2). Derived from the reference, so it is not stored.
    func secret(_ reference: String) -> String {
        Base64.encodeURL(tenantKeys.digest(reference, purpose: "callback-secret"))
    }

    /// The receiver of a bot's own webhooks, as its tenant names it.
    struct Target: Sendable, Equatable {
        let url: String
        let secret: String?
        /// `POST` or `PUT`.
        let method: String
    }

    /// An endpoint that stands for a tenant's callback, ready to be written.
    struct Prepared: Sendable {
        let endpoint: Endpoint
        let digest: [UInt8]

        /// - Returns: the id of the endpoint for this URL, secret and method: the one there was, or this one.
        func store(as admitted: Admitted, in tx: any Transaction) throws -> String {
            if let known = try EndpointStore.callback(endpoint.tenant, digest: digest, in: tx) { return known }
            try EndpointStore.insert(endpoint, as: admitted, in: tx)
            try EndpointStore.setCallbackDigest(endpoint, digest, in: tx)
            return endpoint.id
        }
    }

    func prepare(_ callback: Target, tenant: String, at now: Timestamp) async throws -> Prepared {
        let id = Identifier.make(.endpoint)
        let sealed = try await tenantKeys.sealer(for: tenant).seal(
            SecretBytes(callback.secret ?? ""), column: .endpointSecret, row: id)
        let parts = [tenant, callback.method, callback.url, callback.secret ?? ""]
        return Prepared(
            endpoint: Endpoint(
                id: id, tenant: tenant, url: callback.url, description: nil, eventTypes: [], status: .enabled,
                sealedSecret: sealed, createdAt: now,
                callbackMethod: callback.method),
            digest: tenantKeys.digest(parts.joined(separator: "\0"), purpose: "callback"))
    }
}
