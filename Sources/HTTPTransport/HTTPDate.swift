public import Foundation
import Synchronization

/// The date of HTTP's header fields, like `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
public enum HTTPDate {
    public static func parse(_ text: String) -> Date? { format("zzz").date(from: text) }

    private static func format(_ zone: String) -> DateFormatter {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss \(zone)"
        return format
    }

    /// This second; written once a second.
    public static var now: String {
        let second = Int64(Date().timeIntervalSince1970)
        return written.withLock { written in
            if written.second != second {
                written = (second, format("'GMT'").string(from: Date(timeIntervalSince1970: Double(second))))
            }
            return written.text
        }
    }

    private static let written = Mutex<(second: Int64, text: String)>((0, ""))
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
