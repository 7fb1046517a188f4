import CoreMetrics
import NIOCore
import Synchronization

/// The open client connections of all event loops. Carries out the decisions of `ConnectionRegistry`.
final class ClientConnections: Sendable {
    typealias ID = ConnectionRegistry.ID

    /// A warning for the operator's log.
    enum Report: Sendable {
        /// Idle connections are closed because few are left; at most once a minute. The address lost one.
        case closedToMakeRoom(address: String, open: Int)
        case untrustedProxy(ConnectionRegistry.UntrustedProxy)
    }

    private struct State {
        var registry: ConnectionRegistry
        var channels: [ID: any Channel] = [:]
        var roomReported: NIODeadline?
    }
    /// Connections that may be open at once.
    let limit: Int
    private let state: Mutex<State>
    private let addresses: ClientAddress
    private let closedAtAddressLimit: Counter
    private let closedIdle: Counter
    private let report: @Sendable (Report) -> Void
    private static let reportInterval = TimeAmount.minutes(1)

    /// - Parameters:
    ///   - addressLimit: the same for one address that is no trusted proxy; nil: no such limit.
    ///   - report: called outside of any lock, on an event loop.
    init(
        limit: Int, addressLimit: Int?, addresses: ClientAddress, metrics: any MetricsFactory,
        report: @escaping @Sendable (Report) -> Void = { _ in }
    ) {
        self.limit = limit
        state = Mutex(State(registry: ConnectionRegistry(limit: limit, addressLimit: addressLimit)))
        self.addresses = addresses
        closedAtAddressLimit = MetricFamily.closedConnections.counter(["address_limit"], metrics)
        closedIdle = MetricFamily.closedConnections.counter(["idle"], metrics)
        self.report = report
    }

    var open: Int { state.withLock { $0.registry.open } }

    /// The address that sends `X-Forwarded-For`, is not trusted to, and holds over half of the connections.
    var untrustedProxy: ConnectionRegistry.UntrustedProxy? { state.withLock { $0.registry.untrustedProxy } }

    /// - Returns: nil when the peer's address may have no further connection: close it.
    func add(_ channel: any Channel) -> ID? {
        let peer = channel.remoteAddress
        let address = peer?.ipAddress.map(ClientAddress.network(of:)) ?? "-"
        let isTrusted = peer.map(addresses.trusts) ?? false
        let id = change { state, _ in
            let opening = state.registry.opened(address, isTrusted: isTrusted)
            if opening.isAccepted {
                state.channels[opening.id] = channel
            } else {
                state.registry.closed(opening.id)
            }
            return (opening.isAccepted ? opening.id : nil, opening.outcome)
        }
        if id == nil { closedAtAddressLimit.increment() }
        return id
    }

    func remove(_ id: ID) {
        state.withLock { state in
            state.registry.closed(id)
            state.channels[id] = nil
        }
    }

    func requestBegan(_ id: ID) { change { ((), $0.registry.requestBegan(id, at: $1)) } }

    func requestEnded(_ id: ID, isAuthenticated: Bool) {
        change { state, _ in ((), state.registry.requestEnded(id, isAuthenticated: isAuthenticated)) }
    }

    /// An idle connection is closed to make room.
    func countClosedIdle() { closedIdle.increment() }

    func declined(_ id: ID) { change { state, _ in ((), state.registry.declined(id)) } }

    func sentForwardedFor(_ id: ID) { change { ((), $0.registry.sentForwardedFor(id, at: $1)) } }

    private func change<Result>(
        _ body: (inout State, NIODeadline) -> (Result, ConnectionRegistry.Outcome)
    ) -> Result {
        var (channels, reports): ([any Channel], [Report]) = ([], [])
        let result = state.withLock { state in
            let now = NIODeadline.now()
            let (result, outcome) = body(&state, now)
            channels = outcome.toClose.compactMap { state.channels[$0] }
            if let proxy = outcome.untrustedProxy { reports.append(.untrustedProxy(proxy)) }
            if let first = outcome.toClose.first, state.registry.isCrowded,
                state.roomReported.map({ now - $0 >= Self.reportInterval }) ?? true
            {
                state.roomReported = now
                reports.append(
                    .closedToMakeRoom(address: state.registry.address(of: first), open: state.registry.open))
            }
            return result
        }
        for channel in channels {
            // Later: the end of a reply that is being written has to be flushed first.
            channel.eventLoop.execute { channel.triggerUserOutboundEvent(CloseIdleConnection(), promise: nil) }
        }
        for one in reports { report(one) }
        return result
    }
}

extension MetricFamily {
    static let closedConnections = MetricFamily(
        "gateway_http_connections_closed_total", .counter, "Connections closed for want of room, by reason.",
        labels: ["reason"])
}
