import AsyncHTTPClient
import HTTPTransport
import NIOCore
import NIOHTTPCompression
import ServiceLifecycle

/// The client for Meeting BaaS and the providers. It follows no redirect: it would carry a credential to another place.
struct HTTPClients: Service {
    /// Calls of Meeting BaaS that may go on at once.
    static let upstreamLimit = 2000

    private let shared: HTTPClient
    let upstreamInFlight = InFlight()
    let identityInFlight = InFlight()
    var upstreamStream: HTTPStream { HTTPStream(client: shared, inFlight: upstreamInFlight) }
    var upstream: HTTPExchange { HTTPExchange(client: shared, inFlight: upstreamInFlight) }
    var identity: HTTPExchange { HTTPExchange(client: shared, inFlight: identityInFlight) }

    init() {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.tlsConfiguration = ClientTLS.configuration()
        configuration.timeout.connect = .seconds(3)
        // As many as may be in flight at once, so that no call waits for another's connection.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.upstreamLimit
        // Between two parts of a reply; the whole has limits of its own.
        configuration.timeout.read = .seconds(45)
        // No one is asked for compressed replies, and some send them all the same. Limits count the decoded bytes.
        configuration.decompression = .enabled(limit: .ratio(100))
        configuration.tracing.tracer = nil
        shared = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func run() async throws {
        try? await gracefulShutdown()
        try await shared.shutdown()
    }

    func close() async { try? await shared.shutdown() }
}
