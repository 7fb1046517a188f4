import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// A way to answer some requests on the connection's own event loop: without a task, and without the router.
///
/// `FastPathHandler` asks the registered fast paths for each head. It keeps the order of the replies, so a fast path sees
/// one request at a time.
protocol FastPath: Sendable {
    /// Takes a request by its head alone.
    /// - Returns: nil for a request that goes to the next fast path, or to the router.
    func take(_ head: HTTPRequestHead, on connection: FastPathConnection) -> (any FastPathExchange)?
}

/// The connection that a request came on.
struct FastPathConnection {
    let channel: any Channel
    let client: ClientConnection
}

/// One request that a fast path took. All calls come on the connection's event loop: each part of the body, then the end.
/// `cancel` comes at most once, in place of what would follow.
protocol FastPathExchange: AnyObject {
    /// The decision about the body, by what the head has proved.
    var bodyEvent: BodyEvent { get }
    func receivedBody(_ bytes: ByteBuffer) -> FastPathBodyAction
    /// The request is whole. Its reply may be sent at once or later, whole or in parts, on the event loop.
    func receivedEnd(_ reply: FastPathReply)
    /// The client takes more of the reply, or no more for now. A reply in parts pauses meanwhile.
    func writabilityChanged(isWritable: Bool)
    /// The client is gone, or its request never becomes whole. A reply is dropped from now on.
    func cancel()
}

extension FastPathExchange {
    func writabilityChanged(isWritable: Bool) {}
}

/// The fate of a request whose body comes.
enum FastPathBodyAction {
    case readOn
    /// The router gets the request, with the bytes of the body that came so far.
    case route(HTTPRequestHead, ByteBuffer)
}

/// The place of one reply on its connection. Used on the event loop alone. A reply whose client is gone is dropped.
struct FastPathReply {
    fileprivate let handler: FastPathHandler
    fileprivate let context: ChannelHandlerContext
    fileprivate let id: FastPathStateMachine.RequestID

    init(_ handler: FastPathHandler, _ context: ChannelHandlerContext, _ id: FastPathStateMachine.RequestID) {
        (self.handler, self.context, self.id) = (handler, context, id)
    }

    /// False while the client does not read: what is written now is kept in memory.
    var isWritable: Bool { context.channel.isWritable }

    /// The body has proved the request: it is not counted as unverified any more.
    func verifiedRequest() { context.triggerUserOutboundEvent(BodyEvent.verified, promise: nil) }

    /// Sends a whole reply.
    func send(_ head: HTTPResponseHead, _ body: ByteBuffer) {
        begin(head)
        write(body)
        end()
    }

    func begin(_ head: HTTPResponseHead) { handler.begin(head, id, context) }

    /// Sends a part of the body. Small parts that follow one another are flushed together by `flush` or `end`.
    func write(_ bytes: ByteBuffer) { handler.write(bytes, id, context) }

    func flush() { handler.flush(context) }

    /// The reply is whole; the next request has its turn.
    func end() { handler.end(id, context) }

    /// The rest of the reply does not come: the connection ends without the reply's end.
    func abort() { handler.abort(id, context) }
}
