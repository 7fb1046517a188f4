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
    let surfaces: APISurfaces
    /// For credentials that are looked up in storage.
    let lookups: LookupLimits
    private let byAddress = RateLimiter()
    private let byTenant = RateLimiter()

    init(_ core: Core, _ surfaces: APISurfaces) {
        self.init(
            clock: core.clock, addresses: ClientAddress(trusted: core.settings.trustedProxies),
            anonymousPerSecond: core.settings.anonymousRequestsPerSecond, surfaces: surfaces)
    }

    init(clock: GatewayClock, addresses: ClientAddress, anonymousPerSecond: Int, surfaces: APISurfaces) {
        self.clock = clock
        self.addresses = addresses
        self.anonymousPerSecond = anonymousPerSecond
        self.surfaces = surfaces
        lookups = LookupLimits(perAddress: anonymousPerSecond)
    }

    private var anonymousRate: RateLimiter.Rate {
        .init(perSecond: Double(anonymousPerSecond), burst: Double(anonymousPerSecond * 10))
    }

    /// Before anything is looked up. Only requests that prove nothing use the bucket up (`countUnauthenticated`); and whoever
    /// seems to bear something valid is let on even when others behind the same address have, to be refused if it is not.
    /// - Returns: the refusal of a request that turns out to bear nothing valid; nil while the address has some left.
    func refusal(_ request: Request, _ context: AppContext) -> Problem? {
        guard let key = addressKey(request, context.remoteAddress) else { return nil }
        let decision = byAddress.take(key, anonymousRate, cost: 0, at: clock.now)
        guard !decision.isAllowed else { return nil }
        return decision.problem("address", "Too many requests without a valid credential from this address.")
    }

    /// The request turned out to bear nothing that is valid here.
    func countUnauthenticated(_ request: Request, _ context: AppContext) {
        guard let key = addressKey(request, context.remoteAddress) else { return }
        _ = byAddress.take(key, anonymousRate, at: clock.now)
    }

    /// - Throws: `rate_limited`. The reply's headers tell the tenant what is left either way.
    func admit(tenant: String, _ rate: RateLimiter.Rate, _ metadata: RequestMetadata) throws {
        let decision = byTenant.take(tenant, rate, at: clock.now)
        metadata.addHeaders(decision.headers("tenant"))
        guard !decision.isAllowed else { return }
        throw decision.problem(
            "tenant",
            "The tenant may make \(Int(decision.rate.perSecond)) requests a second, "
                + "\(Int(decision.rate.burst)) at once.")
    }

    /// - Returns: nil for a request that is not counted.
    func addressKey(_ request: Request, _ peer: SocketAddress?) -> String? {
        guard surfaces[request].countsAnonymousRequests,
            let address = addresses.client(of: request, peer: peer)
        else { return nil }
        return ClientAddress.network(of: address)
    }
}
