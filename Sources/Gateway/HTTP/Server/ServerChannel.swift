import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// The pipeline of one client's connection: HTTP/1 decoder, connection guard, unverified body handler, fast path handler,
/// HTTP types codec, state handler.
///
/// The guard stands before the codec, because version, raw header fields and offers of an upgrade are gone after it; the
/// fast paths, because the codec costs as much as they do.
struct ServerChannel: ServerChildChannel, HTTPChannelHandler {
    struct Value: ServerChildChannelValue {
        let client: ClientConnection
        let parts: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
        var channel: any Channel { parts.channel }
    }

    let responder: HTTPChannelHandler.Responder
    let makeGuard: @Sendable (ClientConnection, ConnectionContinuation) -> ConnectionGuard
    let makeBodyHandler: @Sendable () -> UnverifiedBodyHandler
    let fastPaths: [any FastPath]

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let (client, continuation) = (ClientConnection(), ConnectionContinuation())
            var encoding = HTTPResponseEncoder.Configuration()
            // The guard has the request, the encoder does not.
            encoding.automaticallySetFramingHeaders = false
            try pipeline.addHandler(HTTPResponseEncoder(configuration: encoding))
            try pipeline.addHandler(
                ByteToMessageHandler(
                    RequestDecoder(continuation), maximumBufferSize: RequestDecoder.bufferBytes))
            try pipeline.addHandler(makeGuard(client, continuation))
            try pipeline.addHandler(makeBodyHandler())
            if !fastPaths.isEmpty { try pipeline.addHandler(FastPathHandler(fastPaths, client: client)) }
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
            return Value(
                client: client,
                parts: try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await ClientConnection.$current.withValue(value.client) {
            await handleHTTP(asyncChannel: value.parts, logger: logger)
        }
    }
}
