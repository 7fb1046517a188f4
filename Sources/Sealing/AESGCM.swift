import COpenSSL

/// AES-256-GCM with a random 96-bit nonce and a 128-bit tag (NIST SP 800-38D).
public enum AESGCM {
    public static let nonceLength = 12
    public static let tagLength = 16

    /// - Returns: nonce, ciphertext and tag, one after the other: 28 bytes more than the plaintext.
    public static func seal(_ plaintext: [UInt8], key: SecretKey, associatedData: [UInt8]) throws(SealingError)
        -> [UInt8]
    {
        try seal(plaintext, key: key, nonce: Digests.random(nonceLength), associatedData: associatedData)
    }

    /// With a nonce of the caller's, for test vectors only: a nonce that is used twice under one key breaks GCM.
    static func seal(
        _ plaintext: [UInt8], key: SecretKey, nonce: [UInt8], associatedData: [UInt8]
    ) throws(SealingError) -> [UInt8] {
        guard nonce.count == nonceLength else { throw .malformed }
        var ciphertext = [UInt8](repeating: 0, count: plaintext.count + 16)
        var tag = [UInt8](repeating: 0, count: tagLength)
        let raw = key.reveal()
        let done = unsafe gw_aes256gcm_seal(
            raw, nonce, associatedData, associatedData.count, plaintext, plaintext.count, &ciphertext, &tag)
        guard done == 1 else { throw .engine }
        return nonce + ciphertext[..<plaintext.count] + tag
    }

    /// - Throws: `authenticationFailed` when key, data or associated data do not fit; nothing is returned then.
    public static func open(_ sealed: [UInt8], key: SecretKey, associatedData: [UInt8]) throws(SealingError) -> [UInt8]
    {
        guard sealed.count >= nonceLength + tagLength else { throw .malformed }
        let nonce = Array(sealed[..<nonceLength])
        let ciphertext = Array(sealed[nonceLength..<(sealed.count - tagLength)])
        let tag = Array(sealed[(sealed.count - tagLength)...])
        var plaintext = [UInt8](repeating: 0, count: ciphertext.count + 16)
        let raw = key.reveal()
        let done = unsafe gw_aes256gcm_open(
            raw, nonce, associatedData, associatedData.count, ciphertext, ciphertext.count, tag, &plaintext)
        guard done == 1 else { throw .authenticationFailed }
        return Array(plaintext[..<ciphertext.count])
    }
}
