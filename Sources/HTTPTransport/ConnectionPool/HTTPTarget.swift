/// A server as the pool sees it: requests with equal keys may share a connection.
public struct ConnectionKey: Hashable, Sendable {
    let isSecure: Bool
    /// A name or an address, without brackets.
    let host: String
    let port: Int
    let profile: ConnectionProfile
}

/// The server and the path that an `http` or `https` URL names.
public struct HTTPTarget: Sendable {
    let key: ConnectionKey
    /// The value of the `Host` field.
    let authority: String
    /// With the query; `/` at least.
    let path: String

    /// - Returns: nil for other schemes, a user, and a port that is none. A fragment is not part of the path.
    public init?(_ url: String, profile: ConnectionProfile) {
        let bytes = url.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let isSecure: Bool
        switch url[..<colon].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: return nil
        }
        let afterScheme = bytes[bytes.index(colon, offsetBy: 3)...]
        let end = afterScheme.firstIndex {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
        }
        let authority = Substring(afterScheme[..<(end ?? afterScheme.endIndex)])
        guard let (host, port) = Self.hostAndPort(authority) else { return nil }
        let standard = isSecure ? 443 : 80
        key = ConnectionKey(isSecure: isSecure, host: host, port: port ?? standard, profile: profile)
        let name = host.contains(":") ? "[\(host)]" : host
        self.authority = port ?? standard == standard ? name : "\(name):\(port ?? standard)"
        path = Self.path(afterScheme[(end ?? afterScheme.endIndex)...])
    }

    init(_ url: DeliveryURL, profile: ConnectionProfile) {
        key = ConnectionKey(isSecure: url.scheme == "https", host: url.host, port: url.port, profile: profile)
        (authority, path) = (url.authority, url.path)
    }

    private init(key: ConnectionKey, authority: String, path: String) {
        (self.key, self.authority, self.path) = (key, authority, path)
    }

    /// - Parameter path: percent-encoded, with its query.
    func appending(_ path: String) -> HTTPTarget {
        HTTPTarget(key: key, authority: authority, path: self.path == "/" ? path : self.path + path)
    }

    private static func hostAndPort(_ authority: Substring) -> (String, Int?)? {
        var host = authority
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let after = authority[authority.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { return nil }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty, !host.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "@") }) else { return nil }
        guard let portText, !portText.isEmpty else { return (host.lowercased(), nil) }
        guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(portText),
            (1...65_535).contains(port)
        else { return nil }
        return (host.lowercased(), port)
    }

    /// Bytes that no URL may contain are percent-encoded, so that they cannot end the request line.
    private static func path(_ rest: Substring.UTF8View) -> String {
        let text = rest.prefix { $0 != UInt8(ascii: "#") }
        let isPlain = text.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        var path = text.first == UInt8(ascii: "/") ? "" : "/"
        if isPlain {
            path += Substring(text)
        } else {
            for byte in text {
                if byte > 0x20, byte < 0x7F {
                    path.unicodeScalars.append(Unicode.Scalar(byte))
                } else {
                    path += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
            }
        }
        return path
    }
}
