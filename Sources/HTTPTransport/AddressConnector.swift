import NIOCore
import NIOPosix

/// Connects to whichever of a name's addresses answers first, as `ConnectionRace` says. Lives on one event loop.
final class AddressConnector: Sendable {
    struct Connected: Sendable {
        let channel: any Channel
        let address: SocketAddress
    }

    private struct State {
        var race: ConnectionRace
        var channels: [Int: any Channel] = [:]
        var timer: Scheduled<Void>?
    }

    private let addresses: [SocketAddress]
    private let loop: any EventLoop
    private let deadline: NIODeadline
    private let connected: EventLoopPromise<Connected>
    private let state: NIOLoopBoundBox<State>

    /// On the event loop.
    ///
    /// - Parameter addresses: in the order in which they are tried; each was checked.
    /// - Returns: the connection; fails with `TransportError.connect`.
    static func connect(
        _ addresses: [SocketAddress], on loop: any EventLoop, deadline: NIODeadline
    ) -> EventLoopFuture<Connected> {
        guard !addresses.isEmpty else {
            return loop.makeFailedFuture(TransportError.connect("refused or unreachable"))
        }
        let connector = AddressConnector(addresses, on: loop, deadline: deadline)
        connector.perform(connector.state.value.race.start(at: .now()))
        return connector.connected.futureResult
    }

    /// On the event loop.
    private init(_ addresses: [SocketAddress], on loop: any EventLoop, deadline: NIODeadline) {
        self.addresses = addresses
        self.loop = loop
        self.deadline = deadline
        connected = loop.makePromise()
        state = NIOLoopBoundBox(
            State(race: ConnectionRace(count: addresses.count, deadline: deadline)), eventLoop: loop)
    }

    private func perform(_ actions: [ConnectionRace.Action]) {
        for action in actions {
            switch action {
            case .connect(let attempt): connect(attempt)
            case .wake(let time):
                state.value.timer?.cancel()
                state.value.timer = loop.scheduleTask(deadline: time) {
                    self.perform(self.state.value.race.timePassed(at: .now()))
                }
            case .close(let attempt): state.value.channels.removeValue(forKey: attempt)?.close(promise: nil)
            case .use(let attempt):
                let channel = state.value.channels.removeValue(forKey: attempt)
                end()
                if let channel { connected.succeed(Connected(channel: channel, address: addresses[attempt])) }
            case .fail(let timedOut):
                end()
                connected.fail(TransportError.connect(timedOut ? "timeout" : "refused or unreachable"))
            }
        }
    }

    /// Closes what still connects.
    private func end() {
        state.value.timer?.cancel()
        for channel in state.value.channels.values { channel.close(promise: nil) }
        state.value.channels = [:]
    }

    private func connect(_ attempt: Int) {
        ClientBootstrap(group: loop)
            // The race has a time of its own, which comes first.
            .connectTimeout(max(deadline - .now(), .zero) + .seconds(1))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                self.state.value.channels[attempt] = channel
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .connect(to: addresses[attempt])
            .whenComplete { result in
                switch result {
                case .success: self.perform(self.state.value.race.connected(attempt))
                case .failure:
                    self.state.value.channels[attempt] = nil
                    self.perform(self.state.value.race.failed(attempt, at: .now()))
                }
            }
    }
}
