import NIOCore
import NIOHTTP1
import NIOSSL

/// One connection to a receiver, on which one exchange goes on at a time. Opened to an address that was checked; the
/// name serves the certificate and the `Host` alone.
struct DeliveryConnection: Sendable {
    let channel: any Channel
    /// The one of the name's addresses that answered first.
    let address: SocketAddress
    let opened: NIODeadline
    let connect: Duration
    /// nil over plain http.
    let tls: Duration?
    private let handler: NIOLoopBound<DeliveryHandler>

    struct Target: Sendable {
        /// In the order in which they are tried.
        let addresses: [SocketAddress]
        /// The name in the URL, without brackets.
        let host: String
        let port: Int
        let tls: NIOSSLContext?
        /// The proxy, if the addresses are a proxy's: it is asked for a tunnel.
        let proxy: EgressProxy?
    }

    /// - Parameter limit: for the connection, the proxy's answer and the TLS handshake together. It runs on the event loop
    ///   alone, so a caller that is resumed late does not use it up.
    /// - Throws: what NIO throws; `TransportError`.
    static func open(_ target: Target, on loop: any EventLoop, limit: TimeAmount) async throws -> DeliveryConnection {
        try await loop.flatSubmit { opening(target, on: loop, deadline: .now() + limit) }.get()
    }

    /// On the event loop.
    private static func opening(
        _ target: Target, on loop: any EventLoop, deadline: NIODeadline
    ) -> EventLoopFuture<DeliveryConnection> {
        let started = NIODeadline.now()
        return AddressConnector.connect(target.addresses, on: loop, deadline: deadline).flatMap { first in
            let channel = first.channel
            let connected = NIODeadline.now()
            let ready = loop.makePromise(of: DeliveryConnection.self)
            let overdue = loop.scheduleTask(deadline: deadline) {
                ready.fail(TransportError.connect("timeout"))
                channel.close(promise: nil)
            }
            let tunnel =
                target.proxy?.tunnel(channel, host: target.host, port: target.port, deadline: deadline)
                ?? loop.makeSucceededVoidFuture()
            tunnel.flatMapThrowing {
                try Self.secure(first, target, connect: .nanoseconds((connected - started).nanoseconds), ready)
            }.whenFailure { error in
                ready.fail(error)
                channel.close(promise: nil)
            }
            return ready.futureResult.always { _ in overdue.cancel() }
        }
    }

    /// On the channel's event loop.
    private static func secure(
        _ first: AddressConnector.Connected, _ target: Target, connect: Duration,
        _ ready: EventLoopPromise<DeliveryConnection>
    ) throws {
        let channel = first.channel
        let pipeline = channel.pipeline.syncOperations
        let started = NIODeadline.now()
        let secured = channel.eventLoop.makePromise(of: Void.self)
        let handler = DeliveryHandler(secured: target.tls == nil ? nil : secured)
        do {
            if let tls = target.tls {
                let isLiteral = (try? SocketAddress(ipAddress: target.host, port: 0)) != nil
                // SNI has no name for an address (RFC 6066 section 3); the certificate must contain the address then.
                let client = try NIOSSLClientHandler(context: tls, serverHostname: isLiteral ? nil : target.host)
                try pipeline.addHandler(client)
            }
            try pipeline.addHTTPClientHandlers(decoderLimitConfiguration: answerLimits)
            try pipeline.addHandler(handler)
        } catch {
            // The receiver may have hung up already.
            secured.fail(error)
            throw error
        }
        let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        let isPlain = target.tls == nil
        secured.futureResult.map {
            let now = NIODeadline.now()
            return DeliveryConnection(
                channel: channel, address: first.address, opened: now, connect: connect,
                tls: isPlain ? nil : .nanoseconds((now - started).nanoseconds), handler: bound)
        }.cascade(to: ready)
        if isPlain { secured.succeed() }
    }

    /// An answer's head: what a delivery has to say fits into far less.
    private static var answerLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        (limits.maxHeaderFieldSize, limits.maxHeaderListSize, limits.maxHeaderFieldCount) = (16_384, 32_768, 100)
        return limits
    }

    /// The response. The connection can be used again only if the response says so.
    struct Answer: Sendable {
        let status: Int
        let retryAfter: String?
        /// The first of the body, `kept` bytes at most.
        let body: [UInt8]
        let firstByte: NIODeadline
        let isReusable: Bool
    }

    /// - Throws: `Broken` when the connection ended, NIO's errors as they are.
    func exchange(_ head: HTTPRequestHead, _ body: ByteBuffer, deadline: NIODeadline, kept: Int) async throws -> Answer
    {
        let (channel, handler) = (self.channel, self.handler)
        return try await withTaskCancellationHandler {
            try await channel.eventLoop.flatSubmit {
                let promise = channel.eventLoop.makePromise(of: Answer.self)
                handler.value.start(channel, head, body, deadline: deadline, kept: kept, promise)
                return promise.futureResult
            }.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// The connection ended before the answer did.
    struct Broken: Error {
        /// True if any byte of a response had arrived.
        let hadBegun: Bool
        /// nil: it was closed.
        var cause: (any Error)?
    }
}
