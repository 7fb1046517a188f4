import JSONValue
import Support
import Testing

@testable import Sealing

/// Project Wycheproof's vectors, as they are.
struct VectorTests {
    @Test func `AES-256-GCM agrees with Wycheproof`() throws {
        var run = 0
        for group in try Fixture.json("vectors/wycheproof-aes_gcm.json")["testGroups"]?.arrayValue ?? [] {
            guard group["keySize"] == 256, group["ivSize"] == 96, group["tagSize"] == 128 else { continue }
            for test in group["tests"]?.arrayValue ?? [] {
                let key = try SecretKey(try hex(test, "key"))
                let nonce = try hex(test, "iv")
                let sealed = nonce + (try hex(test, "ct")) + (try hex(test, "tag"))
                let aad = try hex(test, "aad")
                if test["result"] == "valid" {
                    #expect(try AESGCM.open(sealed, key: key, associatedData: aad) == hex(test, "msg"))
                    #expect(try AESGCM.seal(hex(test, "msg"), key: key, nonce: nonce, associatedData: aad) == sealed)
                } else {
                    #expect(throws: SealingError.authenticationFailed) {
                        try AESGCM.open(sealed, key: key, associatedData: aad)
                    }
                }
                run += 1
            }
        }
        #expect(run >= 60, "the file holds 66 cases of this shape")
    }

    @Test func `HKDF-SHA-256 agrees with Wycheproof`() throws {
        var run = 0
        for group in try Fixture.json("vectors/wycheproof-hkdf_sha256.json")["testGroups"]?.arrayValue ?? [] {
            for test in group["tests"]?.arrayValue ?? [] {
                let size = test["size"]?.intValue ?? 0
                let derive = {
                    try Digests.hkdfSHA256(
                        try hex(test, "ikm"), salt: try hex(test, "salt"), info: try hex(test, "info"), length: size)
                }
                if test["result"] == "valid" {
                    #expect(try derive() == hex(test, "okm"))
                } else {
                    #expect(throws: SealingError.self) { try derive() }
                }
                run += 1
            }
        }
        #expect(run > 50)
    }

    @Test func `HMAC-SHA-256 agrees with Wycheproof`() throws {
        var run = 0
        for group in try Fixture.json("vectors/wycheproof-hmac_sha256.json")["testGroups"]?.arrayValue ?? [] {
            let length = (group["tagSize"]?.intValue ?? 0) / 8
            for test in group["tests"]?.arrayValue ?? [] {
                let mac = Array(Digests.hmacSHA256(key: try hex(test, "key"), try hex(test, "msg"))[..<length])
                #expect(Digests.equal(mac, try hex(test, "tag")) == (test["result"] == "valid"))
                run += 1
            }
        }
        #expect(run > 100)
    }

    private func hex(_ test: JSON, _ name: String) throws -> [UInt8] {
        try #require(Hex.decode(test[name]?.stringValue ?? "no text"))
    }
}
