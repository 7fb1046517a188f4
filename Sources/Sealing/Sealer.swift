/// The location of a sealed value. It is part of the associated data, so a value that is moved does not open.
public struct EncryptionContext: Sendable, Equatable {
    public let tenant: String
    public let table: String
    public let row: String
    public let column: String

    public init(tenant: String, table: String, row: String, column: String) {
        self.tenant = tenant
        self.table = table
        self.row = row
        self.column = column
    }
}

/// Seals values under one key and opens them under the key they name.
///
/// Envelope: version (1 byte), key id (4), nonce (12), ciphertext, tag (16).
/// Associated data: version, key id, then tenant, table, row and column, each with its length in front, so that no two
/// places can be spelled alike.
public struct Sealer: Sendable {
    public static let version: UInt8 = 1
    private let ring: Keyring

    public init(_ ring: Keyring) { self.ring = ring }

    public func seal(_ plaintext: [UInt8], at context: EncryptionContext) throws(SealingError) -> [UInt8] {
        let id = ring.current.id
        let head = Self.head(id)
        return try head + AESGCM.seal(plaintext, key: ring.current, associatedData: Self.associatedData(head, context))
    }

    /// - Throws: `malformed`, `unknownKey`, or `authenticationFailed` when the value was sealed for another place.
    public func open(_ sealed: [UInt8], at context: EncryptionContext) throws(SealingError) -> [UInt8] {
        let id = try Self.keyID(of: sealed)
        guard let key = ring[id] else { throw .unknownKey(id) }
        let head = Self.head(id)
        return try AESGCM.open(
            Array(sealed[head.count...]), key: key, associatedData: Self.associatedData(head, context))
    }

    /// Which key a value was sealed under.
    public static func keyID(of sealed: [UInt8]) throws(SealingError) -> KeyID {
        guard sealed.count >= 5 + AESGCM.nonceLength + AESGCM.tagLength, sealed[0] == version else { throw .malformed }
        return KeyID(hex: Hex.encode(Array(sealed[1..<5])))
    }

    private static func head(_ id: KeyID) -> [UInt8] { [version] + (Hex.decode(id.hex) ?? []) }

    private static func associatedData(_ head: [UInt8], _ context: EncryptionContext) -> [UInt8] {
        var out = head
        for part in [context.tenant, context.table, context.row, context.column] {
            let bytes = Array(part.utf8)
            for shift in [24, 16, 8, 0] { out.append(UInt8(truncatingIfNeeded: bytes.count >> shift)) }
            out += bytes
        }
        return out
    }
}
