#if BARE_PROXY
    import HTTPTransport
    import NIOCore
    import NIOHTTP1

    /// A read that is proxied without any check, limit, log or metric: the part of a mirrored read's cost that the transport
    /// has. Only in builds for the benchmark (`Tests/Performance/README.md`).
    final class BareReadExchange: FastPathExchange {
        private let upstream: any MirrorReadUpstream
        private let head: HTTPRequestHead
        private let loop: any EventLoop
        private var reply: FastPathReply?
        private var call: (any MirrorReadCall)?

        init(_ upstream: any MirrorReadUpstream, _ head: HTTPRequestHead, on loop: any EventLoop) {
            (self.upstream, self.head, self.loop) = (upstream, head, loop)
        }

        var bodyEvent: BodyEvent { .verified }
        func receivedBody(_ bytes: ByteBuffer) -> FastPathBodyAction { .readOn }

        func receivedEnd(_ reply: FastPathReply) {
            self.reply = reply
            let call = upstream.call(
                .GET, path: String(head.uri.dropFirst(MirrorAPI.path.count)),
                headers: ["Accept": "application/json", "x-meeting-baas-api-key": "benchmark"], on: loop,
                delegate: BareReadDelegate(NIOLoopBound(self, eventLoop: loop)))
            self.call = call
            call.start()
        }

        func writabilityChanged(isWritable: Bool) { if isWritable { call?.read() } }
        func cancel() { call?.cancel() }

        fileprivate func received(_ head: HTTPResponseHead) {
            var fields = HTTPHeaders()
            for name in ["Content-Type", "Content-Length"] {
                if let value = head.headers.first(name: name) { fields.add(name: name, value: value) }
            }
            reply?.begin(HTTPResponseHead(version: .http1_1, status: head.status, headers: fields))
            call?.read()
        }

        fileprivate func received(_ bytes: ByteBuffer) {
            reply?.write(bytes)
            if reply?.isWritable ?? false { call?.read() }
        }

        fileprivate func readCompleted() { reply?.flush() }

        fileprivate func ended() {
            call = nil
            reply?.end()
        }

        fileprivate func failed() {
            call = nil
            reply?.abort()
        }
    }

    @available(*, unavailable)
    extension BareReadExchange: Sendable {}

    private final class BareReadDelegate: ResponseDelegate {
        private let exchange: NIOLoopBound<BareReadExchange>

        init(_ exchange: NIOLoopBound<BareReadExchange>) { self.exchange = exchange }

        func received(_ head: HTTPResponseHead) { exchange.value.received(head) }
        func received(_ bytes: ByteBuffer) { exchange.value.received(bytes) }
        func readCompleted() { exchange.value.readCompleted() }
        func ended(_ trailers: HTTPHeaders?) { exchange.value.ended() }
        func failed(_ error: TransportError) { exchange.value.failed() }
    }
#endif
