/// The deletion of tenants and users: runs the steps of all features.
struct Erasure: Feature {
    private let core: Core
    private let steps: [ErasureStep]

    /// - Parameter features: in the order of dependence. Their steps run in the reverse, so that no row is deleted before
    ///   those that name it.
    init(_ core: Core, _ features: [any Feature]) {
        self.core = core
        steps = Self.order(features.reversed().flatMap(\.erasure) + [.core])
    }

    static func order(_ steps: [ErasureStep]) -> [ErasureStep] {
        steps.filter(\.goesFirst) + steps.filter { !$0.goesFirst }
    }

    var jobs: [any Job] {
        [
            DeleteTenantJob(database: core.database, tenantKeys: core.keys, steps: steps, logger: core.logger),
            DeleteUserJob(database: core.database, clock: core.clock, steps: steps),
            AnonymiseUsersJob(database: core.database, steps: steps),
        ]
    }
}
