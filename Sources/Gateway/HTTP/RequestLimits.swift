import JSONValue
import HTTPTypes
import Hummingbird
import NIOCore

/// How much may be asked: by an address that has proven nothing, and by a tenant.
struct RequestLimits: Sendable {
    let clock: GatewayClock
    let addresses: ClientAddress
    /// For each address, requests that bear no valid credential; ten times as many at once.
    let anonymousPerSecond: Int
    /// True if `/metrics` wants a token.
    let metricsNeedToken: Bool
    /// For credentials that are looked up in storage.
    let lookups: LookupLimits
    private let byAddress = RateLimiter()
    private let byTenant = RateLimiter()

    init(clock: GatewayClock, addresses: ClientAddress, anonymousPerSecond: Int, metricsNeedToken: Bool) {
        self.clock = clock
        self.addresses = addresses
        self.anonymousPerSecond = anonymousPerSecond
        self.metricsNeedToken = metricsNeedToken
        lookups = LookupLimits(perAddress: anonymousPerSecond)
    }

    private var anonymousRate: RateLimiter.Rate {
        .init(perSecond: Double(anonymousPerSecond), burst: Double(anonymousPerSecond * 10))
    }

    /// Before anything is looked up. Only requests that prove nothing use the bucket up (`noteAnonymous`); and whoever
    /// seems to bear something valid is let on even when others behind the same address have, to be refused if it is not.
    /// - Returns: the refusal of a request that turns out to bear nothing valid; nil while the address has some left.
    func refusal(_ request: Request, _ context: AppContext) -> Problem? {
        guard let key = addressKey(request, context.remoteAddress) else { return nil }
        let decision = byAddress.take(key, anonymousRate, cost: 0, at: clock.now)
        guard !decision.isAllowed else { return nil }
        return decision.problem("address", "Too many requests without a valid credential from this address.")
    }

    /// A form that is worth a look: a key or session whose checksum fits, any token for `/admin` and `/metrics` (which
    /// cost no look-up), a webhook or a callback with what Meeting BaaS proves itself by, a provider's answer with a state.
    func seemsValid(_ request: Request) -> Bool {
        let path = request.uri.path
        if path.hasPrefix("/webhooks/") {
            return WebhookFields.all.contains { request.headers[$0.id] != nil }
                || request.headers[.meetingBaaSKey] != nil
        }
        if path.hasPrefix("/callbacks/") {
            return request.headers[BotCallbackReceiver.secret] != nil || request.headers[.meetingBaaSKey] != nil
        }
        if path.hasPrefix("/oauth/callback/") { return request.uri.query?.contains("state=") ?? false }
        let bearer = request.headers[.authorization]?.split(separator: " ").last.map(String.init)
        guard let text = bearer ?? (MirrorAPI.serves(path) ? request.headers[.meetingBaaSKey] : nil) else {
            return false
        }
        return path.hasPrefix("/admin/") || path == "/metrics" && metricsNeedToken
            || Credential(text, kind: .key) != nil
            || Credential(text, kind: .session) != nil
    }

    /// The request turned out to bear nothing that is valid here.
    func noteAnonymous(_ request: Request, _ context: AppContext) {
        guard let key = addressKey(request, context.remoteAddress) else { return }
        _ = byAddress.take(key, anonymousRate, at: clock.now)
    }

    /// - Throws: `rate_limited`. The reply's headers tell the tenant what is left either way.
    func admit(_ tenant: Tenant, _ notes: RequestMetadata) throws {
        let decision = byTenant.take(tenant.id, tenant.settings.limits.rate, at: clock.now)
        notes.addHeaders(decision.headers("tenant"))
        guard !decision.isAllowed else { return }
        throw decision.problem(
            "tenant",
            "The tenant may make \(Int(decision.rate.perSecond)) requests a second, "
                + "\(Int(decision.rate.burst)) at once.")
    }

    /// Probes of the gateway's health are not counted.
    func addressKey(_ request: Request, _ peer: SocketAddress?) -> String? {
        guard !["/healthz", "/readyz"].contains(request.uri.path),
            let address = addresses.client(of: request, peer: peer)
        else { return nil }
        return ClientAddress.network(of: address)
    }
}

extension TenantSettings.Limits {
    /// What is not set: 50 requests a second; and twice as many at once, 100 at least.
    var rate: RateLimiter.Rate {
        let perSecond = requestsPerSecond ?? 50
        return .init(perSecond: Double(perSecond), burst: Double(burst ?? max(100, 2 * perSecond)))
    }
}
