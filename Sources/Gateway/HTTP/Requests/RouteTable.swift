import HTTPTypes

/// The routes of the gateway.
struct RouteTable: Sendable {
    /// All routes but the fallbacks.
    let all: [Route]
    private let fallbacks: [(prefix: String, route: Route)]
    private let patterns: [(segments: [Substring], methods: [HTTPRequest.Method])]

    init(_ routes: [Route]) {
        all = routes.filter { !$0.path.hasSuffix("/**") }
        fallbacks = routes.filter { $0.path.hasSuffix("/**") }.map { (String($0.path.dropLast(2)), $0) }
        patterns = all.map { (Self.segments($0.path), $0.methods) }
    }

    /// The routes of the gateway's own contract.
    var routes: [Route] { all.filter(\.isOwn) }

    /// The route that authenticates the caller of a path for which the router has none.
    func fallback(at path: String) -> Route? {
        fallbacks.first { path.hasPrefix($0.prefix) && path.utf8.count > $0.prefix.utf8.count }?.route
    }

    /// The refusal of a request for which the router has no route.
    func refusal(_ method: HTTPRequest.Method, _ path: String) -> Problem {
        let methods = methods(at: path)
        guard !methods.isEmpty else { return .notFound }
        var problem = Problem(.methodNotAllowed, "This path does not take \(method.rawValue).")
        problem.headers[.allow] = methods.map(\.rawValue).joined(separator: ", ")
        return problem
    }

    /// The methods that a path has, for `Allow`: those of the one route the router finds there, which takes a fixed
    /// segment before a placeholder (`/api/v1/connections/import` is no `/api/v1/connections/{id}`).
    func methods(at path: String) -> [HTTPRequest.Method] {
        let segments = Self.segments(path)
        var found = patterns.filter { $0.segments.count == segments.count }
        for (place, segment) in segments.enumerated() {
            let fixed = found.filter { $0.segments[place] == segment }
            found = fixed.isEmpty && !segment.isEmpty ? found.filter { $0.segments[place].hasPrefix("{") } : fixed
        }
        return found.flatMap(\.methods)
    }

    /// The router passes over a slash at the end.
    private static func segments(_ path: String) -> [Substring] {
        var segments = path.split(separator: "/", omittingEmptySubsequences: false)
        if segments.count > 2, segments.last?.isEmpty == true { segments.removeLast() }
        return segments
    }
}
