import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The facts about a request that its head and its connection give, each found once: where the request is admitted.
///
/// Handlers add values for the request's log line.
final class RequestMetadata: Sendable {
    private struct State {
        var values: [(String, String)] = []
        var isStreamed = false
    }
    let id = Identifier.make(.request)
    /// The time at which the head came.
    let started: ContinuousClock.Instant
    let surface: APISurface
    let credential: PresentedCredential
    /// True if the head shows something that may prove the request. It is not looked up yet.
    let hasWellFormedCredential: Bool
    /// The client's address, behind trusted proxies the one that they name.
    let address: String?
    /// The network for limits that hold for each client; nil for a request that is not counted.
    let network: String?
    private let source: RequestSource
    private let state = Mutex(State())

    init(
        _ fields: some RequestFields, query: @autoclosure () -> String?, surface: APISurface, addresses: ClientAddress,
        source: RequestSource, at started: ContinuousClock.Instant
    ) {
        self.started = started
        self.surface = surface
        self.source = source
        credential = surface.credential(in: fields)
        hasWellFormedCredential = surface.isWorthLookUp(credential, fields, query: query())
        address = addresses.client(of: fields, peer: source.channel.remoteAddress)
        network = surface.countsAnonymousRequests ? address.map(ClientAddress.network(of:)) : nil
    }

    /// Adds a value to the log line.
    func add(_ name: String, _ value: String) { state.withLock { $0.values.append((name, value)) } }
    var values: [(String, String)] { state.withLock { $0.values } }

    /// The reply's body comes while it is sent, although its length is known.
    var isStreamed: Bool {
        get { state.withLock { $0.isStreamed } }
        set { state.withLock { $0.isStreamed = newValue } }
    }

    /// The digest of the credential that the request presents.
    /// - Parameter compute: computes it, unless the connection's last request presented the same one.
    func digest(of credential: Credential, compute: () -> [UInt8]) -> [UInt8] {
        source.client?.digest(of: credential.text, compute: compute) ?? compute()
    }

    /// Requests the body of a request that only the whole body can authenticate.
    /// - Parameter limit: its bytes at most.
    func wantBody(limit: Int) { source.channel.triggerUserOutboundEvent(BodyEvent.wanted(limit: limit), promise: nil) }

    /// Opens the connection for an authenticated request: the connection is one of a known client, and the body is read as
    /// it comes.
    func openConnection(hasBody: Bool) {
        source.client?.markAuthenticated()
        if hasBody { source.channel.triggerUserOutboundEvent(BodyEvent.verified, promise: nil) }
    }
}

/// The connection that a request came on, and the parameters of its path.
struct RequestSource: Sendable {
    let channel: any Channel
    /// The same connection as the guard knows it.
    let client: ClientConnection?
    var parameters = Parameters()
}
