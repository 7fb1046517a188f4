/// Errors of sealed values. None of the cases carries a secret.
public enum SealingError: Error, Equatable, CustomStringConvertible {
    /// A key is 32 bytes; this one was not.
    case keyLength(Int)
    /// The tag did not fit: another key, another place, or changed bytes.
    case authenticationFailed
    /// Too short, or a version that this build does not know.
    case malformed
    /// Sealed under a key that is not in the ring.
    case unknownKey(KeyID)
    /// The same key twice in one ring.
    case duplicateKey(KeyID)
    /// libcrypto refused; out of memory, or a value over 2 GiB.
    case engine

    public var description: String {
        switch self {
        case .keyLength(let count): "a key has 32 bytes, not \(count)"
        case .authenticationFailed: "the value does not open here: another key, another place, or changed bytes"
        case .malformed: "not a sealed value of a known version"
        case .unknownKey(let id): "sealed under key \(id), which is not in the ring"
        case .duplicateKey(let id): "key \(id) is given twice"
        case .engine: "libcrypto refused"
        }
    }
}
