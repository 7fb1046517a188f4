import HTTPTypes
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Synchronization
import Testing

@testable import Gateway

/// Header fields as the fast paths read them, against those that the codec makes for the router.
@Suite struct MessageFieldsTests {
    private static let names: [HTTPField.Name] = [
        .authorization, .contentLength, .transferEncoding, .origin, .make("X-Forwarded-For"), .make("Gateway-User"),
        .meetingBaaSKey, .make("x-none"),
    ]

    @Test(arguments: [
        [("authorization", "Bearer a")], [("AUTHORIZATION", " \tBearer a\t ")],
        [("Authorization", "Bearer a"), ("authorization", "Bearer b")],
        [("X-Forwarded-For", "10.0.0.1"), ("x-forwarded-for", "10.0.0.2, 10.0.0.3")],
        [("Content-Length", "0")], [("content-length", "12")], [("Transfer-Encoding", "chunked")],
        [("Gateway-User", "alice\u{600} ")], [("Gateway-User", "")], [("Gateway-User", "   ")],
        [("Origin", "https://a.example"), ("Host", "a")], [],
        [("X-Meeting-Baas-Api-Key", "k"), ("x-meeting-baas-api-keys", "other"), ("x@meeting-baas-api-key", "other")],
    ]) func `Both ways read the same`(lines: [(String, String)]) throws {
        let headers = HTTPHeaders(lines)
        let fields = HTTPFields(headers, splitCookie: false)
        for name in Self.names {
            #expect(headers[name] == fields[name], "\(name)")
            #expect(headers.values(of: name) == fields.values(of: name), "\(name)")
        }
        #expect(headers.hasBody == fields.hasBody)
    }

    @Test func `A field of a response is set once, and taken away`() {
        var headers: HTTPHeaders = ["vary": "Accept"]
        headers[.vary] = "Origin"
        headers[.cacheControl] = "no-store"
        headers[.cacheControl] = nil
        headers[.contentType] = nil
        #expect(headers.map { "\($0.name): \($0.value)" } == ["Vary: Origin"])
    }

    @Test func `The digest of a connection's credential is computed when the credential changes`() {
        let connection = ClientConnection()
        let computed = Mutex<[String]>([])
        func digest(_ text: String) -> [UInt8] {
            connection.digest(of: text) {
                computed.withLock { $0.append(text) }
                return Array(text.utf8.reversed())
            }
        }
        for text in ["abc", "abc", "abd", "abc", "abcd", "", "abcd"] {
            #expect(digest(text) == Array(text.utf8.reversed()))
        }
        #expect(computed.withLock { $0 } == ["abc", "abd", "abc", "abcd", "", "abcd"])
    }
}
