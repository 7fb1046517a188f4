import NIOCore
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
}

struct RetryScheduleTests {
    @Test func `Ten attempts over three days, then none`() {
        let schedule = RetrySchedule.standard
        #expect(schedule.steps.count == 10 && schedule.steps.reduce(0, +) == 272_105)
        #expect(schedule.delay(after: 1, random: 0) == 4 && (schedule.delay(after: 1, random: 1) ?? 0).rounded() == 6)
        #expect(schedule.delay(after: 9, random: 0.5) == 86_400)
        #expect(schedule.delay(after: 10, random: 0.5) == nil)
        #expect(schedule.delay(after: 1, retryAfter: 60, random: 0.5) == 60)
        #expect(schedule.delay(after: 1, retryAfter: 1_000_000, random: 0.5) == 21_600)
    }
}

struct DeliveryURLTests {
    @Test(arguments: [
        "https://hooks.example.com", "http://127.0.0.1:8081/hooks/a", "https://[2606:4700::1111]:8443/x?y=%20&z=a/b",
        "https://hooks.example.com/~a;b=1,2?(c)*'!$@:",
    ])
    func `Where deliveries can go`(url: String) { #expect(DeliveryURL(url) != nil) }

    @Test(arguments: [
        "https://", "ftp://a.example", "https://user@a.example", "https://a.example/#x", "https://a.example.",
        "https://a.example:0", "https://a.example:65536", "https://%61.example", "https://[0]", "https://[1.2.3.4]",
        "https://[::1%25lo]", "https://a.example/<b>", "https://a.example/a b", "https://a.example/{id}",
        "https://a.example/?x=[1]", "https://a.example/%2", "https://a.example\\@b.example", "https://a.example/\n",
        "https://é.example/",
    ])
    func `Where they cannot`(url: String) { #expect(DeliveryURL(url) == nil) }
}

struct EgressPolicyTests {
    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "192.88.99.1", "198.18.0.1", "198.51.100.7",
        "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1",
        "fd00:ec2::254",
        "fe80::1", "fec0::1", "ff02::1",
    ])
    func `Addresses that are not public are refused`(address: String) throws {
        #expect(
            EgressPolicy().refusal(scheme: "https", addresses: [try SocketAddress(ipAddress: address, port: 443)])
                != nil)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1",
        "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1",
    ])
    func `Public addresses pass, over https only`(address: String) throws {
        let socket = try SocketAddress(ipAddress: address, port: 443)
        #expect(EgressPolicy().refusal(scheme: "https", addresses: [socket]) == nil)
        #expect(EgressPolicy().refusal(scheme: "http", addresses: [socket]) != nil)
    }

    @Test func `One bad address spoils the name, and an allowed range opens itself alone`() throws {
        let good = try SocketAddress(ipAddress: "8.8.8.8", port: 443)
        let loop = try SocketAddress(ipAddress: "127.0.0.1", port: 443)
        let home = try SocketAddress(ipAddress: "192.168.0.9", port: 443)
        #expect(EgressPolicy().refusal(scheme: "https", addresses: [good, loop]) != nil)
        #expect(EgressPolicy().refusal(scheme: "https", addresses: []) != nil)
        let policy = EgressPolicy(allowed: [try #require(AddressRange("127.0.0.0/8"))])
        #expect(policy.refusal(scheme: "http", addresses: [loop]) == nil)
        #expect(policy.refusal(scheme: "http", addresses: [home]) != nil)
        #expect(AddressRange("10.0.0.0/33") == nil && AddressRange("nonsense") == nil && AddressRange("::1") != nil)
    }

    @Test(arguments: ["0x7f.1", "2130706433", "0177.0.0.1", "localhost", "[::1]", "127.1"])
    func `Every spelling of loopback is seen through`(host: String) async throws {
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let addresses = try Resolver.addresses(of: name, port: 443)
        #expect(!addresses.isEmpty && EgressPolicy().refusal(scheme: "https", addresses: addresses) != nil)
    }
}
