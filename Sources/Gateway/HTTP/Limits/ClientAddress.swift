import Foundation
import HTTPTransport
import HTTPTypes
import NIOCore

/// The client's address behind proxies. `X-Forwarded-For` is read from its end, past every address that the operator
/// trusts. A header from any other peer is ignored.
struct ClientAddress: Sendable {
    let trusted: [AddressRange]

    func client(of fields: some RequestFields, peer: SocketAddress?) -> String? {
        guard let peer, let address = peer.ipAddress else { return nil }
        guard trusts(peer), let forwarded = fields[Self.forwardedFor] else { return address }
        for hop in forwarded.split(separator: ",").reversed() {
            let text = Self.withoutPort(hop.trimmingCharacters(in: .whitespaces))
            guard let socket = try? SocketAddress(ipAddress: text, port: 0) else { return address }
            if !trusts(socket) { return text }
        }
        return address
    }

    /// The network of a client, for limits that hold for each; nil when a trusted proxy names no client.
    func limited(_ fields: some RequestFields, peer: SocketAddress?) -> String? {
        guard let address = client(of: fields, peer: peer),
            let socket = try? SocketAddress(ipAddress: address, port: 0),
            !trusts(socket)
        else { return nil }
        return Self.network(of: address)
    }

    /// The network that belongs to one client: an IPv4 address, or an IPv6 network of 64 bits.
    static func network(of address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: ":")) else { return address }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return bytes[12...].map(String.init).joined(separator: ".")
        }
        return bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }

    /// Some proxies add the port: `203.0.113.5:4711`, `[2001:db8::1]:443`.
    private static func withoutPort(_ hop: String) -> String {
        if hop.hasPrefix("["), let end = hop.firstIndex(of: "]") {
            return String(hop[hop.index(after: hop.startIndex)..<end])
        }
        let parts = hop.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : hop
    }

    func trusts(_ address: SocketAddress) -> Bool { trusted.contains { $0.contains(address) } }
    private static let forwardedFor = HTTPField.Name.make("X-Forwarded-For")
}
