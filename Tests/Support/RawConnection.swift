import Foundation

/// A TCP connection to loopback on which a test writes any bytes, whatever HTTP says of them.
public final class RawConnection: Sendable {
    private let handle: Int32

    /// - Parameters:
    ///   - receiveBuffer: bytes that the kernel takes before anybody reads; nil: as many as it likes.
    ///   - segment: bytes of the largest segment that the peer sends. A small one also makes the peer's kernel take little
    ///     before anybody reads.
    ///   - source: the address to come from; nil: 127.0.0.1.
    public init(port: Int, receiveBuffer: Int32? = nil, segment: Int32? = nil, source: String? = nil) throws {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var segment {
            setsockopt(
                handle, Int32(IPPROTO_TCP), TCP_MAXSEG, &segment, socklen_t(MemoryLayout<Int32>.size))
        }
        if let source {
            var own = sockaddr_in()
            own.sin_family = sa_family_t(AF_INET)
            own.sin_addr.s_addr = inet_addr(source)
            withUnsafePointer(to: &own) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        if var size = receiveBuffer {
            setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        // `deinit` closes it then too: all members are set.
        guard connected else {
            throw Program.Ended(description: "nobody listens on port \(port)")
        }
    }

    deinit { close(handle) }

    /// Says that nothing more is sent; what comes can still be read.
    public func finish() { shutdown(handle, Int32(SHUT_WR)) }

    /// - Returns: false when the peer takes no more.
    @discardableResult
    public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    public struct Received: Sendable {
        public let text: String
        /// True if the peer ended the connection.
        public let ended: Bool
        /// True if the peer ended it with a reset.
        public let reset: Bool
        /// The status of the first reply that is no 100.
        public var status: Int? { statuses.first { $0 != 100 } }
        public var statuses: [Int] {
            text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
        }
    }

    /// Receives until the peer ends the connection, or until nothing came for `seconds`.
    /// - Parameter first: seconds to wait for the first byte, which a busy machine may be slow to send; at least 20 when not
    ///   given. A test that wants nothing to come says how long it looks.
    public func receive(quietFor seconds: Double, first: Double? = nil) async -> Received {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.wait(upTo: first ?? max(seconds, 20))
                var bytes = [UInt8]()
                var part = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = recv(self.handle, &part, part.count, 0)
                    if count > 0 {
                        if bytes.isEmpty { self.wait(upTo: seconds) }
                        bytes += part[..<count]
                    } else {
                        let quiet = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
                        let reset = count < 0 && errno == ECONNRESET
                        return continuation.resume(
                            returning: Received(
                                text: String(decoding: bytes, as: UTF8.self), ended: !quiet, reset: reset))
                    }
                }
            }
        }
    }

    /// Bounds each following `recv`.
    private func wait(upTo seconds: Double) {
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int((seconds - seconds.rounded(.down)) * 1_000_000))
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Waits on this thread for the statuses of so many replies; fewer when the peer ends the connection.
    public func statuses(of count: Int) -> [Int] {
        var text = ""
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
            if statuses.count >= count { return statuses }
            let got = recv(handle, &part, part.count, 0)
            guard got > 0 else { return statuses }
            text += String(decoding: part[..<got], as: UTF8.self)
        }
    }

    /// The number of bytes until the peer ends the connection, or until nothing came for `seconds`.
    public func count(quietFor seconds: Int) async -> Int {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var limit = timeval(tv_sec: seconds, tv_usec: 0)
                setsockopt(self.handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
                var part = [UInt8](repeating: 0, count: 1 << 20)
                var total = 0
                while true {
                    let count = recv(self.handle, &part, part.count, 0)
                    guard count > 0 else { return continuation.resume(returning: total) }
                    total += count
                }
            }
        }
    }

    /// One exchange on a connection of its own.
    public static func ask(_ port: Int, _ bytes: [UInt8], quietFor seconds: Double = 2) async throws -> Received {
        let connection = try RawConnection(port: port)
        connection.send(bytes)
        return await connection.receive(quietFor: seconds)
    }
}
