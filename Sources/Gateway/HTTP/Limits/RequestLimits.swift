import JSONValue

/// Request limits: for an address without valid credentials, and for a tenant.
struct RequestLimits: Sendable {
    let clock: GatewayClock
    let addresses: ClientAddress
    /// Requests per second without a valid credential, for each address; the burst is ten times as many.
    let anonymousPerSecond: Int
    /// For credentials that are looked up in storage.
    let lookups: LookupLimits
    private let byAddress = RateLimiter()
    let byTenant = RateLimiter()

    init(_ core: Core) {
        self.init(
            clock: core.clock, addresses: ClientAddress(trusted: core.settings.trustedProxies),
            anonymousPerSecond: core.settings.anonymousRequestsPerSecond)
    }

    init(clock: GatewayClock, addresses: ClientAddress, anonymousPerSecond: Int) {
        self.clock = clock
        self.addresses = addresses
        self.anonymousPerSecond = anonymousPerSecond
        lookups = LookupLimits(perAddress: anonymousPerSecond)
    }

    private var anonymousRate: RateLimiter.Rate {
        .init(perSecond: Double(anonymousPerSecond), burst: Double(anonymousPerSecond * 10))
    }

    /// Checks the address limit before any look-up. Only unauthenticated requests use the bucket up
    /// (`countUnauthenticated`). A request with a well-formed credential is admitted even if others behind the same
    /// address used the bucket up; it is refused later if its credential is invalid.
    /// - Parameter network: the client's; nil for a request that is not counted.
    /// - Returns: the refusal to send if the request is not authenticated; nil while the address has requests left.
    func refusal(_ network: String?) -> Problem? {
        guard let network else { return nil }
        let decision = byAddress.take(network, anonymousRate, cost: 0, at: clock.now)
        guard !decision.isAllowed else { return nil }
        return decision.problem("address", "Too many requests without a valid credential from this address.")
    }

    /// Counts a request without a valid credential.
    func countUnauthenticated(_ network: String?) {
        guard let network else { return }
        _ = byAddress.take(network, anonymousRate, at: clock.now)
    }

    /// Counts a request of a tenant. The response's headers show the remaining requests in either case.
    func take(_ tenant: TenantAccess) -> RateLimiter.Decision {
        byTenant.take(tenant.id, tenant.rate, at: clock.now)
    }

    /// The refusal of a request above its tenant's rate.
    static func refusal(_ decision: RateLimiter.Decision) -> Problem {
        decision.problem(
            tenantPolicy,
            "The tenant may make \(Int(decision.rate.perSecond)) requests a second, "
                + "\(Int(decision.rate.burst)) at once.")
    }

    static let tenantPolicy = "tenant"
}
