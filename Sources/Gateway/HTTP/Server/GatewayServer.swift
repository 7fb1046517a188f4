import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP server: a router with all routes, and for each connection the channel's handlers.
struct GatewayServer: Sendable {
    let settings: GatewayConfiguration
    let pipeline: RequestPipeline
    let connections: ClientConnections
    /// Asked in this order, before the router.
    let fastPaths: [any FastPath]
    let logger: Logger

    /// - Parameter onBound: called with the port once it is bound; nothing is accepted until it returns.
    func service(onBound: @escaping @Sendable (Int) async -> Void) -> any Service {
        // Hummingbird's own lines would hold whole URIs.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let (limit, port, logger) = (connections.limit, settings.port, logger)
        return Application(
            router: router, server: channel,
            configuration: .init(
                address: .hostname(settings.host, port: port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(limit)),
            onServerRunning: { channel in
                await Self.guardAccepting(channel, connectionLimit: limit, logger: logger)
                await onBound(channel.localAddress?.port ?? port)
            },
            logger: quiet)
    }

    private var router: Router<AppContext> {
        let router = Router(context: AppContext.self)
        let pipeline = self.pipeline
        for route in pipeline.table.all {
            for method in route.methods {
                let path = RouterPath(route.path)
                let metrics = pipeline.metrics.route(method, path.description)
                router.on(path, method: method) { request, context in
                    await pipeline.respond(to: request, from: context.source, at: route, measuredBy: metrics)
                }
            }
        }
        // The router gives a middleware to the routes that are added after it, and to requests without a route.
        router.add(middleware: UnroutedRequests(pipeline: pipeline))
        return router
    }

    private var channel: HTTPServerBuilder {
        let (connections, surfaces, logger, fastPaths) = (connections, pipeline.surfaces, logger, fastPaths)
        let metrics = pipeline.metrics
        let makeGuard: @Sendable (ClientConnection, ConnectionContinuation) -> ConnectionGuard = {
            ConnectionGuard(client: $0, connections: connections, continuation: $1, surfaces: surfaces) { refusal in
                metrics.refused.count(refusal.code.rawValue)
                logger.info(
                    "request refused",
                    metadata: [
                        "request.id": .string(refusal.requestID), "problem": .string(refusal.code.rawValue),
                        "client.address": .string(refusal.peer ?? "-"),
                    ])
            }
        }
        let (bodies, addresses) = (UnverifiedBodies(), pipeline.limits.addresses)
        let makeBodyHandler: @Sendable () -> UnverifiedBodyHandler = {
            UnverifiedBodyHandler(bodies: bodies, addresses: addresses)
        }
        return HTTPServerBuilder { responder in
            ServerChannel(
                responder: responder, makeGuard: makeGuard, makeBodyHandler: makeBodyHandler, fastPaths: fastPaths)
        }
    }

    private static func guardAccepting(_ channel: any Channel, connectionLimit: Int, logger: Logger) async {
        let pause = AcceptPause { error in
            logger.error("connections cannot be accepted", metadata: ["error": "\(error)"])
        }
        try? await channel.pipeline.addHandler(pause, position: .first).get()
        // The limit is looked at between two reads, each of which may accept this many.
        if connectionLimit < 512 { try? await channel.setOption(.maxMessagesPerRead, value: 1).get() }
    }
}

/// The context that Hummingbird makes for a request before it is read: the connection that the request came on.
struct AppContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    let client: ClientConnection?

    init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
        client = ClientConnection.current
    }

    var source: RequestSource { RequestSource(channel: channel, client: client, parameters: parameters) }
}

/// Answers requests for which the router has no route.
private struct UnroutedRequests: MiddlewareProtocol {
    let pipeline: RequestPipeline

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        await pipeline.respond(to: request, from: context.source, at: nil)
    }
}
