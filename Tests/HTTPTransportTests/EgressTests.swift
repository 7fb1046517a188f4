import NIOCore
import Testing

@testable import HTTPTransport

/// The corpus against server-side request forgery: every address that is not public, in every spelling that a resolver
/// might read, literally and behind the proxy's rule.
@Suite struct EgressTests {
    /// From Svix's and Hook0's tests, IANA's registries and the clouds' metadata services (facts/webhooks.md 2.3).
    static let private4 = [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "100.100.100.200",
        "127.0.0.1", "127.0.0.53", "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254",
        "169.254.170.2", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255",
        "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255",
    ]

    static func spellings(_ address: String) -> [String] {
        let parts = address.split(separator: ".").compactMap { UInt32($0) }
        let number = parts.reduce(0) { $0 << 8 | $1 }
        func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
        func octal(_ value: UInt32) -> String { "0" + String(value, radix: 8) }
        let words = "\(String(number >> 16, radix: 16)):\(String(number & 0xFFFF, radix: 16))"
        return [
            address, String(number), hex(number), octal(number), parts.map(hex).joined(separator: "."),
            parts.map(octal).joined(separator: "."), "\(parts[0]).\(number & 0xFF_FFFF)",
            "\(parts[0]).\(parts[1]).\(number & 0xFFFF)", "::ffff:\(address)", "::ffff:\(words)", "64:ff9b::\(words)",
            "2002:\(words)::1", "::\(words)",
        ]
    }

    @Test(arguments: private4) func `An address that is not public is refused in every spelling`(address: String) {
        for spelling in Self.spellings(address) {
            // A name that no resolver reads goes nowhere.
            let found = (try? Resolver.addresses(of: spelling, port: 443)) ?? []
            let refusal = EgressPolicy().refusal(scheme: "https", addresses: found)
            #expect(refusal != nil, "\(spelling) reached \(found)")
            let literal = try? SocketAddress(ipAddress: spelling, port: 443)
            #expect(
                EgressPolicy().refusal(scheme: "https", name: spelling, address: literal) != nil,
                "\(spelling), behind a proxy")
        }
    }

    @Test(arguments: [
        "localhost", "LOCALHOST", "a.localhost", "printer.local", "router.home.arpa", "metadata.google.internal", "db",
        "kubernetes", "x.test", "x.invalid", "127.1", "0x7f.1", "1.2.3.4x.5",
    ])
    func `A proxy is not asked for what is no public name`(name: String) {
        #expect(EgressPolicy().refusal(scheme: "https", name: name, address: nil) != nil)
    }

    @Test(arguments: ["hooks.example.com", "a-b.example.co.uk", "xn--bcher-kva.example", "8080.example.com"])
    func `It is asked for what may be one, over https`(name: String) {
        #expect(EgressPolicy().refusal(scheme: "https", name: name, address: nil) == nil)
        #expect(EgressPolicy().refusal(scheme: "http", name: name, address: nil) != nil)
    }

    @Test func `What a proxy may be`() {
        let proxy = EgressProxy("http://user:p%40ss@10.0.0.9:3128")
        #expect(proxy?.host == "10.0.0.9" && proxy?.port == 3128)
        #expect(EgressProxy("http://[fd00::1]:3128/")?.host == "fd00::1")
        for bad in ["https://proxy:3128", "http://proxy", "proxy:3128", "http://proxy:0", "http://proxy:3128/x", ""] {
            #expect(EgressProxy(bad) == nil, "\(bad)")
        }
    }

    @Test func `What of a URL is asked for`() throws {
        func parts(_ text: String) -> [String]? { DeliveryURL(text).map { [$0.authority, $0.path] } }
        #expect(parts("https://a.example") == ["a.example", "/"])
        #expect(parts("https://a.example:443?x=1") == ["a.example", "/?x=1"])
        #expect(parts("https://a.example:8443/p/q?x=1") == ["a.example:8443", "/p/q?x=1"])
        #expect(parts("http://[2606:4700::1111]:8080/") == ["[2606:4700::1111]:8080", "/"])
        #expect(parts("http://a.example:80/") == ["a.example", "/"])
    }
}
