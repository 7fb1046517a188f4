/// Tenants, their keys, sessions and users; tells who a caller is and what it may do.
struct Identity: Feature {
    let authenticator: Authenticator
    let origins: ActiveOrigins
    private let core: Core
    private let holdDeliveries: TenantRoutes.HoldDeliveries
    private let deletionSteps: [DeletionStep]

    /// - Parameters:
    ///   - holdDeliveries: brings deliveries in line with a tenant's status, in the transaction that changes it.
    ///   - deletionSteps: begin the deletion of what other features keep, in their order.
    init(
        _ core: Core, _ limits: RequestLimits, holdDeliveries: @escaping TenantRoutes.HoldDeliveries,
        deletionSteps: [DeletionStep]
    ) {
        self.core = core
        self.holdDeliveries = holdDeliveries
        self.deletionSteps = deletionSteps
        origins = ActiveOrigins(database: core.database)
        authenticator = Authenticator(
            database: core.database, tenantKeys: core.keys, adminToken: core.settings.adminToken, clock: core.clock,
            limits: limits)
    }

    /// Collects a feature's routes with the authorisation that each of them needs.
    func routes(_ add: (inout RouteList) -> Void) -> [Route] {
        var list = RouteList(authenticator: authenticator)
        add(&list)
        return list.routes
    }

    var routes: [Route] {
        let (database, keys, clock) = (core.database, core.keys, core.clock)
        return routes { list in
            TenantRoutes(
                database: database, tenantKeys: keys, clock: clock, holdDeliveries: holdDeliveries,
                deletionSteps: deletionSteps
            ).add(to: &list)
            APIKeyRoutes(database: database, tenantKeys: keys, clock: clock).add(to: &list)
            SessionRoutes(database: database, tenantKeys: keys, clock: clock).add(to: &list)
            UserRoutes(database: database, clock: clock, deletionSteps: deletionSteps).add(to: &list)
        }
    }

    var jobs: [any Job] { [EndSessionsJob(database: core.database)] }
    var retention: [RetentionRule] { [.identity] }
    var invalidations: [Invalidation] { core.keys.invalidations + authenticator.invalidations + origins.invalidations }
    var erasure: [ErasureStep] { [.identity] }
}
