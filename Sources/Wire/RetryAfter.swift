public import Foundation

/// `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.
public enum RetryAfter {
    /// - Returns: seconds from `now`, 0 for a moment that has passed; nil for what is neither form.
    public static func seconds(_ value: String, now: Timestamp = Timestamp(Date())) -> Int? {
        let text = value.trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Int(text) ?? .max }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = format.date(from: text) else { return nil }
        return max(Int(Timestamp(date).seconds(since: now).rounded(.up)), 0)
    }
}
