import OAuth
import SQL

/// Consent with Google and Microsoft, the grants that come of it, and the provider apps it is asked under.
struct Connections: Feature {
    let providers: Providers
    let broker: TokenBroker
    let imports: TokenImport
    let revocation: GrantRevocation
    let deletion: ConnectionDeletion
    private let core: Core
    private let identity: Identity
    private let limits: RequestLimits
    private let copies: CredentialCopies
    private let grants: GrantLinking
    private let consents: ConsentFlow

    /// - Parameters:
    ///   - copies: the copies of tokens and secrets that Meeting BaaS keeps.
    ///   - deletion: marks connections as deleting, with what depends on them.
    init(
        _ core: Core, _ identity: Identity, _ limits: RequestLimits, copies: CredentialCopies,
        deletion: ConnectionDeletion
    ) {
        (self.core, self.identity, self.limits) = (core, identity, limits)
        (self.copies, self.deletion) = (copies, deletion)
        let (database, keys, clock) = (core.database, core.keys, core.clock)
        providers = Providers(
            google: Google(
                authorizeURL: core.settings.googleAuthorizeURL, tokenURL: core.settings.googleTokenURL,
                revokeURL: core.settings.googleRevokeURL),
            microsoft: Microsoft(authority: core.settings.microsoftURL), http: core.http.identity,
            metrics: ProviderMetrics(core.metrics))
        broker = TokenBroker(
            database: database, tenantKeys: keys, clock: clock, providers: providers, copies: copies,
            replica: core.replica, logger: core.logger)
        grants = GrantLinking(
            database: database, tenantKeys: keys, clock: clock, providers: providers, broker: broker, copies: copies,
            logger: core.logger)
        consents = ConsentFlow(
            database: database, tenantKeys: keys, replica: core.replica, clock: clock, providers: providers,
            publicURL: core.settings.publicURL,
            grants: grants)
        imports = TokenImport(consents: consents, providers: providers, grants: grants)
        revocation = GrantRevocation(database: database, clock: clock, providers: providers)
    }

    var routes: [Route] {
        identity.routes { list in
            ProviderAppRoutes(
                database: core.database, tenantKeys: core.keys, clock: core.clock, publicURL: core.settings.publicURL,
                copies: copies
            ).add(to: &list)
            ConnectionRoutes(
                database: core.database, clock: core.clock, consents: consents, grants: grants, imports: imports,
                providers: providers, deletion: deletion
            ).add(to: &list)
            CallbackRoute(consents: consents, limits: limits).add(to: &list)
        }
    }

    var jobs: [any Job] {
        [
            RevokeGrantJob(
                refusedGrants: RefusedGrants(
                    database: core.database, tenantKeys: core.keys, clock: core.clock, revocation: revocation,
                    logger: core.logger)),
            CheckConnectionJob(database: core.database, broker: broker),
        ]
    }

    var retention: [RetentionRule] { [.connections] }
    var erasure: [ErasureStep] { [.connections(core.database, core.clock, deletion)] }

    /// Codes that processes had taken when they ended are of no use to anybody.
    func prepare() async throws { try await core.database.write { try ConsentStore.voidTaken(in: $0) } }
}
