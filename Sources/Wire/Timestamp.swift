public import Foundation

/// A moment in milliseconds since 1970-01-01T00:00:00Z; written as RFC 3339 in UTC ending in `Z`.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    /// Reads RFC 3339 with or without a fraction, with `Z` or an offset. Digits beyond milliseconds are cut.
    public init?(rfc3339 text: String) {
        guard text.utf8.count >= 20, text.utf8.count <= 40 else { return nil }
        var plain = text.uppercased()
        var fraction: Int64 = 0
        if let point = plain.firstIndex(of: ".") {
            let digits = plain[plain.index(after: point)...].prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, let value = Int64((digits + "00").prefix(3)) else { return nil }
            fraction = value
            plain.removeSubrange(point..<digits.endIndex)
        }
        guard let date = try? Date(plain, strategy: .iso8601) else { return nil }
        milliseconds = Int64(date.timeIntervalSince1970) * 1000 + fraction
    }

    public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    public var description: String {
        // The fraction by hand: a Date is a binary fraction, and its formatter cuts 0.123 to .122.
        var (seconds, fraction) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        if fraction < 0 { (seconds, fraction) = (seconds - 1, fraction + 1000) }
        let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601).dropLast()
        let digits = String(fraction)
        return "\(whole).\(String(repeating: "0", count: 3 - digits.count))\(digits)Z"
    }

    public func adding(seconds: Double) -> Timestamp {
        Timestamp(milliseconds: milliseconds + Int64((seconds * 1000).rounded()))
    }

    public func seconds(since other: Timestamp) -> Double { Double(milliseconds - other.milliseconds) / 1000 }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}
