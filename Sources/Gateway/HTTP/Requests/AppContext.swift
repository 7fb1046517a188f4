import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The context of one request: its metadata and the peer's address.
struct AppContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let metadata: RequestMetadata
    /// The peer's address, or the one a trusted proxy vouches for.
    let remoteAddress: SocketAddress?

    init(source: Source) { self.init(source: source, client: ClientConnection.current) }

    init(source: Source, client: ClientConnection?) {
        coreContext = .init(source: source)
        metadata = RequestMetadata(channel: source.channel, client: client)
        remoteAddress = source.channel.remoteAddress
    }
}

/// The facts that handlers learn about a request. They go into its log line, its headers and the pipeline's decisions.
final class RequestMetadata: Sendable {
    private struct State {
        var values: [(String, String)] = []
        var allowedOrigins: [String]?
        var headers: HTTPFields = [:]
        var isAuthenticated = false
        var isUncounted = false
        var hasBody = false
        var route: String?
        var routeMetrics: RouteMetrics?
        var isStreamed = false
    }
    let id = Identifier.make(.request)
    /// The peer's address.
    let peer: SocketAddress?
    private let channel: any Channel
    private let client: ClientConnection?
    private let state = Mutex(State())

    /// - Parameter client: the connection that the request came on.
    init(channel: any Channel, client: ClientConnection? = nil) {
        self.channel = channel
        self.client = client
        peer = channel.remoteAddress
    }

    func add(_ name: String, _ value: String) { state.withLock { $0.values.append((name, value)) } }
    var values: [(String, String)] { state.withLock { $0.values } }

    /// Headers that the reply gets, whether it succeeds or not.
    func addHeaders(_ fields: HTTPFields) {
        state.withLock { state in
            for field in fields { state.headers[field.name] = field.value }
        }
    }
    var headers: HTTPFields { state.withLock { $0.headers } }

    /// True once the request is authenticated by a credential or a provider's signature. Its body is then streamed.
    var isAuthenticated: Bool {
        get { state.withLock { $0.isAuthenticated } }
        set {
            let tells = state.withLock { state in
                defer { state.isAuthenticated = newValue }
                return newValue && !state.isAuthenticated && state.hasBody
            }
            if newValue { client?.markAuthenticated() }
            if tells { channel.triggerUserOutboundEvent(BodyEvent.verified, promise: nil) }
        }
    }

    /// True for a request that needs no credential and costs no look-up.
    var isUncounted: Bool {
        get { state.withLock { $0.isUncounted } }
        set { state.withLock { $0.isUncounted = newValue } }
    }

    /// True if the head announces a body, which waits for the checks of the head.
    var hasBody: Bool {
        get { state.withLock { $0.hasBody } }
        set { state.withLock { $0.hasBody = newValue } }
    }

    /// Requests the body of a request that only the whole body can authenticate.
    /// - Parameter limit: its bytes at most.
    func wantBody(limit: Int) { channel.triggerUserOutboundEvent(BodyEvent.wanted(limit: limit), promise: nil) }

    /// The route's pattern for logs and metrics, if the router does not have it.
    var route: String? {
        get { state.withLock { $0.route } }
        set { state.withLock { ($0.route, $0.routeMetrics) = (newValue, nil) } }
    }

    /// The metrics of the route, if they were found when the router was built.
    var routeMetrics: RouteMetrics? {
        get { state.withLock { $0.routeMetrics } }
        set { state.withLock { $0.routeMetrics = newValue } }
    }

    /// The reply's body comes while it is sent, although its length is known.
    var isStreamed: Bool {
        get { state.withLock { $0.isStreamed } }
        set { state.withLock { $0.isStreamed = newValue } }
    }

    /// The origins of the caller's tenant, once the caller is known.
    var allowedOrigins: [String]? {
        get { state.withLock { $0.allowedOrigins } }
        set { state.withLock { $0.allowedOrigins = newValue } }
    }
}
