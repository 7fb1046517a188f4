import Testing

@testable import Sealing

/// Promise 5: a sealed value moved to another row, column or tenant does not open.
struct SealerTests {
    let place = EncryptionContext(tenant: "ten_a", table: "connections", row: "con_1", column: "sealed_refresh_token")
    let secret = Array("1//refresh-token".utf8)

    @Test func `A value opens where it was sealed, and nowhere else`() throws {
        let sealer = Sealer(try Keyring(current: .random()))
        let sealed = try sealer.seal(secret, at: place)
        #expect(try sealer.open(sealed, at: place) == secret)
        let elsewhere = [
            EncryptionContext(tenant: "ten_b", table: place.table, row: place.row, column: place.column),
            EncryptionContext(tenant: place.tenant, table: "sessions", row: place.row, column: place.column),
            EncryptionContext(tenant: place.tenant, table: place.table, row: "con_2", column: place.column),
            EncryptionContext(tenant: place.tenant, table: place.table, row: place.row, column: "other"),
            // The same letters, parted elsewhere.
            EncryptionContext(tenant: "ten_aconnections", table: "", row: place.row, column: place.column),
        ]
        for other in elsewhere {
            #expect(throws: SealingError.authenticationFailed) { try sealer.open(sealed, at: other) }
        }
    }

    @Test func `Any flipped bit is noticed`() throws {
        let sealer = Sealer(try Keyring(current: .random()))
        let sealed = try sealer.seal(secret, at: place)
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << bit
                #expect(throws: SealingError.self) { try sealer.open(changed, at: place) }
            }
        }
        #expect(throws: SealingError.malformed) { try sealer.open(Array(sealed.prefix(20)), at: place) }
    }

    @Test func `A former key opens, a foreign one is named`() throws {
        let old = SecretKey.random()
        let new = SecretKey.random()
        let sealed = try Sealer(try Keyring(current: old)).seal(secret, at: place)
        #expect(try Sealer(try Keyring(current: new, previous: [old])).open(sealed, at: place) == secret)
        #expect(throws: SealingError.unknownKey(old.id)) {
            try Sealer(try Keyring(current: new)).open(sealed, at: place)
        }
        #expect(throws: SealingError.duplicateKey(old.id)) { try Keyring(current: old, previous: [old]) }
        #expect(throws: SealingError.keyLength(31)) { try SecretKey([UInt8](repeating: 1, count: 31)) }
    }

    @Test func `Secrets print as redacted whichever way they are printed`() {
        let bytes = SecretBytes("canary-value")
        let key = SecretKey.random()
        for text in [
            "\(bytes)", String(reflecting: bytes), "\(key)", String(reflecting: key), "\(Optional(bytes) as Any)",
        ] {
            #expect(!text.contains("canary") && text.contains("[redacted]"))
        }
        var dumped = ""
        dump(bytes, to: &dumped)
        dump(key, to: &dumped)
        #expect(!dumped.contains("canary") && !dumped.contains("99, 97, 110"))
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func `Base64 goes both ways, with padding or without`(text: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Base64.decode(Base64.encodeURL(bytes)) == bytes)
    }

    @Test func `Base64 refuses what is none`() {
        for text in ["a", "Zg=", "Z===", "Zh==", "Zm9v!", "Zm 9v"] { #expect(Base64.decode(text) == nil, "\(text)") }
    }
}
