#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A point in time, in milliseconds since 1970, which is as fine as the vendors' timestamps are.
struct Moment: Sendable, Hashable, Comparable {
    var milliseconds: Int

    static var now: Moment { Moment(milliseconds: Int((Date().timeIntervalSince1970 * 1000).rounded())) }

    /// Reads an RFC 3339 date and time with an offset; nil when it is none.
    init?(_ text: String) {
        guard text.contains("T"), let date = try? Date(text, strategy: Date.ISO8601FormatStyle()) else { return nil }
        milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded())
    }

    init(milliseconds: Int) { self.milliseconds = milliseconds }

    /// Whole seconds since 1970.
    var seconds: Int { milliseconds / 1000 }

    /// `2026-01-31T10:30:00.000Z`
    var text: String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    var json: JSON { .string(text) }

    /// This moment plus so many seconds.
    func adding(_ seconds: Int) -> Moment { Moment(milliseconds: milliseconds + seconds * 1000) }

    /// The full minute before this moment.
    var minute: Moment { Moment(milliseconds: milliseconds - milliseconds % 60_000) }

    static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }
}
