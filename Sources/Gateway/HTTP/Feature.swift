import ServiceLifecycle

/// A part of the product: its folder, and all that it adds to the program.
///
/// A feature is built from `Core` and from the features before it. A feature after it reaches it through a closure that is
/// given at construction.
protocol Feature: Sendable {
    /// In the contract's order.
    var routes: [Route] { get }
    /// What runs jobs of the kinds that the feature declares.
    var jobs: [any Job] { get }
    /// Work that goes on as long as the program. It starts once the port is bound.
    var services: [any Service] { get }
    /// Rows that go after some time.
    var retention: [RetentionRule] { get }
    /// What is done when a transaction with a notice has been committed.
    var invalidations: [Invalidation] { get }
    /// What the deletion of a tenant or a user does, children before parents.
    var erasure: [ErasureStep] { get }
    /// Runs once, before anything is accepted.
    func prepare() async throws
}

extension Feature {
    var routes: [Route] { [] }
    var jobs: [any Job] { [] }
    var services: [any Service] { [] }
    var retention: [RetentionRule] { [] }
    var invalidations: [Invalidation] { [] }
    var erasure: [ErasureStep] { [] }
    func prepare() async throws {}
}
