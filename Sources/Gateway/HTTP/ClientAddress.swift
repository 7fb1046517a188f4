import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Webhooks

/// Who is calling, when proxies stand between: `X-Forwarded-For` is read from its end, past every address that the
/// operator trusts; from anybody else it is never believed.
struct ClientAddress: Sendable {
    let trusted: [AddressRange]

    func client(of request: Request, peer: SocketAddress?) -> String? {
        guard let peer, let address = peer.ipAddress else { return nil }
        guard trusts(peer), let forwarded = request.headers[Self.forwardedFor] else { return address }
        for hop in forwarded.split(separator: ",").reversed() {
            let text = hop.trimmingCharacters(in: .whitespaces)
            guard let socket = try? SocketAddress(ipAddress: text, port: 0) else { return address }
            if !trusts(socket) { return text }
        }
        return address
    }

    private func trusts(_ address: SocketAddress) -> Bool { trusted.contains { $0.contains(address) } }
    private static let forwardedFor = HTTPField.Name.make("X-Forwarded-For")
}
