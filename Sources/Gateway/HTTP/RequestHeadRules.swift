import HTTPTypes

/// What a request's head must be before anything looks at it (RFC 9112 sections 3.2 and 6.1, RFC 9110 section 7.2).
/// The parser below us refuses broken framing; these are the nine cases it lets pass.
enum RequestHeadRules {
    /// Header fields of one request, names and values together, in bytes; and how many.
    static let headerBytes = 16 << 10
    static let headerFields = 100
    /// The target: path and query.
    static let targetBytes = 8 << 10

    /// - Returns: what is wrong, for the caller; nil for a head that may go on.
    static func fault(_ head: HTTPRequest) -> String? {
        guard let host = head.authority else { return "The header Host is missing." }
        // The first one became the authority; what is left here is a second one.
        if head.headerFields[.host] != nil { return "The header Host is given more than once." }
        guard isHost(host) else { return "The header Host must be one host name or address, with a port if need be." }
        let encodings = head.headerFields[values: .transferEncoding]
        guard encodings.allSatisfy({ $0.lowercased() == "chunked" }), encodings.count <= 1 else {
            return "Transfer-Encoding may only be chunked."
        }
        let target = head.path ?? ""
        guard target.utf8.count <= targetBytes else { return "The request's target may have \(targetBytes) bytes." }
        guard isTarget(target, head.method) else { return "The request's target must be a path that starts with /." }
        return nil
    }

    /// `uri-host [":" port]`: no user, no path, no list, no blanks.
    static func isHost(_ text: String) -> Bool {
        var name = text[...]
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return false }
            let inner = name[name.index(after: name.startIndex)..<end]
            guard !inner.isEmpty, inner.utf8.allSatisfy({ isHex($0) || $0 == UInt8(ascii: ":") || isDot($0) })
            else { return false }
            name = name[name.index(after: end)...]
            return name.isEmpty || name.hasPrefix(":") && isPort(name.dropFirst())
        }
        if let colon = name.firstIndex(of: ":") {
            guard isPort(name[name.index(after: colon)...]) else { return false }
            name = name[..<colon]
        }
        return !name.isEmpty && name.utf8.count <= 255 && name.utf8.allSatisfy(isNameByte)
    }

    private static func isTarget(_ target: String, _ method: HTTPRequest.Method) -> Bool {
        if target.hasPrefix("/") { return true }
        if target == "*" { return method == .options }
        // The absolute form, which a server must take although only proxies are sent it.
        return method != .connect && (target.hasPrefix("http://") || target.hasPrefix("https://"))
    }

    private static func isPort(_ text: Substring) -> Bool {
        (1...5).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && UInt16(text) != nil
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
