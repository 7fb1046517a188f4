import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// Reads one answer, within a deadline and 64 KiB, whatever the receiver sends.
final class DeliveryHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private struct Exchange {
        let promise: EventLoopPromise<DeliveryConnection.Answer>
        let timer: Scheduled<Void>
        let kept: Int
        var isWritten = false
        var head: HTTPResponseHead?
        var firstByte: NIODeadline?
        var body: [UInt8] = []
        var read = 0
    }
    private var exchange: Exchange?
    private var secured: EventLoopPromise<Void>?

    /// - Parameter secured: succeeds when the TLS handshake is done, or fails with its error.
    init(secured: EventLoopPromise<Void>?) { self.secured = secured }

    func start(
        _ channel: any Channel, _ head: HTTPRequestHead, _ body: ByteBuffer, deadline: NIODeadline, kept: Int,
        _ promise: EventLoopPromise<DeliveryConnection.Answer>
    ) {
        guard channel.isActive, exchange == nil else {
            return promise.fail(DeliveryConnection.Broken(hadBegun: false))
        }
        let timer = channel.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.fail(TransportError.timeout)
            channel.close(promise: nil)
        }
        exchange = Exchange(promise: promise, timer: timer, kept: kept)
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { self.exchange?.isWritten = true }
        let pipeline = channel.pipeline.syncOperations
        pipeline.write(NIOAny(HTTPClientRequestPart.head(head)), promise: nil)
        pipeline.write(NIOAny(HTTPClientRequestPart.body(.byteBuffer(body))), promise: nil)
        pipeline.writeAndFlush(NIOAny(HTTPClientRequestPart.end(nil)), promise: written)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard exchange != nil else { return context.close(promise: nil) }
        if exchange?.firstByte == nil { exchange?.firstByte = .now() }
        switch unwrapInboundIn(data) {
        case .head(let head):
            // 100 Continue and its like are no answer (RFC 9110 section 15.2).
            if head.status.code >= 200 { exchange?.head = head }
        case .body(let bytes):
            exchange?.read += bytes.readableBytes
            if let room = exchange.map({ $0.kept - $0.body.count }), room > 0 {
                exchange?.body += bytes.readableBytesView.prefix(room)
            }
            if exchange?.read ?? 0 > DeliveryClient.readLimit { finish(context, whole: false) }
        case .end: finish(context, whole: true)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            secured?.succeed()
            secured = nil
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .uncleanShutdown? = error as? NIOSSLError, endsWithConnection {
            finish(context, whole: false)
        } else {
            fail(
                exchange == nil ? error : DeliveryConnection.Broken(hadBegun: exchange?.firstByte != nil, cause: error))
            context.close(promise: nil)
        }
    }

    /// True if only the connection's end ends the response's body (RFC 9112 section 6.3). Many servers omit TLS's
    /// close_notify; the head of a response is enough to judge a delivery.
    private var endsWithConnection: Bool {
        guard let head = exchange?.head else { return false }
        return !head.headers.contains(name: "Content-Length") && !head.headers.contains(name: "Transfer-Encoding")
    }

    func handlerRemoved(context: ChannelHandlerContext) { fail(ChannelError.ioOnClosedChannel) }

    func channelInactive(context: ChannelHandlerContext) {
        fail(DeliveryConnection.Broken(hadBegun: exchange?.firstByte != nil))
        context.fireChannelInactive()
    }

    private func finish(_ context: ChannelHandlerContext, whole: Bool) {
        guard let done = exchange, let head = done.head else { return }
        let isReusable = whole && done.isWritten && head.isKeepAlive && context.channel.isActive
        exchange = nil
        done.timer.cancel()
        if !isReusable { context.close(promise: nil) }
        done.promise.succeed(
            DeliveryConnection.Answer(
                status: Int(head.status.code), retryAfter: head.headers.first(name: "Retry-After"), body: done.body,
                firstByte: done.firstByte ?? .now(), isReusable: isReusable))
    }

    private func fail(_ error: any Error) {
        secured?.fail(error)
        secured = nil
        exchange?.timer.cancel()
        exchange?.promise.fail(error)
        exchange = nil
    }
}

@available(*, unavailable)
extension DeliveryHandler: Sendable {}
