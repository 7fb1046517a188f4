import Foundation
import Synchronization

/// A TCP proxy on loopback in front of another port of loopback. It can stop passing bytes without closing anything, and
/// end all connections.
public final class TCPProxy: Sendable {
    private struct State {
        var isFrozen = false
        var isStopped = false
        var pairs: [(Int32, Int32)] = []
    }

    private let listener: Int32
    private let target: Int
    private let state = Mutex(State())
    public let port: Int

    public init(to target: Int) throws {
        self.target = target
        port = try TestEnvironment.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let handle = listener
        guard Self.withAddress(port, { bind(handle, $0, $1) }) == 0, listen(listener, 128) == 0 else {
            throw Program.Ended(description: "port \(port) is taken")
        }
        Thread.detachNewThread { [self] in accept() }
    }

    /// Bytes stay where they are, in both directions; connections are accepted and stay open.
    public func freeze() { state.withLock { $0.isFrozen = true } }
    public func thaw() { state.withLock { $0.isFrozen = false } }

    /// Ends all connections.
    public func cut() {
        let pairs = state.withLock(\.pairs)
        for pair in pairs {
            shutdown(pair.0, Int32(SHUT_RDWR))
            shutdown(pair.1, Int32(SHUT_RDWR))
        }
    }

    public func stop() {
        state.withLock { $0.isStopped = true }
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    private static func withAddress(_ port: Int, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private func accept() {
        while true {
            let near = Glibc.accept(listener, nil, nil)
            guard near >= 0 else { return }
            let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.withAddress(target, { connect(far, $0, $1) }) == 0 else {
                close(near)
                close(far)
                continue
            }
            let pair = (near, far)
            state.withLock { $0.pairs.append(pair) }
            Thread.detachNewThread { [self] in
                relay(pair)
                state.withLock { state in state.pairs.removeAll { $0 == pair } }
                close(near)
                close(far)
            }
        }
    }

    /// Passes bytes in both directions until one side ends.
    private func relay(_ pair: (Int32, Int32)) {
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let (isFrozen, isStopped) = state.withLock { ($0.isFrozen, $0.isStopped) }
            if isStopped { return }
            if isFrozen {
                // A thread of its own, which nobody waits for.
                Thread.sleep(forTimeInterval: 0.005)
                continue
            }
            var descriptors = [
                pollfd(fd: pair.0, events: Int16(POLLIN), revents: 0),
                pollfd(fd: pair.1, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&descriptors, 2, 20) >= 0 else { return }
            for (from, to) in [(descriptors[0], pair.1), (descriptors[1], pair.0)] where from.revents != 0 {
                let count = recv(from.fd, &part, part.count, 0)
                guard count > 0 else { return }
                var rest = part[..<count]
                while !rest.isEmpty {
                    let sent = rest.withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                    guard sent > 0 else { return }
                    rest = rest.dropFirst(sent)
                }
            }
        }
    }
}
