import Foundation
import Synchronization

/// A TCP server on loopback that answers with any bytes, at any pace: what is no proper HTTP can be played.
public final class RawServer: Sendable {
    public typealias Script = @Sendable (RawServer.Peer) -> Void

    public struct Peer: Sendable {
        fileprivate let handle: Int32
        /// Of the request that came, with what of its body came in the same packet.
        public let head: String

        /// - Returns: false when the other side is gone.
        @discardableResult
        public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        /// - Returns: false when the other side is gone.
        @discardableResult
        public func send(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { Glibc.send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard sent > 0 else { return false }
                rest = rest.dropFirst(sent)
            }
            return true
        }

        /// - Returns: false when the other side is gone.
        @discardableResult
        public func send(zeros count: Int) -> Bool {
            let part = [UInt8](repeating: UInt8(ascii: "0"), count: 1 << 20)
            var left = count
            while left > 0 {
                let sent = part.withUnsafeBytes {
                    Glibc.send(handle, $0.baseAddress, min($0.count, left), Int32(MSG_NOSIGNAL))
                }
                guard sent > 0 else { return false }
                left -= sent
            }
            return true
        }

        /// Closes with a reset instead of an orderly end.
        public func reset() {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(handle, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        }
    }

    private let listener: Int32
    private let script: Mutex<Script>
    private let heads = Mutex<[String]>([])
    public let port: Int

    /// - Parameter port: nil for one that is free.
    /// - Parameter script: run for each connection once a request's head has come, on a thread of its own.
    public init(port: Int? = nil, _ script: @escaping Script) throws {
        self.port = try port ?? TestEnvironment.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.script = Mutex(script)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(self.port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard bound, listen(listener, 128) == 0 else { throw Program.Ended(description: "port \(self.port) is taken") }
        Thread.detachNewThread { [self] in accept() }
    }

    public var url: String { "http://127.0.0.1:\(port)" }
    /// The heads of the requests that came.
    public var requests: [String] { heads.withLock { $0 } }
    public func play(_ script: @escaping Script) { self.script.withLock { $0 = script } }
    public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func accept() {
        while true {
            let handle = Glibc.accept(listener, nil, nil)
            guard handle >= 0 else { return }
            Thread.detachNewThread { [self] in
                var head = ""
                var part = [UInt8](repeating: 0, count: 65_536)
                while !head.contains("\r\n\r\n") {
                    let count = recv(handle, &part, part.count, 0)
                    guard count > 0 else { break }
                    head += String(decoding: part[..<count], as: UTF8.self)
                }
                heads.withLock { $0.append(head) }
                script.withLock { $0 }(Peer(handle: handle, head: head))
                close(handle)
            }
        }
    }
}
