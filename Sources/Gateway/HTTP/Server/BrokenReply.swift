import HTTPTransport
import HTTPTypes
import Hummingbird
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

extension RequestPipeline {
    /// Logs and counts a reply whose body comes while it is sent: when the body has ended, and how it has ended. The status
    /// was sent before and says nothing about that.
    func logAndMeasureAtEnd(
        of response: inout Response, _ request: Request, _ context: AppContext, since started: ContinuousClock.Instant
    ) {
        let (body, status) = (response.body, response.status)
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            do {
                try await body.write(writer)
            } catch {
                logAndMeasure(request, context, status, since: started, broken: BrokenReply(error))
                throw error
            }
            logAndMeasure(request, context, status, since: started)
        }
    }
}
