/// The ids of Meeting BaaS's objects: UUIDs (RFC 9562), which it writes in lower case.
public enum UpstreamID {
    /// Returns true for a UUID in lower case.
    public static func isUUID(_ text: String) -> Bool {
        text.utf8.count == 36
            && text.utf8.enumerated().allSatisfy { index, byte in
                index == 8 || index == 13 || index == 18 || index == 23
                    ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
            }
    }
}
