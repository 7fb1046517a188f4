/// Accounts at Meeting BaaS, the gateway's shared one and tenants' own, and the calls that are made under them.
struct Accounts: Feature {
    let directory: AccountDirectory
    let upstream: Upstream
    private let core: Core
    private let identity: Identity
    private let contents: AccountContents

    /// - Parameter contents: look-ups of what lives in an account.
    init(_ core: Core, _ identity: Identity, contents: AccountContents) {
        self.core = core
        self.identity = identity
        self.contents = contents
        directory = AccountDirectory(
            database: core.database, tenantKeys: core.keys, shared: core.settings.sharedAccount.map(Account.init))
        upstream = Upstream(
            database: core.database, accounts: directory, baseURL: core.settings.meetingBaaSURL,
            http: core.http.upstream,
            limiter: UpstreamLimiter(
                inFlight: core.http.upstreamInFlight,
                budget: WriteBudget(
                    shared: core.replica.isShared
                        ? SharedWriteBudget(database: core.database, logger: core.logger) : nil)),
            logger: core.logger,
            metrics: UpstreamMetrics(core.metrics))
    }

    var routes: [Route] {
        identity.routes {
            AccountRoutes(
                database: core.database, tenantKeys: core.keys, clock: core.clock, publicURL: core.settings.publicURL,
                upstream: upstream, contents: contents
            ).add(to: &$0)
        }
    }

    var retention: [RetentionRule] { [.accounts] }
    var invalidations: [Invalidation] { directory.invalidations }
    var erasure: [ErasureStep] { [.accounts] }

    func prepare() async throws {
        try await AccountIdentity(database: core.database, tenantKeys: core.keys, upstream: upstream)
            .noteStored(core.logger)
    }
}
