public import Foundation

/// A moment in milliseconds since 1970-01-01T00:00:00Z; written as RFC 3339 in UTC ending in `Z`.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    /// Reads RFC 3339 (section 5.6) with or without a fraction, with `Z` or an offset. Digits beyond milliseconds are
    /// cut. A leap second is the second after it; what lies outside the years 0 to 9999 in UTC is no time (section 1).
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard (20...40).contains(bytes.count) else { return nil }
        func number(_ places: Range<Int>) -> Int64? {
            places.upperBound <= bytes.count && bytes[places].allSatisfy { (0x30...0x39).contains($0) }
                ? bytes[places].reduce(0) { $0 * 10 + Int64($1 - 0x30) } : nil
        }
        func stands(_ mark: Unicode.Scalar, at place: Int) -> Bool { bytes[place] | 0x20 == UInt8(ascii: mark) | 0x20 }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), bytes[4] == 0x2D, bytes[7] == 0x2D,
            stands("T", at: 10), bytes[13] == 0x3A, bytes[16] == 0x3A, (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var rest = 19
        var fraction: Int64 = 0
        if bytes[rest] == UInt8(ascii: ".") {
            let digits = bytes[20...].prefix { (0x30...0x39).contains($0) }
            guard let value = Int64(String(decoding: digits.prefix(3), as: UTF8.self)) else { return nil }
            fraction = value * [100, 10, 1][min(digits.count, 3) - 1]
            rest = digits.endIndex
        }
        var offset: Int64 = 0
        if rest == bytes.count - 6, let hours = number(rest + 1..<rest + 3), let minutes = number(rest + 4..<rest + 6),
            bytes[rest] == 0x2B || bytes[rest] == 0x2D, bytes[rest + 3] == 0x3A, hours < 24, minutes < 60
        {
            offset = (hours * 60 + minutes) * (bytes[rest] == 0x2D ? -1 : 1)
        } else if rest != bytes.count - 1 || !stands("Z", at: rest) {
            return nil
        }
        let minutes = (Self.day(year, month, day) * 24 + hour) * 60 + minute - offset
        // A leap second ends a day in UTC.
        guard second < 60 || (minutes + 1).isMultiple(of: 1440) else { return nil }
        let seconds = minutes * 60 + second
        guard (Self.day(0, 1, 1) * 86_400..<Self.day(10_000, 1, 1) * 86_400).contains(seconds) else { return nil }
        milliseconds = seconds * 1000 + fraction
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar. The year begins in March here, so that a leap day is
    /// its last one.
    private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let years = (month > 2 ? year : year - 1) + 400
        let months = (month + 9) % 12
        return years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 1 - 865_565
    }

    public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// Formatted by hand: a Date is a binary fraction whose formatter cuts 0.123 to .122 and uses another calendar
    /// before 1582.
    public var description: String {
        func floored(_ value: Int64, by unit: Int64) -> (Int64, Int64) {
            let rest = (value % unit + unit) % unit
            return ((value - rest) / unit, rest)
        }
        let (seconds, fraction) = floored(milliseconds, by: 1000)
        let (days, second) = floored(seconds, by: 86_400)
        let (year, month, day) = Self.date(onDay: days)
        var out: [UInt8] = []
        out.reserveCapacity(24)
        func add(_ value: Int64, _ width: Int, then end: UInt8) {
            var place: Int64 = width == 4 ? 1000 : width == 3 ? 100 : 10
            if value < 0 || value >= place * 10 {
                out += String(value).utf8
            } else {
                while place > 0 {
                    out.append(UInt8(ascii: "0") + UInt8(value / place % 10))
                    place /= 10
                }
            }
            out.append(end)
        }
        let (dash, colon) = (UInt8(ascii: "-"), UInt8(ascii: ":"))
        add(year, 4, then: dash)
        add(month, 2, then: dash)
        add(day, 2, then: UInt8(ascii: "T"))
        add(second / 3600, 2, then: colon)
        add(second / 60 % 60, 2, then: colon)
        add(second % 60, 2, then: UInt8(ascii: "."))
        add(fraction, 3, then: UInt8(ascii: "Z"))
        return String(decoding: out, as: UTF8.self)
    }

    /// The other way from `day`: within 400 years, which have 146 097 days, the year is found by taking out leap days.
    private static func date(onDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = day + 865_565
        let rest = (days % 146_097 + 146_097) % 146_097
        let years = (rest - rest / 1460 + rest / 36_524 - rest / 146_096) / 365
        let inYear = rest - (years * 365 + years / 4 - years / 100)
        let months = (5 * inYear + 2) / 153
        let month = months < 10 ? months + 3 : months - 9
        let year = (days - rest) / 146_097 * 400 + years - 400 + (month <= 2 ? 1 : 0)
        return (year, month, inYear - (153 * months + 2) / 5 + 1)
    }

    public func adding(seconds: Double) -> Timestamp {
        Timestamp(milliseconds: milliseconds + Int64((seconds * 1000).rounded()))
    }

    public func seconds(since other: Timestamp) -> Double { Double(milliseconds - other.milliseconds) / 1000 }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}
