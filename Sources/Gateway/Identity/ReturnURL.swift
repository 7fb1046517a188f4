import Foundation
import HTTPTransport

/// The URLs at which a consent may end: https, an app's own reverse-DNS scheme (RFC 8252 section 7.1), or http on the
/// loopback host with any port (section 7.3). Never with a fragment.
enum ReturnURL {
    static let rule = ValidationRule(
        message: "must be an https URL, a URL of a reverse-DNS scheme (com.example.app:/…), or http://localhost, "
            + "http://127.0.0.1; without a fragment"
    ) { isAllowed($0) }

    /// After the host only what RFC 3986 lets stand in a path and a query.
    static func isAllowed(_ text: String) -> Bool {
        if let url = DeliveryURL(text) {
            return url.scheme == "https" || url.host == "localhost" || url.host == "127.0.0.1"
        }
        return text.wholeMatch(of: /[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:(?:[!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*/) != nil
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

/// A browser's origin: scheme, host and port, nothing after. As browsers send it: in lower case and ASCII.
enum Origin {
    static let rule = ValidationRule(
        message: "must be an origin like https://app.example.com; plain http only on localhost or 127.0.0.1"
    ) { text in
        guard let url = DeliveryURL(text), text == text.lowercased(),
            !text.dropFirst(url.scheme.utf8.count + 3).contains(where: { $0 == "/" || $0 == "?" })
        else { return false }
        return url.scheme == "https" || url.host == "localhost" || url.host == "127.0.0.1"
    }
}
