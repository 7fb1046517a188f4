import Testing

@testable import HTTPTransport

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
