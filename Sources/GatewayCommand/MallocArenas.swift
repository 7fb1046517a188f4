import CMalloc

/// The heaps ("arenas") that glibc's malloc keeps.
///
/// By default it makes up to eight for each processor, one for each thread that finds the others in use. Memory that is
/// freed in one is not used for another, so the process grows to the sum of the peaks of its threads (mallopt(3)).
enum MallocArenas {
    private static let count: Int32 = 2

    /// Limits them, for threads that have none yet. With another libc it does nothing.
    static func limit() { _ = gw_limit_arenas(count) }
}
