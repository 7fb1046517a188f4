import Foundation
import Testing

@testable import Gateway

struct CredentialTests {
    @Test func `The checksum is CRC-32 IEEE`() {
        #expect(Credential.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    }

    @Test func `A credential is of its kind, and any change is noticed before a look-up`() throws {
        let made = Credential.make(.key)
        #expect(made.text.wholeMatch(of: /mgk_[0-9A-Za-z]{36}/) != nil)
        #expect(Credential(made.text, kind: .key) != nil && Credential(made.text, kind: .session) == nil)
        for index in made.text.indices.dropFirst(4) {
            var changed = made.text
            changed.replaceSubrange(index...index, with: made.text[index] == "a" ? "b" : "a")
            #expect(Credential(changed, kind: .key) == nil)
        }
        #expect(Credential(made.text + "0", kind: .key) == nil && Credential("mgk_", kind: .key) == nil)
    }

    @Test func `Ids sort by the time they were made`() {
        let early = Identifier.make(.message, at: Date(timeIntervalSince1970: 1_700_000_000))
        let late = Identifier.make(.message, at: Date(timeIntervalSince1970: 1_700_000_001))
        #expect(early < late && early.wholeMatch(of: /msg_[0-9a-v]{26}/) != nil)
    }
}

struct ReturnURLTests {
    @Test(arguments: [
        "https://app.example.com/done?x=1", "com.example.app:/oauth", "com.example.app://done",
        "http://localhost:3000/x",
        "http://127.0.0.1/cb", "https://[2001:db8::1]:8443/a%20b",
    ])
    func `What may be listed`(url: String) { #expect(ReturnURL.isAllowed(url)) }

    @Test(arguments: [
        "http://app.example.com/", "https://app.example.com/#x", "javascript:alert(1)", "myapp://done", "https://",
        "https://user@app.example.com/", "data:text/html,x", "/relative", "", "http://localhost.evil.example/",
        "https://app.example.com/\n", "https://app.example.com/<done>", "https://app.example.com/%zz",
        "https://é.example/", "https://[0]/", "https://a.example:70000/",
    ])
    func `What may not`(url: String) { #expect(!ReturnURL.isAllowed(url)) }

    @Test(arguments: [
        ("https://app.example.com", true), ("https://app.example.com:8443", true), ("http://localhost:5173", true),
        ("https://[2001:db8::1]", true), ("http://app.example.com", false), ("https://App.example.com", false),
        ("https://app.example.com/", false), ("https://app.example.com?", false), ("https://[0]", false),
        ("https://é.example", false), ("https://a b", false), ("null", false),
    ])
    func `An origin is what a browser sends`(origin: String, fits: Bool) {
        #expect(Origin.rule.isValid(origin) == fits)
    }

    @Test func `It is compared exactly, but for the port on loopback`() {
        let listed = ["https://app.example.com/done", "http://localhost/cb"]
        #expect(ReturnURL.matches("https://app.example.com/done", listed: listed))
        #expect(ReturnURL.matches("http://localhost:5173/cb", listed: listed))
        for other in ["https://app.example.com/done/", "https://app.example.com/done?x", "http://localhost:5173/other"]
        {
            #expect(!ReturnURL.matches(other, listed: listed))
        }
        #expect(ReturnURL.adding("a=b", to: "https://x/?q=1") == "https://x/?q=1&a=b")
        #expect(ReturnURL.adding("a=b", to: "com.example.app:/cb") == "com.example.app:/cb?a=b")
    }
}
