import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// What belongs to one request besides the request itself.
struct AppContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let notes: RequestNotes
    /// The peer's address, or the one a trusted proxy vouches for.
    let remoteAddress: SocketAddress?

    init(source: Source) { self.init(source: source, client: ClientConnection.current) }

    init(source: Source, client: ClientConnection?) {
        coreContext = .init(source: source)
        notes = RequestNotes(client: client)
        remoteAddress = source.channel.remoteAddress
    }
}

/// What a request's handlers learn and its one log line tells.
final class RequestNotes: Sendable {
    private struct State {
        var values: [(String, String)] = []
        var allowedOrigins: [String]?
        var headers: HTTPFields = [:]
        var isProven = false
        var route: String?
        var isStreamed = false
    }
    let id = Identifier.make(.request)
    private let client: ClientConnection?
    private let state = Mutex(State())

    /// - Parameter client: the connection that the request came on.
    init(client: ClientConnection? = nil) { self.client = client }

    func add(_ name: String, _ value: String) { state.withLock { $0.values.append((name, value)) } }
    var values: [(String, String)] { state.withLock { $0.values } }

    /// Headers that the reply gets, whether it succeeds or not.
    func addHeaders(_ fields: HTTPFields) {
        state.withLock { state in
            for field in fields { state.headers[field.name] = field.value }
        }
    }
    var headers: HTTPFields { state.withLock { $0.headers } }

    /// Whether the request bore something valid: a credential, or a provider's signature.
    var isProven: Bool {
        get { state.withLock { $0.isProven } }
        set {
            state.withLock { $0.isProven = newValue }
            if newValue { client?.markAuthenticated() }
        }
    }

    /// The route's pattern, where the router knows less: for logs and metrics.
    var route: String? {
        get { state.withLock { $0.route } }
        set { state.withLock { $0.route = newValue } }
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
