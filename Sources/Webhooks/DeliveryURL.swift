/// A URL that deliveries can go to, read so strictly that the name which is checked is the name which is connected to:
/// a plain host name, an IPv4 address or a bracketed IPv6 address, without user, escapes or a final dot.
public struct DeliveryURL: Sendable {
    public let scheme: String
    /// Without brackets.
    public let host: String
    public let port: Int

    public init?(_ text: String) {
        let shape =
            /(https?):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?))(?::([0-9]{1,5}))?(?:[\/?][!-~]*)?/
        guard let match = text.wholeMatch(of: shape), !text.contains("#"), let host = match.2 ?? match.3 else {
            return nil
        }
        scheme = String(match.1)
        self.host = String(host)
        port = match.5.map { Int($0) ?? 0 } ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
    }
}
