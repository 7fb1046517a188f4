import Foundation
import NIOCore
import NIOExtras
import NIOHTTP1
import Sealing

/// A forward proxy through which deliveries leave, by `CONNECT` (RFC 9110 section 9.3.6). It resolves the names then,
/// and is to refuse what is not public; the gateway checks only what it can see in the URL.
public struct EgressProxy: Sendable {
    public let host: String
    public let port: Int
    private let authorization: SecretBytes?

    /// `http://[user:password@]host:port`
    public init?(_ text: String) {
        let shape = /http:\/\/(?:([^@\/\s]+)@)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})\/?/
        guard let match = text.wholeMatch(of: shape), let host = match.2 ?? match.3, let port = Int(match.4),
            (1...65_535).contains(port)
        else { return nil }
        self.host = String(host)
        self.port = port
        authorization = match.1.map { user in
            SecretBytes("Basic " + Base64.encode(Array((String(user).removingPercentEncoding ?? String(user)).utf8)))
        }
    }

    /// Asks for the way to `host`, on the channel's event loop; when this succeeds, the channel is the tunnel.
    func tunnel(_ channel: any Channel, host: String, port: Int, deadline: NIODeadline) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        var headers = HTTPHeaders()
        let name = host.contains(":") ? "[\(host)]" : host
        headers.add(name: "Host", value: "\(name):\(port)")
        if let authorization { headers.add(name: "Proxy-Authorization", value: authorization.revealText()) }
        let encoder = HTTPRequestEncoder()
        let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
        let asks = NIOHTTP1ProxyConnectHandler(
            targetHost: name, targetPort: port, headers: headers, deadline: deadline, promise: promise)
        let pipeline = channel.pipeline.syncOperations
        do {
            try pipeline.addHandlers([encoder, decoder, asks])
        } catch {
            promise.fail(error)
        }
        return promise.futureResult.assumeIsolated().flatMap {
            pipeline.removeHandler(encoder).and(pipeline.removeHandler(decoder)).map { _ in }
        }.flatMapErrorThrowing { error in
            throw error is NIOHTTP1ProxyConnectHandler.Error ? Refused() : error
        }.nonisolated()
    }

    /// The proxy did not open the way.
    struct Refused: Error {}
    static let refusal = "refused by the egress proxy"
}
