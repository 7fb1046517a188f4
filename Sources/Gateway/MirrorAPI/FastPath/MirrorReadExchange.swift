import HTTPTransport
import HTTPTypes
import HummingbirdCore
import MeetingBaaS
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import SQL

/// One mirrored read. Carries out the decisions of `MirrorReadStateMachine`.
final class MirrorReadExchange: FastPathExchange {
    private var state: MirrorReadStateMachine
    private let fastPath: MirrorReadFastPath
    private var read: MirrorRead
    private let loop: any EventLoop
    private var exchange: Exchange
    private var reply: FastPathReply?
    private var call: (any MirrorReadCall)?
    private var pause: Scheduled<Void>?
    private var sentAt = ContinuousClock.now
    private var upstreamHead: HTTPResponseHead?
    /// The status of the reply that was begun.
    private var status = clientClosedRequest

    init(_ fastPath: MirrorReadFastPath, _ read: MirrorRead, _ exchange: Exchange, on loop: any EventLoop) {
        (self.fastPath, self.read, self.exchange, self.loop) = (fastPath, read, exchange, loop)
        state = MirrorReadStateMachine(isHead: read.isHead)
    }

    private var limiter: UpstreamLimiter { fastPath.mirror.upstream.limiter }
    private var tenant: String { read.caller.tenant.id }

    // MARK: The client's side

    /// The credential was checked when the head came.
    var bodyEvent: BodyEvent { .verified }

    func receivedBody(_ bytes: ByteBuffer) -> FastPathBodyAction {
        switch state.receivedBody(bytes) {
        case .readOn: .readOn
        case .route(let body): .route(read.head, body)
        }
    }

    func receivedEnd(_ reply: FastPathReply) {
        let action = state.receivedEnd(isOld: .now - exchange.metadata.started > Self.decisionLife)
        guard action != .none else { return }
        self.reply = reply
        fastPath.pipeline.metrics.fastPaths.count("mirror")
        if action == .check { check() } else { startCall() }
    }

    /// The time for which what the head's decision was made by is not asked for again.
    private static let decisionLife = Duration.seconds(1)

    private func check() {
        let (fastPath, read, metadata) = (self.fastPath, self.read, exchange.metadata)
        let (loop, bound) = (self.loop, NIOLoopBound(self, eventLoop: self.loop))
        Task {
            let result: Result<MirrorRead, any Error>
            do {
                result = .success(try await fastPath.decided(again: read, metadata))
            } catch {
                result = .failure(error)
            }
            loop.execute { bound.value.checked(result) }
        }
    }

    private func checked(_ result: Result<MirrorRead, any Error>) {
        guard state.checked() else { return }
        switch result {
        case .success(let read):
            self.read = read
            startCall()
        case .failure(let error):
            state.refused()
            answer(error)
        }
    }

    private func startCall() {
        do {
            try fastPath.pipeline.authenticated(.tenant(read.caller.access), &exchange)
        } catch {
            state.refused()
            return answer(error)
        }
        limiter.begin(tenant)
        sentAt = .now
        send()
    }

    func writabilityChanged(isWritable: Bool) {
        if state.readsOn(isWritable: isWritable) { call?.read() }
    }

    func cancel() {
        let ending = state.cancelled()
        endAttempt()
        pause?.cancel()
        switch ending {
        case .none: return
        case .call:
            limiter.abandoned()
            limiter.end(tenant)
        case .pause: limiter.end(tenant)
        case .request, .reply: break
        }
        fastPath.pipeline.logAndMeasure(exchange, status, broken: .client)
    }

    /// Nothing was sent to a client that left: the log's own status, as nginx has it.
    private static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")

    // MARK: Meeting BaaS's side

    private func send() {
        do {
            try limiter.admit(tenant)
            try limiter.willSend()
        } catch {
            state.refused()
            limiter.end(tenant)
            return fail(error as? UpstreamError ?? .overloaded(retryAfter: 1))
        }
        let call = fastPath.upstream.call(
            read.isHead ? .HEAD : .GET, path: read.outbound.target,
            headers: HTTPHeaders(fastPath.mirror.headers(read.outbound, nil, read.account)), on: loop,
            delegate: MirrorReadDelegate(NIOLoopBound(self, eventLoop: loop)))
        self.call = call
        call.start()
    }

    private func sendLater(_ pause: Duration) {
        endAttempt()
        let bound = NIOLoopBound(self, eventLoop: loop)
        self.pause = loop.scheduleTask(in: .nanoseconds(Int64(pause / .nanoseconds(1)))) {
            if bound.value.state.pauseEnded() { bound.value.send() }
        }
    }

    private func endAttempt() {
        call?.cancel()
        call = nil
    }

    fileprivate func received(_ head: HTTPResponseHead) {
        let signals = UpstreamLimiter.Signals(status: Int(head.status.code)) { head.headers.first(name: $0) }
        limiter.replied(signals, read.outbound.operation, account: read.account.id)
        upstreamHead = head
        let action = state.replyBegan(signals.status, isFailure: signals.isServerFailure) { limiter.pauseBeforeRetry() }
        if !action.isPause { limiter.end(tenant) }
        perform(action)
        if action == .none || action == .begin { call?.read() }
    }

