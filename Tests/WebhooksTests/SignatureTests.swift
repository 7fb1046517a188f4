import Sealing
import Testing

@testable import Webhooks

struct SignatureTests {
    // Standard Webhooks' reference libraries.
    static let vectors = [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", Int64(1_614_265_330),
            #"{"test": 2432232314}"#, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        ),
        (
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", Int64(1_649_367_553),
            #"{"email":"test@example.com","username":"test_user"}"#, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        ),
    ]

    @Test(arguments: vectors)
    func `Signing agrees with the standard`(secret: String, id: String, time: Int64, body: String, expected: String)
        throws
    {
        let key = try #require(WebhookSecret.decode(secret))
        #expect(Signature.sign(id: id, timestamp: time, body: Array(body.utf8), secret: key) == expected)
    }

    @Test func `Verifying accepts any signature that fits, near our time, and nothing else`() throws {
        let (secret, id, time, body, good) = Self.vectors[0]
        let key = try #require(WebhookSecret.decode(secret))
        let other = try #require(WebhookSecret.decode(WebhookSecret.make()))
        func accepts(
            _ header: String?, id: String? = id, at: String? = String(time), body: String = body,
            secrets: [SecretBytes]? = nil, now: Int64 = time
        ) -> Bool {
            Signature.verify(
                id: id, timestamp: at, header: header, body: Array(body.utf8), secrets: secrets ?? [key], now: now)
        }
        #expect(accepts(good))
        #expect(accepts("v1,bm9uZQ== v2,x \(good) v1,"), "any of several")
        #expect(accepts(good, secrets: [other, key]), "while a secret is replaced")
        #expect(accepts(good, now: time + 300) && accepts(good, now: time - 300))
        #expect(!accepts(good, now: time + 301) && !accepts(good, now: time - 301))
        #expect(!accepts(good, body: body + " ") && !accepts(good, id: "msg_other") && !accepts(good, secrets: [other]))
        #expect(!accepts(nil) && !accepts("") && !accepts("v1,") && !accepts(String(good.prefix(8))))
        #expect(!accepts(good, id: nil) && !accepts(good, at: nil) && !accepts(good, at: "\(time).0"))
        #expect(!accepts(good, at: "+\(time)") && !accepts(good, at: "soon") && !accepts(good, secrets: []))
        #expect(!accepts(String(repeating: "v1,bm9uZQ== ", count: 10_000) + good), "a long list is not read to its end")
    }

    @Test func `The headers alone show that a signature cannot fit`() throws {
        let (_, id, time, _, good) = Self.vectors[0]
        func isFresh(_ header: String, id: String = id, at: String = String(time)) -> Bool {
            Signature.isFresh(id: id, timestamp: at, header: header, now: time)
        }
        #expect(isFresh(good) && isFresh("v2,x \(good)") && isFresh(String(good.dropLast())), "padded or not")
        for header in ["", "v1,", "v1,bm9uZQ==", "v1a," + good.dropFirst(3), good + "AAAA", "v2,x"] {
            #expect(!isFresh(header), "\(header)")
        }
        #expect(!isFresh(String(repeating: "v1,bm9uZQ== ", count: 32) + good), "the 33rd is not read")
        #expect(isFresh(String(repeating: "v1,bm9uZQ== ", count: 31) + good))
        #expect(!isFresh(good, id: "") && !isFresh(good, at: "") && !isFresh(good, at: String(time + 301)))
    }
}
