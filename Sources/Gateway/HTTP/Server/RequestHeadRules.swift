import HTTPTypes
import NIOHTTP1

/// The rules for a request's head (RFC 9112 sections 3.2 and 6.1, RFC 9110 section 7.2). The parser below refuses
/// broken framing; these are the nine cases that it lets pass.
enum RequestHeadRules {
    /// Header fields of one request, names and values together, in bytes; and how many.
    static let headerBytes = 16 << 10
    static let headerFields = 100
    /// The target: path and query.
    static let targetBytes = 8 << 10

    /// - Returns: what is wrong, for the caller; nil for a head that may go on.
    static func violation(_ head: HTTPRequestHead) -> String? {
        let (hosts, encodings) = (values(.host, head), values(.transferEncoding, head))
        let isHTTP10 = head.version.minor == 0
        if hosts.isEmpty, !isHTTP10 { return "The header Host is missing." }
        guard hosts.count <= 1 else { return "The header Host is given more than once." }
        guard hosts.allSatisfy(isHost) else {
            return "The header Host must be one host name or address, with a port if need be."
        }
        guard encodings.isEmpty || !isHTTP10 else { return "A request of HTTP/1.0 has no Transfer-Encoding." }
        guard encodings.allSatisfy({ $0.lowercased() == "chunked" }), encodings.count <= 1 else {
            return "Transfer-Encoding may only be chunked."
        }
        let target = head.uri
        guard target.utf8.count <= targetBytes else { return "The request's target may have \(targetBytes) bytes." }
        guard isTarget(target, head.method) else { return "The request's target must be a path that starts with /." }
        return nil
    }

    /// A field's values without the blanks around them, which the parser leaves at the end (RFC 9112 section 5.1).
    static func values(_ name: HTTPField.Name, _ head: HTTPRequestHead) -> [String] { head.headers.values(of: name) }

    /// `uri-host [":" port]`: no user, no path, no list, no blanks.
    static func isHost(_ text: String) -> Bool {
        var name = text.utf8[...]
        if name.first == UInt8(ascii: "[") {
            guard let end = name.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inner = name[name.index(after: name.startIndex)..<end]
            guard !inner.isEmpty, inner.allSatisfy({ isHex($0) || $0 == UInt8(ascii: ":") || isDot($0) }) else {
                return false
            }
            name = name[name.index(after: end)...]
            return name.isEmpty || name.first == UInt8(ascii: ":") && isPort(name.dropFirst())
        }
        if let colon = name.firstIndex(of: UInt8(ascii: ":")) {
            guard isPort(name[name.index(after: colon)...]) else { return false }
            name = name[..<colon]
        }
        return !name.isEmpty && name.count <= 255 && name.allSatisfy(isNameByte)
    }

    private static func isTarget(_ target: String, _ method: HTTPMethod) -> Bool {
        // There is no tunnel here, and NIO's decoder stops after a request for one.
        if method == .CONNECT { return false }
        if target.utf8.first == UInt8(ascii: "/") { return true }
        if target == "*" { return method == .OPTIONS }
        // The absolute form, which a server must take although only proxies are sent it.
        return isAbsolute(target)
    }

    private static func isAbsolute(_ target: String) -> Bool {
        let start = target.prefix(8).lowercased()
        return start.hasPrefix("http://") || start.hasPrefix("https://")
    }

    /// The path of a target, with its query.
    static func path(_ target: String) -> String {
        guard isAbsolute(target), let scheme = target.firstRange(of: "://") else { return target }
        return target[scheme.upperBound...].firstIndex(of: "/").map { String(target[$0...]) } ?? "/"
    }

    private static func isPort(_ text: Substring.UTF8View) -> Bool {
        (1...5).contains(text.count) && text.allSatisfy { (0x30...0x39).contains($0) }
            && UInt16(Substring(text)) != nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isHex(byte) || (0x61...0x7A).contains(byte | 0x20) || isDot(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    private static func isDot(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") }
}

extension HTTPField.Name {
    static let host = HTTPField.Name.make("Host")
}
