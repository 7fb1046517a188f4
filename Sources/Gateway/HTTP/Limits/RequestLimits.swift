import HTTPTypes
import Hummingbird
import JSONValue
import NIOCore

/// Request limits: for an address without valid credentials, and for a tenant.
struct RequestLimits: Sendable {
    let clock: GatewayClock
    let addresses: ClientAddress
    /// Requests per second without a valid credential, for each address; the burst is ten times as many.
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

    /// Checks the address limit before any look-up. Only unauthenticated requests use the bucket up
    /// (`countUnauthenticated`). A request with a well-formed credential is admitted even if others behind the same
    /// address used the bucket up; it is refused later if its credential is invalid.
    /// - Returns: the refusal to send if the request is not authenticated; nil while the address has requests left.
    func refusal(_ request: Request, _ context: AppContext) -> Problem? {
        guard let key = addressKey(request, context.remoteAddress) else { return nil }
        let decision = byAddress.take(key, anonymousRate, cost: 0, at: clock.now)
        guard !decision.isAllowed else { return nil }
        return decision.problem("address", "Too many requests without a valid credential from this address.")
    }

    /// Counts a request without a valid credential.
    func countUnauthenticated(_ request: Request, _ context: AppContext) {
        guard let key = addressKey(request, context.remoteAddress) else { return }
        _ = byAddress.take(key, anonymousRate, at: clock.now)
    }

    /// - Throws: `rate_limited`. The response's headers show the remaining requests in either case.
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
