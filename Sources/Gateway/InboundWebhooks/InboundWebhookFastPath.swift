import HTTPTransport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes
import SQL

/// The short way of the shared account's webhooks: from the connection's event loop to the writer's thread and back,
/// with no task between. Stands before the server, and does what its routes do by the same functions; everything else
/// goes on to the server as it came, and so does a webhook that is large, or that comes while the server still answers
/// an earlier request of the connection.
final class InboundWebhookChannel: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Larger bodies are read in a task, since other connections share the event loop.
    static let bodyLimit = 64 << 10

    private enum State {
        case idle
        /// A head that was checked, what came of its body, and since when.
        case reading(Checked, ByteBuffer, ContinuousClock.Instant)
        /// Requests that arrive meanwhile wait.
        case answering
    }
    private struct Checked {
        let head: HTTPRequest
        let credential: InboundWebhookRoutes.Credential
    }
    private var state = State.idle
    /// Requests that the server was given and has not answered yet.
    private var passed = 0
    private var waiting = CircularBuffer<HTTPRequestPart>()
    private var readWaits = false
    private var isGoingOn = false
    /// Events for the server after the current answer: the gateway stops, or the caller sends no more.
    private var events: [Any] = []
    private let pipeline: RequestPipeline
    private let inboundWebhooks: InboundWebhookRoutes
    private let account: Account
    private let client: ClientConnection

    /// - Parameter account: the shared one.
    init(pipeline: RequestPipeline, inboundWebhooks: InboundWebhookRoutes, account: Account, client: ClientConnection) {
        self.client = client
        self.pipeline = pipeline
        self.inboundWebhooks = inboundWebhooks
        self.account = account
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch (state, part) {
        case (.answering, _): waiting.append(part)
        case (.idle, .head(let head)):
            if passed == 0, Self.isShort(head), let checked = check(head) {
                state = .reading(checked, ByteBuffer(), .now)
                context.triggerUserOutboundEvent(checked.credential.event, promise: nil)
            } else {
                passed += 1
                context.fireChannelRead(data)
            }
        case (.idle, _): context.fireChannelRead(data)
        case (.reading(let checked, var body, let started), .body(var bytes)):
            // The state must not hold a second reference, or each part would copy what came before.
            state = .idle
            body.writeBuffer(&bytes)
            if body.readableBytes <= Self.bodyLimit {
                state = .reading(checked, body, started)
            } else {
                passed += 1
                context.fireChannelRead(wrapInboundOut(.head(checked.head)))
                context.fireChannelRead(wrapInboundOut(.body(body)))
                tellEvents(context)
            }
        case (.reading(let checked, let body, let started), .end):
            state = .answering
            receive(checked, body, since: started, context)
        case (.reading, .head): context.fireErrorCaught(HTTPParserOrder())
        }
    }

    /// A part that the parser never gives.
    private struct HTTPParserOrder: Error {}

    /// Returns true if the request takes the fast path.
    private static func isShort(_ head: HTTPRequest) -> Bool {
        guard head.method == .post, head.path == InboundWebhookRoutes.path, head.headerFields[.connection] == nil else {
            return false
        }
        return head.headerFields[.contentLength].flatMap { Int($0) }.map { $0 <= bodyLimit } ?? true
    }

    /// - Returns: nil for a head that the server's route refuses.
    private func check(_ head: HTTPRequest) -> Checked? {
        let request = Request(head: head, body: .init(buffer: ByteBuffer()))
        return (try? inboundWebhooks.credential(request, account)).map { Checked(head: head, credential: $0) }
    }

    private func receive(
        _ checked: Checked, _ body: ByteBuffer, since started: ContinuousClock.Instant,
        _ context: ChannelHandlerContext
    ) {
        let request = Request(head: checked.head, body: .init(buffer: ByteBuffer()))
        let app = AppContext(source: .init(channel: context.channel, logger: pipeline.logger), client: client)
        app.metadata.route = InboundWebhookRoutes.path
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        do {
            try pipeline.admit(request, app)
            let bytes = body.getBytes(at: body.readerIndex, length: body.readableBytes) ?? []
            let webhook = try inboundWebhooks.read(bytes, checked.credential, account, app.metadata)
            let (inboundWebhooks, pipeline, loop) = (self.inboundWebhooks, self.pipeline, context.eventLoop)
            inboundWebhooks.database.write({ try inboundWebhooks.store(webhook, in: $0) }) { result in
                loop.execute {
                    let reply =
                        switch result {
                        case .success(let outcome): inboundWebhooks.recordOutcome(outcome, app.metadata)
                        case .failure(let error): pipeline.refused(error, request, app)
                        }
                    let (handler, context) = bound.value
                    handler.answer(reply, request, app, since: started, context)
                }
            }
        } catch {
            answer(pipeline.refused(error, request, app), request, app, since: started, context)
        }
    }

    // MARK: What goes out

    private func answer(
        _ reply: BufferedResponse, _ request: Request, _ app: AppContext, since started: ContinuousClock.Instant,
        _ context: ChannelHandlerContext
    ) {
        var reply = pipeline.refusalOfUnauthenticated(request, app) ?? reply
        pipeline.addCommonHeaders(&reply.head.headerFields, request, app)
        reply.head.headerFields[.date] = HTTPDate.now
        pipeline.logAndMeasure(request, app, reply.head.status, since: started)
        context.write(wrapOutboundOut(.head(reply.head)), promise: nil)
        context.write(wrapOutboundOut(.body(reply.body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        state = .idle
        goOn(context)
    }

    /// Reads nothing while requests wait, or while an end is still to be passed to the server.
    func read(context: ChannelHandlerContext) {
        if isAnswering, !waiting.isEmpty || !events.isEmpty { readWaits = true } else { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { passed -= 1 }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        events.append(event)
        tellEvents(context)
    }

    private func tellEvents(_ context: ChannelHandlerContext) {
        // Earlier requests come first.
        while case .idle = state, waiting.isEmpty, !events.isEmpty {
            context.fireUserInboundEventTriggered(events.removeFirst())
        }
    }

    private var isAnswering: Bool { if case .answering = state { true } else { false } }

    /// Handles the requests that arrived meanwhile. In a loop: thousands of refusals must not nest on the stack.
    private func goOn(_ context: ChannelHandlerContext) {
        if isGoingOn { return }
        isGoingOn = true
        let hadWaiting = !waiting.isEmpty
        while !isAnswering, let part = waiting.popFirst() {
            channelRead(context: context, data: wrapInboundOut(part))
        }
        isGoingOn = false
        if hadWaiting { context.fireChannelReadComplete() }
        tellEvents(context)
        if readWaits, !isAnswering || waiting.isEmpty && events.isEmpty {
            readWaits = false
            context.read()
        }
    }
}

extension InboundWebhookRoutes.Credential {
    /// The decision about the body that follows.
    fileprivate var event: BodyEvent {
        switch self {
        case .key: .verified
        case .signature: .wanted(limit: InboundWebhookRoutes.signedBodyLimit)
        }
    }
}
