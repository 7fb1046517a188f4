import Foundation
import Support
import Synchronization

/// A TCP server on loopback whose connections are played by a script, byte by byte, for as many requests as it likes.
final class WireServer: Sendable {
    /// One connection, on a thread of its own.
    final class Peer: Sendable {
        fileprivate let handle: Int32
        private let rest = Mutex<[UInt8]>([])
        /// Of the server's connections, from 1.
        let number: Int

        fileprivate init(_ handle: Int32, _ number: Int) {
            self.handle = handle
            self.number = number
        }

        /// - Returns: the head of the next request, without its last empty line; nil at the end of the connection.
        func head() -> String? {
            while true {
                let found = rest.withLock { rest -> String? in
                    let end = Array("\r\n\r\n".utf8)
                    guard let index = rest.indices.first(where: { rest[$0...].starts(with: end) }) else { return nil }
                    defer { rest.removeFirst(index + 4) }
                    return String(decoding: rest[..<index], as: UTF8.self)
                }
                if let found { return found }
                guard receive() > 0 else { return nil }
            }
        }

        /// - Returns: so many bytes of a body; fewer at the end of the connection.
        func body(_ count: Int) -> [UInt8] {
            while rest.withLock({ $0.count }) < count, receive() > 0 {}
            return rest.withLock { rest in
                let taken = Array(rest.prefix(count))
                rest.removeFirst(taken.count)
                return taken
            }
        }

        /// Waits until the client has closed.
        func awaitEnd() { while receive() > 0 {} }

        private func receive() -> Int {
            var part = [UInt8](repeating: 0, count: 65_536)
            let count = recv(handle, &part, part.count, 0)
            if count > 0 { rest.withLock { $0 += part[..<count] } }
            return count
        }

        /// - Returns: false when the client is gone.
        @discardableResult
        func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        @discardableResult
        func send(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { Glibc.send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard sent > 0 else { return false }
                rest = rest.dropFirst(sent)
            }
            return true
        }

        /// Ends the server's side.
        func finish() { shutdown(handle, Int32(SHUT_WR)) }

        /// Lets the end of the script reset the connection.
        func reset() {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(handle, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        }
    }

    let port: Int
    private let listener: Int32
    private let opened = Atomic(0)

    /// Connections so far.
    var connections: Int { opened.load(ordering: .sequentiallyConsistent) }
    var url: String { "http://127.0.0.1:\(port)" }

    /// - Parameter script: run for each connection; its end closes the connection.
    init(_ script: @escaping @Sendable (Peer) -> Void) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let handle = listener
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(handle, pointer, length) == 0 && listen(handle, 512) == 0
                    && getsockname(handle, pointer, &length) == 0
            }
        }
        guard isBound else { throw SetUpFailed(description: "no free port") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let handle = accept(listener, nil, nil)
                guard handle >= 0 else { return }
                let number = opened.add(1, ordering: .sequentiallyConsistent).newValue
                Thread.detachNewThread {
                    script(Peer(handle, number))
                    close(handle)
                }
            }
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}

/// A part of a test's surroundings could not be made.
struct SetUpFailed: Error, CustomStringConvertible { let description: String }
