import ServiceLifecycle

/// A part of the product: its folder, and all that it adds to the program.
///
/// A feature is built from `Core` and from the features before it. It reaches a feature after it through a closure that is
/// given at construction.
protocol Feature: Sendable {
    /// In the contract's order.
    var routes: [Route] { get }
    /// Requests that are answered before the router sees them.
    func fastPaths(_ pipeline: RequestPipeline) -> [any FastPath]
    /// Jobs of the kinds that the feature performs.
    var jobs: [any Job] { get }
    /// Work that goes on as long as the program. It starts once the port is bound.
    var services: [any Service] { get }
    /// Rows that go after some time.
    var retention: [RetentionRule] { get }
    /// Actions that follow a commit: cached values are dropped, workers woken.
    var invalidations: [Invalidation] { get }
    /// The feature's part in the deletion of a tenant or a user.
    var erasure: [ErasureStep] { get }
    /// Runs once, before anything is accepted.
    func prepare() async throws
}

extension Feature {
    var routes: [Route] { [] }
    func fastPaths(_ pipeline: RequestPipeline) -> [any FastPath] { [] }
    var jobs: [any Job] { [] }
    var services: [any Service] { [] }
    var retention: [RetentionRule] { [] }
    var invalidations: [Invalidation] { [] }
    var erasure: [ErasureStep] { [] }
    func prepare() async throws {}
}
