import NIOCore
import NIOHTTP1

/// The decision whether the decoder continues after the request that just ended. The connection guard writes it and the
/// decoder reads it, both on the connection's event loop.
final class ConnectionContinuation {
    enum Next {
        case request
        /// The request offered an upgrade: NIO's decoder has stopped after it.
        case requestAfterUpgrade
        /// Nothing more is read as HTTP.
        case nothing
    }
    var next = Next.request
}

/// Decodes the HTTP/1 requests of a connection, whatever protocol they offer to change to.
///
/// NIO's decoder stops for good after a request that offers an upgrade. A server may ignore the offer (RFC 9110 section
/// 7.8), so a new decoder takes over where the old one stopped, within the same bytes. After the last request of a
/// connection (RFC 9112 section 9.6) the bytes are dropped, not kept.
final class RequestDecoder: ByteToMessageDecoder {
    typealias InboundOut = HTTPServerRequestPart

    /// Bytes that may wait undecoded: a head that is not whole, and what one read of the socket may bring.
    static let bufferBytes = 1 << 20

    private var decoder: HTTPRequestDecoder
    private let continuation: ConnectionContinuation

    init(_ continuation: ConnectionContinuation) {
        self.continuation = continuation
        decoder = Self.makeDecoder()
    }

    private static func makeDecoder() -> HTTPRequestDecoder {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = RequestHeadRules.headerBytes
        limits.maxHeaderListSize = RequestHeadRules.headerBytes
        limits.maxHeaderFieldCount = RequestHeadRules.headerFields
        return HTTPRequestDecoder(limitConfiguration: limits)
    }

    func decoderAdded(context: ChannelHandlerContext) { decoder.decoderAdded(context: context) }

    func decoderRemoved(context: ChannelHandlerContext) { decoder.decoderRemoved(context: context) }

    func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        if continuation.next != .nothing { _ = try decoder.decode(context: context, buffer: &buffer) }
        switch continuation.next {
        case .request: return .needMoreData
        case .nothing:
            buffer.moveReaderIndex(to: buffer.writerIndex)
            return .needMoreData
        case .requestAfterUpgrade:
            continuation.next = .request
            decoder.decoderRemoved(context: context)
            decoder = Self.makeDecoder()
            decoder.decoderAdded(context: context)
            return buffer.readableBytes > 0 ? .continue : .needMoreData
        }
    }

    func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws -> DecodingState {
        while buffer.readableBytes > 0, case .continue = try decode(context: context, buffer: &buffer) {}
        guard continuation.next != .nothing else { return .needMoreData }
        return try decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
    }
}

@available(*, unavailable)
extension ConnectionContinuation: Sendable {}

@available(*, unavailable)
extension RequestDecoder: Sendable {}
