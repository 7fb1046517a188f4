/// The ids of Meeting BaaS's objects: UUIDs (RFC 9562), which it writes in lower case.
public enum UpstreamID {
    /// Bytes of an id.
    @inlinable public static var length: Int { 36 }

    /// Returns true for a UUID in lower case.
    public static func isUUID(_ text: String) -> Bool { isUUID(text.utf8) }

    /// The same for its bytes.
    @inlinable public static func isUUID(_ bytes: some Collection<UInt8>) -> Bool {
        guard bytes.count == length else { return false }
        var index = 0
        for byte in bytes {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? byte == UInt8(ascii: "-") : isHexDigit(byte) else { return false }
            index += 1
        }
        return true
    }

    @inlinable static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
