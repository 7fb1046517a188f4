import NIOCore
import Testing

@testable import HTTPTransport

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
