import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP server: a router with all routes, and for each connection the channel's handlers.
struct GatewayServer: Sendable {
    let settings: GatewayConfiguration
    let routes: [Route]
    /// Paths below a prefix that one handler answers, whatever the method.
    let prefixes: [PrefixRoute]
    let pipeline: RequestPipeline
    let connections: ClientConnections
    /// Asked in this order, before the router.
    let fastPaths: [any FastPath]
    let logger: Logger

    private static let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .head, .options]

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
        router.add(middleware: pipeline)
        for route in routes {
            for method in route.methods {
                let path = RouterPath(route.path)
                let metrics = pipeline.metrics.route(method, path.description)
                router.on(path, method: method) { request, context in
                    context.metadata.routeMetrics = metrics
                    return try await route.handle(request, context)
                }
            }
        }
        for route in prefixes {
            for method in Self.methods {
                router.on(RouterPath(route.prefix + "/**"), method: method) { request, context in
                    try await route.handle(request, context)
                }
            }
        }
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

/// All paths below a prefix, for one handler.
struct PrefixRoute: Sendable {
    let prefix: String
    let handle: @Sendable (Request, AppContext) async throws -> Response
}
