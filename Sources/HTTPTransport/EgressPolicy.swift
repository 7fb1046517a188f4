public import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which addresses a delivery may reach: public ones, and those inside the operator's allow list.
///
/// A name is resolved once; if any of its addresses is refused, all are (a name that mixes them is an attack or a
/// mistake), and only addresses that were checked are connected to.
public struct EgressPolicy: Sendable {
    private let allowed: [AddressRange]

    public init(allowed: [AddressRange] = []) { self.allowed = allowed }

    /// - Returns: nil when the delivery may go to any of the addresses, else why not.
    public func refusal(scheme: String, addresses: [SocketAddress]) -> String? {
        guard !addresses.isEmpty else { return "the host has no address" }
        for address in addresses {
            guard let bytes = IPBytes(address) else { return "no IP address" }
            if allowed.contains(where: { $0.contains(bytes) }) { continue }
            guard bytes.isPublic else { return "the host's address is not public" }
            guard scheme == "https" else { return "plain http outside the allowed ranges" }
        }
        return nil
    }

    /// The checks that remain if a proxy resolves the names: a literal address is checked, and a name must be a public
    /// one.
    func refusal(scheme: String, name: String, address: SocketAddress?) -> String? {
        if let address { return refusal(scheme: scheme, addresses: [address]) }
        let lower = name.lowercased()
        let isLocal = !lower.contains(".") || Self.localZones.contains { lower.hasSuffix($0) }
        // `127.1` and `0x7f.1` are addresses to some resolvers; no top-level domain begins with a digit.
        let isNumber = lower.split(separator: ".").last?.first?.isNumber ?? true
        if isLocal || isNumber { return "the host's name is not public" }
        return scheme == "https" ? nil : "plain http outside the allowed ranges"
    }

    /// Names that are never public (RFC 6761, RFC 6762, RFC 8375 and ICANN's `.internal`).
    private static let localZones = [
        ".localhost", ".localdomain", ".local", ".home.arpa", ".internal", ".test", ".invalid",
    ]
}

/// A CIDR block, `10.0.0.0/8` or `fd00::/8`; an address alone is a block of one.
public struct AddressRange: Sendable, Equatable {
    let base: IPBytes
    let length: Int

    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let address = try? SocketAddress(ipAddress: parts[0], port: 0),
            let base = IPBytes(address)
        else { return nil }
        let full = base.bytes.count * 8
        guard let length = parts.count == 2 ? Int(parts[1]) : full, (0...full).contains(length) else { return nil }
        self.base = base
        self.length = length
    }

    public func contains(_ address: SocketAddress) -> Bool { IPBytes(address).map { contains($0) } ?? false }

    func contains(_ address: IPBytes) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        for bit in 0..<length {
            let mask = UInt8(0x80 >> (bit % 8))
            guard address.bytes[bit / 8] & mask == base.bytes[bit / 8] & mask else { return false }
        }
        return true
    }
}

/// An address as 4 or 16 bytes in network order; an IPv4 address inside IPv6 (`::ffff:a.b.c.d`) is taken as IPv4.
struct IPBytes: Sendable, Equatable {
    let bytes: [UInt8]

    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress?.split(separator: "%").first else { return nil }
        let isV6 = text.contains(":")
        var packed = [UInt8](repeating: 0, count: isV6 ? 16 : 4)
        guard inet_pton(isV6 ? AF_INET6 : AF_INET, String(text), &packed) == 1 else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        bytes = packed.count == 16 && Array(packed[..<12]) == mapped ? Array(packed[12...]) : packed
    }

    /// Globally reachable by IANA's special-purpose registries (RFC 6890 and its updates), and not Azure's metadata address; an IPv6 address that carries
    /// an IPv4 one (NAT64, 6to4) is public only if that one is.
    var isPublic: Bool {
        if bytes.count == 4 { return !Self.special4.contains { $0.contains(self) } }
        if Self.special6.contains(where: { $0.contains(self) }) { return false }
        if Self.nat64.contains(self) { return IPBytes(carried: bytes[12...]).isPublic }
        if Self.sixToFour.contains(self) { return IPBytes(carried: bytes[2..<6]).isPublic }
        // Only 2000::/3 is handed out for global unicast.
        return bytes[0] & 0xE0 == 0x20
    }

    private init(carried: ArraySlice<UInt8>) { bytes = Array(carried) }

    private static let special4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap { AddressRange($0) }
    private static let special6 = [
        "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap { AddressRange($0) }
    private static let nat64 = AddressRange("64:ff9b::/96") ?? special6[0]
    private static let sixToFour = AddressRange("2002::/16") ?? special6[0]
}
