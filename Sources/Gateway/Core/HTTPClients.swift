import AsyncHTTPClient
import HTTPTransport
import NIOCore
import NIOHTTPCompression
import NIOPosix
import ServiceLifecycle

/// The clients for Meeting BaaS and the providers. They follow no redirect: it would carry a credential to another place.
///
/// Meeting BaaS is called over the connection pool, which mirrored reads use without a task. The providers are called a few
/// times an hour for each user, and speak HTTP/2; AsyncHTTPClient serves them.
struct HTTPClients: Service {
    /// Calls of Meeting BaaS that may go on at once.
    static let upstreamLimit = 2000

    private let providers: HTTPClient
    private let pool: ConnectionPool
    // No one is asked for compressed replies, and some send them all the same. Limits count the decoded bytes.
    private let profile = ConnectionProfile(decodesBodies: true)
    let upstreamInFlight = InFlight()
    let identityInFlight = InFlight()
    var upstreamStream: HTTPStream { HTTPStream(pool: pool, profile: profile, inFlight: upstreamInFlight) }
    var upstream: HTTPExchange { HTTPExchange(pool: pool, profile: profile, inFlight: upstreamInFlight) }
    var identity: HTTPExchange { HTTPExchange(client: providers, inFlight: identityInFlight) }

    init() {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.tlsConfiguration = ClientTLS.configuration()
        configuration.timeout.connect = .seconds(3)
        // As many as may be in flight at once, so that no call waits for another's connection.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.upstreamLimit
        // Between two parts of a reply; the whole has limits of its own.
        configuration.timeout.read = .seconds(45)
        configuration.decompression = .enabled(limit: .ratio(100))
        configuration.tracing.tracer = nil
        providers = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var limits = ConnectionPool.Limits()
        limits.connections = Self.upstreamLimit
        limits.connectTimeout = .seconds(3)
        pool = ConnectionPool(limits: limits, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    }

    func run() async throws {
        try? await gracefulShutdown()
        await pool.shutdown()
        try await providers.shutdown()
    }

    func close() async {
        await pool.shutdown()
        try? await providers.shutdown()
    }
}
