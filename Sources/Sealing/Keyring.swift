/// The master keys: one that seals, and former ones that still open.
public struct Keyring: Sendable {
    public let current: SecretKey
    private let all: [KeyID: SecretKey]

    /// - Throws: `duplicateKey` when one key is given twice.
    public init(current: SecretKey, previous: [SecretKey] = []) throws(SealingError) {
        self.current = current
        var all = [current.id: current]
        for key in previous {
            guard all.updateValue(key, forKey: key.id) == nil else { throw .duplicateKey(key.id) }
        }
        self.all = all
    }

    public subscript(id: KeyID) -> SecretKey? { all[id] }
}
