import COpenSSL

/// Hashes, MACs, key derivation, random bytes and comparison, all by libcrypto.
public enum Digests {
    public static func sha256(_ data: [UInt8]) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: 32)
        let done = unsafe gw_sha256(data, data.count, &out)
        precondition(done == 1, "libcrypto has no SHA-256")
        return out
    }

    public static func hmacSHA256(key: [UInt8], _ data: [UInt8]) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: 32)
        let done = unsafe gw_hmac_sha256(key, key.count, data, data.count, &out)
        precondition(done == 1, "libcrypto has no HMAC-SHA-256")
        return out
    }

    /// RFC 5869 with SHA-256; `length` at most 8160 bytes.
    public static func hkdfSHA256(
        _ inputKey: [UInt8], salt: [UInt8], info: [UInt8], length: Int
    ) throws(SealingError) -> [UInt8] {
        guard length > 0, length <= 255 * 32 else { throw .engine }
        var out = [UInt8](repeating: 0, count: length)
        let done = unsafe gw_hkdf_sha256(
            inputKey, inputKey.count, salt, salt.count, info, info.count, &out, length)
        guard done == 1 else { throw .engine }
        return out
    }

    /// From libcrypto's generator, seeded by the system. A generator that fails must stop the process.
    public static func random(_ count: Int) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count)
        let done = unsafe gw_random(&out, count)
        precondition(done == 1, "no random bytes")
        return out
    }

    /// In constant time for equal lengths; a length is no secret here.
    public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        let same = unsafe gw_equal(left, right, left.count)
        return same == 1
    }
}
