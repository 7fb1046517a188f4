/// A text that is compared and hashed by its UTF-8 code units, as a key of a dictionary or a set.
///
/// `String` itself compares by canonical equivalence, so two names that differ for a peer would be equal.
public struct CodeUnits: Sendable, Hashable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (left: CodeUnits, right: CodeUnits) -> Bool { left.text.hasSameCodeUnits(as: right.text) }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // No byte of UTF-8, so that two texts in a row do not run together.
        hasher.combine(0xFF as UInt8)
    }
}

extension String {
    /// Returns whether both hold the same UTF-8 bytes.
    public func hasSameCodeUnits(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// Returns whether the UTF-8 bytes begin with those of `prefix`, whatever combining characters follow.
    public func hasCodeUnitPrefix(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }
}
