public import Foundation

/// The date of HTTP's header fields, like `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
public enum HTTPDate {
    public static func parse(_ text: String) -> Date? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: text)
    }
}

/// `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.
public enum RetryAfter {
    /// - Returns: seconds from `now`, 0 for a moment that has passed; nil for what is neither form.
    public static func seconds(_ value: String, now: Date = Date()) -> Int? {
        let text = value.trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Int(text) ?? .max }
        return HTTPDate.parse(text).map { max(Int($0.timeIntervalSince(now).rounded(.up)), 0) }
    }
}
