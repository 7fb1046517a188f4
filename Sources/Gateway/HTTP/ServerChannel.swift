import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// The pipeline of one client's connection: HTTP/1 decoder, connection guard, HTTP types codec, state handler.
///
/// The guard stands before the codec, because version, raw header fields and offers of an upgrade are gone after it.
struct ServerChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let makeGuard: @Sendable (ConnectionContinuation) -> ConnectionGuard
    /// A handler that may answer some requests before the server sees them.
    let makeFastPath: @Sendable () -> (any ChannelHandler)?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let continuation = ConnectionContinuation()
            var encoding = HTTPResponseEncoder.Configuration()
            // The guard knows the request, the encoder does not.
            encoding.automaticallySetFramingHeaders = false
            try pipeline.addHandler(HTTPResponseEncoder(configuration: encoding))
            try pipeline.addHandler(
                ByteToMessageHandler(
                    RequestDecoder(continuation), maximumBufferSize: RequestDecoder.bufferBytes))
            try pipeline.addHandler(makeGuard(continuation))
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            if let fastPath = makeFastPath() { try pipeline.addHandler(fastPath) }
            try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async { await handleHTTP(asyncChannel: value, logger: logger) }
}
