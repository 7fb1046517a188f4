import Foundation

/// The number of file descriptors that this process may have, and how many of them callers' connections may take.
public enum DescriptorLimit {
    /// Below this there is no room for the database, outgoing connections and callers beside each other.
    public static let minimum = 64

    /// Raises the soft limit to the hard one.
    /// - Returns: the limit then.
    @discardableResult
    public static func raise() -> Int {
        var limit = read()
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            setrlimit(resource, &limit)
        }
        return Int(clamping: read().rlim_cur)
    }

    /// The limit that `raise` reaches.
    public static var highest: Int { Int(clamping: read().rlim_max) }

    /// The present limit.
    static var current: Int { Int(clamping: read().rlim_cur) }

    /// Connections of callers: the setting, less where too few descriptors would be left for everything else.
    public static func connections(setting: Int, descriptors: Int) -> Int {
        min(setting, descriptors - max(32, descriptors / 4))
    }

    /// The sentence for a limit that is too low; nil when it is not.
    public static func refusal(descriptors: Int) -> String? {
        guard descriptors < minimum else { return nil }
        return "this process may open \(descriptors) files and needs at least \(minimum); raise `ulimit -n`"
    }

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    private static func read() -> rlimit {
        var limit = rlimit()
        getrlimit(resource, &limit)
        return limit
    }
}
