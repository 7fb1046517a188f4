import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// The fast path of the shared account's webhooks: from the connection's event loop to the writer's thread and back, with
/// no task between. It answers as the route does, by the same functions. The router gets webhooks that are large, and those
/// that the head alone refuses.
struct InboundWebhookFastPath: FastPath {
    let pipeline: RequestPipeline
    let verifier: InboundWebhookVerifier
    let webhookIntake: WebhookIntake
    /// The shared one.
    let account: Account
    fileprivate let metrics: RouteMetrics

    init(
        pipeline: RequestPipeline, verifier: InboundWebhookVerifier, webhookIntake: WebhookIntake, account: Account
    ) {
        (self.pipeline, self.verifier, self.webhookIntake) = (pipeline, verifier, webhookIntake)
        self.account = account
        metrics = pipeline.metrics.route(.post, InboundWebhookRoutes.path)
    }

    func take(_ head: HTTPRequestHead, on connection: FastPathConnection) -> (any FastPathExchange)? {
        let state = InboundWebhookStateMachine(head, path: InboundWebhookRoutes.path) {
            try? verifier.credential($0, account)
        }
        return state.map { InboundWebhookExchange(self, $0, head, connection) }
    }
}

/// One webhook. Carries out the decisions of `InboundWebhookStateMachine`.
///
/// A head with a credential that may be valid passes `RequestPipeline.admit`, so it is not asked again.
private final class InboundWebhookExchange: FastPathExchange {
    private var state: InboundWebhookStateMachine
    private let fastPath: InboundWebhookFastPath
    private let head: HTTPRequestHead
    private let connection: FastPathConnection
    private let started = ContinuousClock.now

    init(
        _ fastPath: InboundWebhookFastPath, _ state: InboundWebhookStateMachine, _ head: HTTPRequestHead,
        _ connection: FastPathConnection
    ) {
        (self.fastPath, self.state, self.connection, self.head) = (fastPath, state, connection, head)
    }

    var bodyEvent: BodyEvent {
        switch state.credential {
        case .key: .verified
        case .signature: .wanted(limit: InboundWebhookRoutes.signedBodyLimit)
        }
    }

    func receivedBody(_ bytes: ByteBuffer) -> FastPathBodyAction {
        switch state.receivedBody(bytes) {
        case .readOn: .readOn
        case .route(let body): .route(head, ByteBuffer(bytes: body))
        }
    }

    func receivedEnd(_ reply: FastPathReply) {
        fastPath.pipeline.metrics.fastPaths.count("webhook")
        let source = RequestSource(channel: connection.channel, client: connection.client)
        let exchange = fastPath.pipeline.begin(
            head.headers, .post, InboundWebhookRoutes.path, query: nil, surface: InboundWebhookRoutes.surface,
            from: source, route: InboundWebhookRoutes.path, measuredBy: fastPath.metrics, at: started)
        perform(state.receivedEnd(), exchange, reply)
    }

    func cancel() { state.cancelled() }

    private func perform(_ action: InboundWebhookStateMachine.Action?, _ exchange: Exchange, _ reply: FastPathReply) {
        switch action {
        case .verify(let body, let credential)?:
            var exchange = exchange
            let result = Result {
                let verified = try fastPath.verifier.verify(body, credential, fastPath.account)
                exchange.authentication = .verified
                connection.client.markAuthenticated()
                reply.verifiedRequest()
                return try fastPath.verifier.read(verified, exchange.metadata)
            }
            perform(state.verified(result), exchange, reply)
        case .store(let webhook)?:
            let loop = connection.channel.eventLoop
            let bound = NIOLoopBound((self, reply), eventLoop: loop)
            fastPath.webhookIntake.store(webhook, on: loop) { result in
                let (own, reply) = bound.value
                own.perform(own.state.stored(result), exchange, reply)
            }
        case .answer(let outcome)?:
            answer(InboundWebhookRoutes.reply(to: outcome, exchange.metadata), exchange, reply)
        case .refuse(let error)?: answer(fastPath.pipeline.refused(error, exchange), exchange, reply)
        case nil: break
        }
    }

    private func answer(_ response: BufferedResponse, _ exchange: Exchange, _ reply: FastPathReply) {
        let pipeline = fastPath.pipeline
        let response = pipeline.refusalOfUnauthenticated(exchange) ?? response
        var head = HTTPResponseHead(response.head)
        pipeline.addCommonHeaders(&head.headers, exchange)
        pipeline.logAndMeasure(exchange, response.head.status)
        reply.send(head, response.body)
    }
}
