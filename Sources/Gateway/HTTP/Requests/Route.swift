import HTTPTransport
import HTTPTypes
import Hummingbird

/// One route. The access matrix, the contract's test and the router are made from it. The handler's type contains who
/// may call: a handler for tenants takes a `Caller`, and only `Authenticator` makes one.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// As the contract spells it: `/api/v1/connections/{id}`.
    let path: String
    let access: Access
    let handle: @Sendable (Request, AppContext) async throws -> Response

    enum Access: Sendable, Equatable {
        case anyone
        case `operator`
        /// A key or a session with the scope.
        case caller(scope: String)
        /// A key with the scope; a session never.
        case key(scope: String)
    }

    /// False for a GET that uses something up: asking for its head would too.
    var allowsHead = true

    /// A GET is answered to HEAD as well (RFC 9110 section 9.3.2).
    var methods: [HTTPRequest.Method] { method == .get && allowsHead ? [.get, .head] : [method] }
}

/// The decoded parameters of a request's path.
struct PathValues: Sendable {
    let context: AppContext

    /// - Throws: `not_found` when the segment is no proper percent-encoding.
    func callAsFunction(_ name: String) throws -> String {
        guard let raw = context.parameters.get(name), let text = Form.percentDecode(raw) else {
            throw Problem.notFound
        }
        return text
    }
}

/// The routes of the gateway.
struct RouteTable: Sendable {
    let routes: [Route]

    /// The methods that a path has, for `Allow`: those of the one route the router finds there, which takes a fixed
    /// segment before a placeholder (`/api/v1/connections/import` is no `/api/v1/connections/{id}`).
    func methods(at path: String) -> [HTTPRequest.Method] {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        var found = routes.map {
            (methods: $0.methods, parts: $0.path.split(separator: "/", omittingEmptySubsequences: false))
        }
        .filter { $0.parts.count == segments.count }
        for (place, segment) in segments.enumerated() {
            let fixed = found.filter { $0.parts[place] == segment }
            found = fixed.isEmpty && !segment.isEmpty ? found.filter { $0.parts[place].hasPrefix("{") } : fixed
        }
        return found.flatMap(\.methods)
    }
}
