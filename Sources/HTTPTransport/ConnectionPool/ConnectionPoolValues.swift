import NIOCore

/// Values that go into the state machine of the pool, and that come out of it.
extension ConnectionPoolStateMachine {
    struct Limits: Sendable {
        /// Connections at once, those included that are being opened.
        var connections = 512
        /// Connections that are being opened at once.
        var handshakes = 32
        /// For a connection that nobody uses.
        var idleTimeout = TimeAmount.seconds(60)
        /// A connection that is older is not used again: names and certificates are checked anew by then.
        var maxAge = TimeAmount.minutes(5)
        /// Of one key, so that a host that does not answer leaves room.
        var handshakesPerKey: Int { max(handshakes * 3 / 4, 1) }
    }

    struct Request: Sendable {
        let id: RequestID
        let key: Key
        /// The index of the event loop that the request prefers.
        let loop: Int
        /// The addresses that a connection may lead to; nil for any.
        var addresses: [SocketAddress]?
        /// The time by which it must have a connection.
        let deadline: NIODeadline

        func accepts(_ address: SocketAddress?) -> Bool {
            guard let addresses else { return true }
            return address.map { addresses.contains($0) } ?? false
        }
    }

    enum Action: Equatable {
        /// Open a connection for this request. Ends with `connected` or `connectFailed`.
        case connect(ConnectionID, for: RequestID)
        /// The request has the connection until `released` or `closed`.
        case assign(RequestID, ConnectionID, isReused: Bool)
        case fail(RequestID, TransportError)
        case close(ConnectionID)
    }

    struct Counts: Equatable {
        var connecting = 0
        var idle = 0
        var busy = 0
        var waiting = 0
    }
}
