import Foundation

/// An address that takes no connection and refuses none: its queue is full, so the kernel drops what comes.
public final class SilentListener: Sendable {
    private let listener: Int32
    private let fillers: [Int32]
    private let address: String
    private let port: Int

    public init(_ address: String, port: Int) throws {
        (self.address, self.port) = (address, port)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        func withAddress(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
            var socket = sockaddr_in()
            socket.sin_family = sa_family_t(AF_INET)
            socket.sin_port = UInt16(port).bigEndian
            socket.sin_addr.s_addr = inet_addr(address)
            return withUnsafePointer(to: &socket) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        let handle = listener
        guard withAddress({ bind(handle, $0, $1) }) == 0, listen(listener, 0) == 0 else {
            throw Program.Ended(description: "\(address):\(port) is taken")
        }
        // Until one is not taken any more.
        var fillers: [Int32] = []
        while fillers.count < 16 {
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            _ = fcntl(filler, F_SETFL, O_NONBLOCK)
            _ = withAddress { connect(filler, $0, $1) }
            var state = pollfd(fd: filler, events: Int16(POLLOUT), revents: 0)
            guard poll(&state, 1, 200) == 1 else {
                close(filler)
                break
            }
            fillers.append(filler)
        }
        self.fillers = fillers
    }

    /// Sockets that try to connect to it.
    public var connecting: Int {
        get throws {
            let number = address.split(separator: ".").reversed()
                .map { String(format: "%02X", Int($0) ?? 0) }.joined()
            let remote = number + ":" + String(format: "%04X", port)
            return try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8).split(separator: "\n").count { line in
                let fields = line.split(separator: " ")
                // SYN_SENT
                return fields.count > 3 && fields[2] == remote && fields[3] == "02"
            }
        }
    }

    public func stop() {
        for filler in fillers { close(filler) }
        close(listener)
    }
}
