import NIOCore

/// A URL that deliveries can go to, read so strictly that the name which is checked is the name which is connected to:
/// a plain host name, an IPv4 address or a bracketed IPv6 address, without user, escapes or a final dot; and after it
/// only what RFC 3986 lets stand in a path and a query, so that no client has to guess what was meant.
public struct DeliveryURL: Sendable {
    public let scheme: String
    /// Without brackets.
    public let host: String
    public let port: Int
    /// As the `Host` field has it: with brackets, and the port unless it is the scheme's own.
    public let authority: String
    /// With the query; `/` at least.
    public let path: String

    public init?(_ text: String) {
        let shape =
            /(https?):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?))(?::([0-9]{1,5}))?([\/?](?:[!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?/
        guard let match = text.wholeMatch(of: shape), let host = match.2 ?? match.3 else { return nil }
        scheme = String(match.1)
        self.host = String(host)
        port = match.5.map { Int($0) ?? 0 } ?? (scheme == "https" ? 443 : 80)
        let name = match.2 == nil ? self.host : "[\(self.host)]"
        authority = port == (scheme == "https" ? 443 : 80) ? name : "\(name):\(port)"
        let rest = match.6.map(String.init) ?? ""
        path = rest.hasPrefix("/") ? rest : "/" + rest
        guard (1...65_535).contains(port), match.2 == nil || Self.isIPv6(self.host) else { return nil }
    }

    private static func isIPv6(_ text: String) -> Bool {
        if case .v6 = try? SocketAddress(ipAddress: text, port: 0) { true } else { false }
    }
}
