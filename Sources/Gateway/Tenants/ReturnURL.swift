import Foundation

/// Where a consent may end: https, an app's own reverse-DNS scheme (RFC 8252 section 7.1), or http on the loopback host
/// with any port (section 7.3). Never a fragment.
enum ReturnURL {
    static let rule = TextRule(
        message: "must be an https URL, a URL of a reverse-DNS scheme (com.example.app:/…), or http://localhost, "
            + "http://127.0.0.1; without a fragment"
    ) { isAllowed($0) }

    static func isAllowed(_ text: String) -> Bool {
        guard !text.contains("#"), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URLComponents(string: text), let scheme = url.scheme, url.user == nil
        else { return false }
        let host = url.host ?? ""
        switch scheme {
        case "https": return !host.isEmpty
        case "http": return host == "localhost" || host == "127.0.0.1"
        default: return scheme.contains(".") && scheme == scheme.lowercased()
        }
    }

    /// Exact, but for the port of a loopback URL that is listed without one.
    static func matches(_ text: String, listed: [String]) -> Bool {
        if listed.contains(text) { return true }
        guard var url = URLComponents(string: text), url.scheme == "http", url.port != nil, isAllowed(text) else {
            return false
        }
        url.port = nil
        return listed.contains(url.string ?? "")
    }

    /// `text` with fields added to its query, whatever it had.
    static func adding(_ fields: String, to text: String) -> String {
        text + (text.contains("?") ? (text.hasSuffix("?") || text.hasSuffix("&") ? "" : "&") : "?") + fields
    }
}

/// A browser's origin: scheme, host and port, nothing after.
enum Origin {
    static let rule = TextRule(
        message: "must be an origin like https://app.example.com; plain http only on localhost or 127.0.0.1"
    ) { text in
        guard let url = URLComponents(string: text), let scheme = url.scheme, let host = url.host, !host.isEmpty,
            url.path.isEmpty, url.query == nil, url.fragment == nil, url.user == nil, text == text.lowercased()
        else { return false }
        return scheme == "https" || scheme == "http" && (host == "localhost" || host == "127.0.0.1")
    }
}
