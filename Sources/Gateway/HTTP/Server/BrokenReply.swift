import HTTPTransport
import NIOCore

/// The side at which a streamed reply broke after its head was sent.
enum BrokenReply: String, Sendable {
    case client, gateway, upstream

    init(_ error: any Error) {
        switch error {
        case is TransportError, is any UpstreamBodyError: self = .upstream
        case is ChannelError, is IOError, is NIOAsyncWriterError, is CancellationError: self = .client
        default: self = .gateway
        }
    }

    /// A client may leave when it likes.
    var isError: Bool { self != .client }
}

/// An error of a streamed response body whose cause is the upstream server.
protocol UpstreamBodyError: Error {}
