/// A kind of job. It is declared beside the job that performs it, or in the folder that adds its rows when that folder
/// stands lower.
struct JobKind: Hashable, Sendable {
    /// The name in the rows of `jobs`. It never changes.
    let name: String
    let priority: Priority
    /// True if the work is given up when its last try fails. Deletions end by themselves with their last try, and must not
    /// leave a secret behind because storage failed at that moment.
    let mayBeGivenUp: Bool

    /// Each class has slots of its own, so no class waits for another.
    enum Priority: Sendable, CaseIterable {
        /// A person waits for it, or something must end.
        case high
        case normal
        /// Backfills: no person waits for it.
        case background
    }

    init(_ name: String, priority: Priority, mayBeGivenUp: Bool) {
        self.name = name
        self.priority = priority
        self.mayBeGivenUp = mayBeGivenUp
    }
}
