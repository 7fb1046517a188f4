import HTTPTransport
import NIOCore
import NIOHTTP1

/// Makes the calls of mirrored reads.
protocol MirrorReadUpstream: Sendable {
    /// - Parameters:
    ///   - path: with its query, percent-encoded.
    ///   - loop: the delegate is called on it.
    func call(
        _ method: HTTPMethod, path: String, headers: HTTPHeaders, on loop: any EventLoop, delegate: any ResponseDelegate
    ) -> any MirrorReadCall
}

/// One call of Meeting BaaS. It counts as being under way as long as anybody holds it.
protocol MirrorReadCall: Sendable {
    /// The delegate may be called before this returns.
    func start()
    /// Asks for more of the reply.
    func read()
    /// The delegate is not called any more.
    func cancel()
}

/// Calls over the connection pool.
struct PooledReadUpstream: MirrorReadUpstream {
    let stream: HTTPStream
    let server: HTTPTarget

    func call(
        _ method: HTTPMethod, path: String, headers: HTTPHeaders, on loop: any EventLoop, delegate: any ResponseDelegate
    ) -> any MirrorReadCall {
        stream.request(
            method, server, path: path, headers: headers, firstByte: MirrorAPI.firstByte, total: MirrorAPI.total,
            on: loop, delegate: delegate)
    }
}

extension HTTPStream.RequestSlot: MirrorReadCall {
    func start() { exchange.start() }
    func read() { exchange.read() }
    func cancel() { exchange.cancel() }
}