    fileprivate func received(_ bytes: ByteBuffer) {
        switch state.replyBody(bytes, isWritable: reply?.isWritable ?? false) {
        case .drop: return
        case .readOn: call?.read()
        case .refuse(let body):
            endAttempt()
            refuse(body)
        case .stream(let readsOn):
            // RFC 9110 section 15.3.5: there is none.
            if status == .noContent { return }
            reply?.write(bytes)
            if readsOn { call?.read() }
        }
    }

    /// Parts that came together leave together.
    fileprivate func readCompleted() { reply?.flush() }

    fileprivate func ended() {
        call = nil
        perform(state.replyEnded())
    }

    fileprivate func failed(_ error: TransportError) {
        call = nil
        let isBeforeReply = upstreamHead == nil
        if isBeforeReply { limiter.failed(error) }
        let action = state.replyFailed(error) { limiter.pauseBeforeRetry() }
        if isBeforeReply, !action.isPause { limiter.end(tenant) }
        perform(action)
    }

    private func perform(_ action: MirrorReadStateMachine.Action) {
        switch action {
        case .none: break
        case .pause(let pause):
            upstreamHead = nil
            sendLater(pause)
        case .begin: begin()
        case .answerHead:
            begin()
            end()
        case .refuse(let body): refuse(body)
        case .fail(let error):
            endAttempt()
            fail(error)
        case .abort(let error):
            measureCall(UpstreamError.transport(error).kind)
            fastPath.pipeline.logAndMeasure(exchange, status, broken: .upstream)
            reply?.abort()
        case .end: end()
        }
    }

    private func measureCall(_ outcome: String) {
        fastPath.mirror.upstream.metrics.upstreamCall(read.outbound.operation, outcome, .now - sentAt)
    }

    // MARK: The reply

    private func begin() {
        guard let upstreamHead else { return }
        status = .init(code: Int(upstreamHead.status.code))
        var fields = HTTPHeaders()
        fields.reserveCapacity(12)
        if status != .noContent {
            let isDecoded = upstreamHead.headers.hasDecodedBody
            for name in MirrorAPI.passedFields where !isDecoded || name == .contentType {
                if let value = upstreamHead.headers[name] { fields.add(name: name.rawName, value: value) }
            }
        }
        fastPath.pipeline.addCommonHeaders(&fields, exchange)
        // By its code alone: the phrase is Meeting BaaS's own.
        let known = HTTPResponseStatus(statusCode: status.code)
        reply?.begin(HTTPResponseHead(version: .http1_1, status: known, headers: fields))
    }

    private func end() {
        measureCall("ok")
        fastPath.pipeline.logAndMeasure(exchange, status)
        reply?.end()
    }

    private func fail(_ error: UpstreamError) {
        measureCall(error.kind)
        answer(MirrorError(error))
    }

    /// A refusal that has to be stored is answered by a task.
    private func refuse(_ body: [UInt8]) {
        guard let upstreamHead else { return }
        let refusal = HTTPExchange.Reply(
            status: Int(upstreamHead.status.code), headers: HTTPFields(decoded: upstreamHead.headers), body: body)
        guard let context = read.context(exchange.metadata) else { return answer(MirrorError(UpstreamError.malformed)) }
        let mirror = fastPath.mirror
        let error = mirror.refusal(refusal, sentAt, context)
        guard mirror.isNoted(error, refusal, context) else { return answer(error) }
        let (loop, bound) = (self.loop, NIOLoopBound(self, eventLoop: self.loop))
        Task {
            await TenantScope.$current.withValue(.tenant(context.tenant)) {
                await mirror.noteRefusal(error, refusal, context)
            }
            loop.execute { bound.value.answer(error) }
        }
    }

    private func answer(_ error: any Error) {
        let pipeline = fastPath.pipeline
        let refusal = pipeline.refused(error, exchange)
        let response = pipeline.refusalOfUnauthenticated(exchange) ?? refusal
        var head = HTTPResponseHead(response.head)
        pipeline.addCommonHeaders(&head.headers, exchange)
        pipeline.logAndMeasure(exchange, response.head.status)
        reply?.send(head, read.isHead ? ByteBuffer() : response.body)
    }
}

@available(*, unavailable)
extension MirrorReadExchange: Sendable {}

/// Passes Meeting BaaS's reply to an exchange, on its event loop.
private final class MirrorReadDelegate: ResponseDelegate {
    private let exchange: NIOLoopBound<MirrorReadExchange>

    init(_ exchange: NIOLoopBound<MirrorReadExchange>) { self.exchange = exchange }

    func received(_ head: HTTPResponseHead) { exchange.value.received(head) }
    func received(_ bytes: ByteBuffer) { exchange.value.received(bytes) }
    func readCompleted() { exchange.value.readCompleted() }
    func ended(_ trailers: HTTPHeaders?) { exchange.value.ended() }
    func failed(_ error: TransportError) { exchange.value.failed(error) }
}
