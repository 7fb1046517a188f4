import HTTPTypes
import NIOHTTP1

/// A request's side of its reply: how the reply is framed, and if the connection outlives it (RFC 9112 sections 6 and 9).
/// The encoder below adds nothing of its own.
struct ReplyFraming: Sendable {
    /// A reply to HEAD has no body (RFC 9110 section 9.3.2).
    let isHead: Bool
    /// True for a peer of HTTP/1.0, which supports neither chunks nor `100 Continue`.
    let isHTTP10: Bool
    let offersUpgrade: Bool
    private(set) var endsConnection: Bool
    /// False once the head says that no body follows.
    private(set) var hasBody = true
    /// The end of the connection is the end of the body.
    private(set) var endsWithConnection = false

    /// For a reply to something that was no request.
    static let last = ReplyFraming(isHead: false, isHTTP10: false, offersUpgrade: false, endsConnection: true)

    private init(isHead: Bool, isHTTP10: Bool, offersUpgrade: Bool, endsConnection: Bool) {
        (self.isHead, self.isHTTP10) = (isHead, isHTTP10)
        (self.offersUpgrade, self.endsConnection) = (offersUpgrade, endsConnection)
    }

    init(_ head: HTTPRequestHead) {
        let options = head.headers[canonicalForm: "Connection"].map { $0.lowercased() }
        isHead = head.method == .HEAD
        isHTTP10 = head.version.minor == 0
        // RFC 9112 section 9.3, with the old `keep-alive` of HTTP/1.0.
        endsConnection = options.contains("close") || isHTTP10 && !options.contains("keep-alive")
        offersUpgrade = options.contains("upgrade") && head.headers.contains(name: "Upgrade")
        // The parser reads unusual spellings of the list its own way; nothing after such a request can be relied on.
        if head.headers.contains(name: "Upgrade"), !head.headers["Connection"].allSatisfy(Self.isPlainList) {
            endsConnection = true
        }
    }

    /// True if the caller waits for `100 Continue`, which HTTP/1.0 does not know (RFC 9110 section 10.1.1).
    func expectsContinue(_ head: HTTPRequestHead) -> Bool {
        !isHTTP10 && RequestHeadRules.values(.expect, head).first?.lowercased() == "100-continue"
    }

    /// `token, token`, with nothing between but commas and spaces.
    private static func isPlainList(_ text: String) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let token = part.drop { $0 == " " }
            let end = token.lastIndex { $0 != " " }
            return end.map { token[...$0].utf8.allSatisfy(Self.isTokenByte) } ?? false
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) && byte > 0x40
            || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    /// The connection ends after this reply, whatever the request said.
    mutating func endConnection() { endsConnection = true }

    /// Gives the head of a final reply its framing.
    mutating func frame(_ head: inout HTTPResponseHead) {
        hasBody = !isHead && head.status.mayHaveResponseBody
        if !head.status.mayHaveResponseBody {
            head.headers.remove(name: "Content-Length")
            head.headers.remove(name: "Transfer-Encoding")
        } else if head.headers.contains(name: "Content-Length") || !hasBody {
            head.headers.remove(name: "Transfer-Encoding")
        } else if isHTTP10 {
            head.headers.remove(name: "Transfer-Encoding")
            (endsConnection, endsWithConnection) = (true, true)
        } else {
            head.headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
        }
        if endsConnection {
            head.headers.replaceOrAdd(name: "Connection", value: "close")
        } else if isHTTP10 {
            head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
        }
    }
}
