import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// The time that it took to open a connection.
public struct ConnectionSetup: Sendable {
    public let connect: Duration
    /// nil over plain http.
    public let tls: Duration?
}

/// Opens connections for the pool: name, TCP, TLS, HTTP/1.1.
struct ConnectionOpener: Sendable {
    struct Opened: Sendable {
        let channel: any Channel
        let address: SocketAddress
        let handler: NIOLoopBound<HTTPClientHandler>
        let setup: ConnectionSetup
    }

    let resolvers: ResolverPool

    /// - Returns: fails with `TransportError`.
    func open(
        _ request: ClientRequest, on loop: any EventLoop, deadline: NIODeadline
    ) -> EventLoopFuture<Opened> {
        loop.flatSubmit {
            addresses(request, on: loop, deadline: deadline).flatMap { addresses in
                let started = NIODeadline.now()
                return AddressConnector.connect(ConnectionRace.order(addresses), on: loop, deadline: deadline)
                    .flatMap { connected in
                        let connect = Duration.nanoseconds((NIODeadline.now() - started).nanoseconds)
                        return tunnel(connected.channel, request.key, on: loop, deadline: deadline).flatMap {
                            secure(connected, request.key, connect: connect, on: loop, deadline: deadline)
                        }
                    }
            }
        }
    }

    /// Through the proxy, if the profile has one.
    private func tunnel(
        _ channel: any Channel, _ key: ConnectionKey, on loop: any EventLoop, deadline: NIODeadline
    ) -> EventLoopFuture<Void> {
        guard let proxy = key.profile.proxy else { return loop.makeSucceededVoidFuture() }
        return proxy.tunnel(channel, host: key.host, port: key.port, deadline: deadline).flatMapErrorThrowing { error in
            channel.close(promise: nil)
            if NIODeadline.now() >= deadline { throw TransportError.connect("timeout") }
            throw error is EgressProxy.Refused ? .connect(EgressProxy.refusal) : TransportError(error)
        }
    }

    func shutdown() { resolvers.shutdown() }

    private func addresses(
        _ request: ClientRequest, on loop: any EventLoop, deadline: NIODeadline
    ) -> EventLoopFuture<[SocketAddress]> {
        if let given = request.addresses { return loop.makeSucceededFuture(given) }
        let key = request.key
        if let literal = try? SocketAddress(ipAddress: key.host, port: key.port) {
            return loop.makeSucceededFuture([literal])
        }
        return resolvers.lookup(key.host, port: key.port, tenant: "", loop: loop, until: deadline).map { $0 ?? [] }
    }

    /// On the event loop.
    private func secure(
        _ connected: AddressConnector.Connected, _ key: ConnectionKey, connect: Duration, on loop: any EventLoop,
        deadline: NIODeadline
    ) -> EventLoopFuture<Opened> {
        let channel = connected.channel
        let started = NIODeadline.now()
        let secured = loop.makePromise(of: Void.self)
        let handler = HTTPClientHandler(secured: key.isSecure ? secured : nil)
        let bound = NIOLoopBound(handler, eventLoop: loop)
        let overdue = loop.scheduleTask(deadline: deadline) {
            secured.fail(TransportError.connect("timeout"))
            channel.close(promise: nil)
        }
        do {
            try addHandlers(channel.pipeline.syncOperations, key, handler)
            if !key.isSecure { secured.succeed() }
        } catch {
            secured.fail(error)
        }
        return secured.futureResult.always { _ in overdue.cancel() }.flatMapThrowing {
            // From here on bytes are read as they are asked for.
            try channel.syncOptions?.setOption(.autoRead, value: false)
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            let tls = Duration.nanoseconds((NIODeadline.now() - started).nanoseconds)
            return Opened(
                channel: channel, address: connected.address, handler: bound,
                setup: ConnectionSetup(connect: connect, tls: key.isSecure ? tls : nil))
        }.flatMapErrorThrowing { error in
            channel.close(promise: nil)
            // Nothing was sent, whatever it was that ended the handshake.
            if case .interrupted = TransportError(error) {
                throw key.isSecure ? TransportError.tls : .connect("refused or unreachable")
            }
            throw TransportError(error)
        }
    }

    private func addHandlers(
        _ pipeline: ChannelPipeline.SynchronousOperations, _ key: ConnectionKey, _ handler: HTTPClientHandler
    ) throws {
        if key.isSecure {
            let isLiteral = (try? SocketAddress(ipAddress: key.host, port: 0)) != nil
            // SNI has no name for an address (RFC 6066 section 3); the certificate must contain the address then.
            try pipeline.addHandler(
                NIOSSLClientHandler(context: key.profile.tlsContext(), serverHostname: isLiteral ? nil : key.host))
        }
        try pipeline.addHandler(ResponseBoundaryHandler(handler))
        try pipeline.addHTTPClientHandlers(decoderLimitConfiguration: key.profile.headLimits)
        if key.profile.decodesBodies { try pipeline.addHandler(NIOHTTPResponseDecompressor(limit: .ratio(100))) }
        try pipeline.addHandler(handler)
    }
}
