import Foundation
import Synchronization

/// A server on loopback that takes the first TLS record of each connection (the ClientHello) and closes it.
public final class ClientHelloServer: Sendable {
    private let listener: Int32
    private let hellos = Mutex<[[UInt8]]>([])
    public let port: Int

    public init() throws {
        port = try TestEnvironment.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard bound, listen(listener, 128) == 0 else { throw Program.Ended(description: "port \(port) is taken") }
        Thread.detachNewThread { [self] in accept() }
    }

    public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// The versions that each client offered (RFC 8446 section 4.2.1): 0x0303 is TLS 1.2, 0x0304 is 1.3.
    public var offers: [[Int]] { hellos.withLock { $0.map(Self.versions) } }

    private func accept() {
        while true {
            let handle = Glibc.accept(listener, nil, nil)
            guard handle >= 0 else { return }
            var bytes: [UInt8] = []
            var part = [UInt8](repeating: 0, count: 16_384)
            while bytes.count < 5 || bytes.count < 5 + Int(bytes[3]) << 8 + Int(bytes[4]) {
                let count = recv(handle, &part, part.count, 0)
                guard count > 0 else { break }
                bytes += part[..<count]
            }
            if bytes.first == 0x16 { hellos.withLock { $0.append(bytes) } }
            close(handle)
        }
    }

    /// RFC 8446 section 4.1.2: record and handshake headers, version, random, session id, suites, compression, extensions.
    private static func versions(_ hello: [UInt8]) -> [Int] {
        func number(_ at: Int) -> Int { at + 1 < hello.count ? Int(hello[at]) << 8 | Int(hello[at + 1]) : 0 }
        var at = 5 + 4
        let legacy = number(at)
        at += 2 + 32
        guard at < hello.count else { return [] }
        at += 1 + Int(hello[at])
        at += 2 + number(at)
        guard at < hello.count else { return [] }
        at += 1 + Int(hello[at])
        at += 2
        while at + 4 <= hello.count {
            let (kind, length) = (number(at), number(at + 2))
            if kind == 43 { return stride(from: at + 5, to: at + 4 + length, by: 2).map(number) }
            at += 4 + length
        }
        return [legacy]
    }
}
