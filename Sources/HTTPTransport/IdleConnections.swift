import NIOCore
import Synchronization

/// Connections that wait for their next exchange, the last used first.
final class IdleConnections: Sendable {
    /// A name and the address that was checked for it: what one of them may use, no other gets.
    struct Key: Hashable, Sendable {
        let scheme: String
        let host: String
        let port: Int
        let address: SocketAddress

        init(_ target: DeliveryURL, _ address: SocketAddress) {
            (scheme, host, port) = (target.scheme, target.host, target.port)
            self.address = address
        }
    }

    /// A connection is idle for at most 30 s, and at most 60 s old when it is used: a name's certificate and address
    /// are checked again within a minute.
    private static let (idleTimeout, maxAge): (TimeAmount, TimeAmount) = (.seconds(30), .seconds(60))
    private static let (perKey, total) = (64, 2_048)

    private struct State {
        var resting: [Key: [(connection: DeliveryConnection, since: NIODeadline)]] = [:]
        var count = 0
        var prunedAt = NIODeadline.now()
    }
    private let state = Mutex(State())

    /// Takes a connection to one of the addresses, which have all been checked again.
    func take(_ target: DeliveryURL, _ addresses: [SocketAddress]) -> DeliveryConnection? {
        for address in addresses {
            if let found = take(Key(target, address)) { return found }
        }
        return nil
    }

    private func take(_ key: Key) -> DeliveryConnection? {
        while true {
            let found = state.withLock { state -> DeliveryConnection? in
                guard let last = state.resting[key]?.popLast() else {
                    state.resting[key] = nil
                    return nil
                }
                state.count -= 1
                return last.connection
            }
            guard let found else { return nil }
            if found.channel.isActive, found.opened + Self.maxAge > .now() { return found }
            found.channel.close(promise: nil)
        }
    }

    func put(_ connection: DeliveryConnection, _ key: Key) {
        let kept = state.withLock { state in
            guard state.count < Self.total, state.resting[key]?.count ?? 0 < Self.perKey else { return false }
            state.resting[key, default: []].append((connection, .now()))
            state.count += 1
            return true
        }
        if !kept { connection.channel.close(promise: nil) }
    }

    /// Closes what rested too long; looks once in five seconds at most.
    func prune() {
        let now = NIODeadline.now()
        let old = state.withLock { state -> [DeliveryConnection] in
            guard now > state.prunedAt + .seconds(5) else { return [] }
            state.prunedAt = now
            var old: [DeliveryConnection] = []
            for (key, list) in state.resting {
                let kept = list.filter { $0.since + Self.idleTimeout > now && $0.connection.channel.isActive }
                guard kept.count < list.count || list.isEmpty else { continue }
                old += list.map(\.connection).filter { one in !kept.contains { $0.connection.channel === one.channel } }
                state.count -= list.count - kept.count
                state.resting[key] = kept.isEmpty ? nil : kept
            }
            return old
        }
        for connection in old { connection.channel.close(promise: nil) }
    }

    func closeAll() {
        let all = state.withLock { state in
            let all = state.resting.values.flatMap { $0.map(\.connection) }
            state.resting = [:]
            state.count = 0
            return all
        }
        for connection in all { connection.channel.close(promise: nil) }
    }
}
