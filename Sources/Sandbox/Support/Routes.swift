/// A route table. Paths match with and without a trailing slash, as the vendor's do (facts 1: both forms are used).
struct Routes: Sendable {
    typealias Handler = @Sendable (Call) async throws -> Reply

    private struct Route: Sendable {
        let method: String
        let pattern: [Substring]
        let handler: Handler
    }

    private var routes: [Route] = []

    /// Adds a route; `:name` segments match anything but the empty segment. What is added first wins.
    mutating func on(_ method: String, _ pattern: String, _ handler: @escaping Handler) {
        routes.append(Route(method: method, pattern: pattern.split(separator: "/"), handler: handler))
    }

    enum Match: Sendable {
        case found(Handler, parameters: [String: String])
        /// The path exists, for other methods.
        case otherMethods([String])
        case nothing
    }

    func match(_ method: String, _ path: String) -> Match {
        let segments = path.split(separator: "/")
        var others: [String] = []
        for route in routes {
            guard let parameters = Routes.parameters(route.pattern, segments) else { continue }
            if route.method == method { return .found(route.handler, parameters: parameters) }
            others.append(route.method)
        }
        return others.isEmpty ? .nothing : .otherMethods(others)
    }

    private static func parameters(_ pattern: [Substring], _ segments: [Substring]) -> [String: String]? {
        guard pattern.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (expected, actual) in zip(pattern, segments) {
            if expected.hasPrefix(":") {
                parameters[String(expected.dropFirst())] = Encodings.unescape(actual, plus: false)
            } else if expected != actual {
                return nil
            }
        }
        return parameters
    }
}
