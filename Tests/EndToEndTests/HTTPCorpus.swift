/// Hostile and unusual HTTP/1.x requests with the answers that RFC 9110 and RFC 9112 allow, for the corpus test.
struct HTTPCase: Sendable {
    let request: String
    /// The statuses of final replies on the connection, in order; each list is one allowed outcome.
    let allowed: [[Int]]
    /// If the gateway ends the connection; nil where both are allowed.
    let ends: Bool?

    init(_ request: String, _ allowed: [Int]..., ends: Bool? = nil) {
        (self.request, self.allowed, self.ends) = (request, allowed, ends)
    }
}

enum HTTPCorpus {
    static let all: [HTTPCase] = [
        requestLines, hosts, lengths, chunks, fields, connections, upgrades, heads, older, expectations, pipelines,
        methods,
    ].flatMap { $0 }

    private static let host = "Host: a\r\n"
    private static let get = "GET /healthz HTTP/1.1\r\nHost: a\r\n"
    private static let post = "POST /nothing HTTP/1.1\r\nHost: a\r\n"
    private static let next = "\(get)\r\n"

    private static func refused(_ requests: String...) -> [HTTPCase] {
        requests.map { HTTPCase($0, [400], ends: true) }
    }
    private static func good(_ requests: String...) -> [HTTPCase] { requests.map { HTTPCase($0, [200], ends: false) } }

    /// RFC 9112 section 3.
    private static let requestLines: [HTTPCase] =
        refused(
            "GET\r\n\r\n", "GET /healthz\r\n\r\n",
            "GET /healthz HTTP/1.1 \r\n\(host)\r\n",
            " GET /healthz HTTP/1.1\r\n\(host)\r\n", "get /healthz HTTP/1.1\r\n\(host)\r\n",
            "GET /healthz http/1.1\r\n\(host)\r\n", "GET /healthz HTTP/1\r\n\(host)\r\n",
            "GET /healthz HTTP/1.\r\n\(host)\r\n", "GET /healthz HTTP/1.10\r\n\(host)\r\n",
            "GET /healthz HTTP/11.1\r\n\(host)\r\n", "GET /healthz HTTP/2.0\r\n\(host)\r\n",
            "GET /healthz HTTP/3.0\r\n\(host)\r\n", "GET /healthz HTTP/0.9\r\n\(host)\r\n",
            "GET /healthz HTTP/1,1\r\n\(host)\r\n", "GET /healthz HTP/1.1\r\n\(host)\r\n",
            "GET /hea lthz HTTP/1.1\r\n\(host)\r\n", "GET healthz HTTP/1.1\r\n\(host)\r\n",
            "GET ?a HTTP/1.1\r\n\(host)\r\n", "GET * HTTP/1.1\r\n\(host)\r\n", "GET a:80 HTTP/1.1\r\n\(host)\r\n",
            "GET ftp://a/healthz HTTP/1.1\r\n\(host)\r\n", "GET /\u{1}healthz HTTP/1.1\r\n\(host)\r\n",
            "GET /healthz\u{0} HTTP/1.1\r\n\(host)\r\n", "CONNECT a:443 HTTP/1.1\r\n\(host)\r\n",
            "CONNECT http://a/ HTTP/1.1\r\n\(host)\r\n", "CONNECT / HTTP/1.1\r\n\(host)\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}",
            "GET /" + String(repeating: "a", count: 9000) + " HTTP/1.1\r\n\(host)\r\n", "\0\0\0\0\r\n\r\n",
            "GET /healthz HTTP/1.1\r\(host)\r\n")
        + good(
            "GET http://a/healthz HTTP/1.1\r\n\(host)\r\n", "GET HTTP://other:81/healthz HTTP/1.1\r\n\(host)\r\n",
            "GET https://a/healthz HTTP/1.1\r\n\(host)\r\n", "\r\n\(next)", "\r\n\r\n\(next)",
            "GET /healthz? HTTP/1.1\r\n\(host)\r\n", "GET /healthz?a=b&a=%00 HTTP/1.1\r\n\(host)\r\n",
            "GET /healthz?/../x HTTP/1.1\r\n\(host)\r\n")
        + [
            // More than one space may be taken for one (RFC 9112 section 3).
            HTTPCase("GET  /healthz HTTP/1.1\r\n\(host)\r\n", [400], [200]),
            HTTPCase("GET /healthz  HTTP/1.1\r\n\(host)\r\n", [400], [200]),
            HTTPCase("GET / HTTP/1.1\r\n\(host)\r\n", [404], ends: false),
            HTTPCase("GET //healthz HTTP/1.1\r\n\(host)\r\n", [404], ends: false),
            HTTPCase("GET /healthz/ HTTP/1.1\r\n\(host)\r\n", [404], ends: false),
            HTTPCase("GET /./healthz HTTP/1.1\r\n\(host)\r\n", [404], ends: false),
            HTTPCase("GET /x/../healthz HTTP/1.1\r\n\(host)\r\n", [404], ends: false),
            HTTPCase("GET /%68ealthz HTTP/1.1\r\n\(host)\r\n", [404], [200], ends: false),
            HTTPCase("GET /%zz HTTP/1.1\r\n\(host)\r\n", [404], [400]),
            HTTPCase("GET /healthz#x HTTP/1.1\r\n\(host)\r\n", [400], [404], [200]),
            HTTPCase("GET http://a HTTP/1.1\r\n\(host)\r\n", [404], ends: false),
            HTTPCase("OPTIONS * HTTP/1.1\r\n\(host)\r\n", [404], [405], [200], [204], ends: false),
            HTTPCase("GET /h\u{e9}althz HTTP/1.1\r\n\(host)\r\n", [400], [404]),
            // A lone LF may end a line (RFC 9112 section 2.2); it need not.
            HTTPCase("GET /healthz HTTP/1.1\nHost: a\n\n", [200], [400]),
        ]

    /// RFC 9110 section 7.2, RFC 9112 section 3.2.
    private static let hosts: [HTTPCase] =
        [
            "", "Host: a\r\nHost: a\r\n", "Host: a\r\nhost: b\r\n", "Host:\r\n", "Host: \r\n", "Host: a b\r\n",
            "Host: a,b\r\n", "Host: a/b\r\n", "Host: u@a\r\n", "Host: http://a\r\n", "Host: a:\r\n", "Host: a:x\r\n",
            "Host: a:65536\r\n", "Host: a:-1\r\n", "Host: [::1\r\n", "Host: ::1\r\n", "Host: [x]\r\n", "Host: a?b\r\n",
            "Host: a#b\r\n", "Host: a\\b\r\n", "Host: %61\r\n", "Host : a\r\n", "Host: \"a\"\r\n",
        ].flatMap { refused("GET /healthz HTTP/1.1\r\n\($0)\r\n") }
        + ["a", "A.Example", "a:80", "127.0.0.1", "[::1]", "[::1]:8080", "a_b.example.", "  a  "].flatMap {
            good("GET /healthz HTTP/1.1\r\nHost: \($0)\r\n\r\n")
        }

    /// RFC 9112 section 6: what is not sure of its length is refused, so that nothing can be smuggled.
    private static let lengths: [HTTPCase] =
        [
            "Content-Length: -1", "Content-Length: +1", "Content-Length: 0x1", "Content-Length: 1.0",
            "Content-Length: 1e1", "Content-Length: a", "Content-Length:", "Content-Length: 1 1",
            "Content-Length: 1,1", "Content-Length: 1, 2", "Content-Length: 1\r\nContent-Length: 1",
            "Content-Length: 1\r\nContent-Length: 2", "Content-Length: 18446744073709551616",
            "Content-Length: 99999999999999999999999", "Content-Length : 1", "Content-Length: 1\r\n 2",
            "Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3",
            "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: identity", "Transfer-Encoding:", "Transfer-Encoding: xchunked",
            "Transfer-Encoding: \"chunked\"", "Transfer-Encoding : chunked", "Transfer-Encoding: chunked;a=b",
            "Transfer-Encoding:\u{b}chunked", "Transfer-Encoding: chunke\u{e9}",
        ].flatMap { refused("\(post)\($0)\r\n\r\n0\r\n\r\n") }
        + [
            HTTPCase("\(post)Content-Length: 0\r\n\r\n\(next)", [404, 200], ends: false),
            HTTPCase("\(post)Content-Length: 00\r\n\r\n\(next)", [404, 200], [400]),
            HTTPCase("\(post)Content-Length: 5\r\n\r\nhello\(next)", [404, 200], ends: false),
            HTTPCase("\(post)\r\n\(next)", [404, 200], ends: false),
            HTTPCase("\(post)Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n\(next)", [404, 200], ends: false),
            HTTPCase("\(get)Content-Length: 3\r\n\r\nabc\(next)", [200, 200], ends: false),
            HTTPCase("\(post)Content-Length: 99999999\r\n\r\n", [413], ends: true),
            HTTPCase("\(post)Content-Length: 99999999 \t\r\n\r\n", [413], [400], ends: true),
            HTTPCase("\(post)Content-Length: 5  \r\n\r\nhello\(next)", [404, 200], ends: false),
            HTTPCase("\(post)Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n\(next)", [404, 200], [400]),
        ]

    /// RFC 9112 section 7.1.
    private static let chunks: [HTTPCase] = {
        let head = "\(post)Transfer-Encoding: chunked\r\n\r\n"
        let broken = [
            "zz\r\n", "-1\r\n", "0x5\r\nhello\r\n", "5\r\nhelloXX", " 5\r\nhello\r\n", "5\u{0}\r\nhello\r\n",
            "FFFFFFFFFFFFFFFFF\r\n", "10000000000000000\r\n", "5\r\nhello0\r\n\r\n", "\r\n5\r\nhello\r\n",
        ]
        let whole = [
            "0\r\n\r\n", "000\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "A\r\n0123456789\r\n0\r\n\r\n",
            "a\r\n0123456789\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n", "5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n",
            "5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n", "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n",
        ]
        // The route is not there: its 404 may be on its way before the body turns out to be broken.
        return broken.map { HTTPCase(head + $0, [400], [404], [404, 400], ends: true) }
            + whole.map { HTTPCase("\(head)\($0)\(next)", [404, 200], ends: false) }
    }()

    /// RFC 9112 section 5.
    private static let fields: [HTTPCase] =
        ["X : 1", ": 1", "X\u{0}: 1", "X: \u{0}", "X: \u{1}", "X", "X(: 1", "X Y: 1", "X\t: 1", "X: a\rb", "\u{7f}: 1"]
        .flatMap { refused("\(get)\($0)\r\n\r\n") }
        + ["X:1", "X:  1  ", "X:\t1", "X:", "X: a,,b", "X: ä", "x!#$%&'*+-.^_`|~9: 1", "X: \"a", "Cookie: a=b; c=d"]
        .flatMap { good("\(get)\($0)\r\n\r\n") }
        + [
            // Folded lines may be refused, or read with a space (section 5.2).
            HTTPCase("\(get)X: a\r\n b\r\n\r\n", [400], [200]),
            HTTPCase("\(get)X: \(String(repeating: "a", count: 17_000))\r\n\r\n", [431], ends: true),
            HTTPCase("\(get)\((0..<120).map { "X-\($0): 1\r\n" }.joined())\r\n", [431], ends: true),
        ]

    /// RFC 9110 section 7.6.1, RFC 9112 section 9.6: after `close` nothing is answered.
    private static let connections: [HTTPCase] =
        [
            "close", "Close", "CLOSE", "close, TE", "TE, close", "TE,close", "keep-alive, close", " close ",
            "x\r\nConnection: close",
        ]
        .flatMap { value in
            ["", next, "junk"].map { HTTPCase("\(get)Connection: \(value)\r\n\r\n\($0)", [200], ends: true) }
        }
        + ["keep-alive", "Keep-Alive", "TE", "closed", "x-close", "Host", "content-length"].map {
            HTTPCase("\(get)Connection: \($0)\r\n\r\n\(next)", [200, 200], ends: false)
        }

    /// RFC 9110 section 7.8.
    private static let upgrades: [HTTPCase] = ["h2c", "websocket", "TLS/1.0", "foo/2, bar", ""].flatMap { to in
        [
            HTTPCase("\(get)Connection: Upgrade\r\nUpgrade: \(to)\r\n\r\n\(next)", [200, 200], ends: false),
            HTTPCase(
                "\(post)Connection: Upgrade, HTTP2-Settings\r\nUpgrade: \(to)\r\nContent-Length: 5\r\n\r\nhello\(next)",
                [404, 200], ends: false),
            HTTPCase(
                "\(post)Connection: upgrade\r\nUpgrade: \(to)\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n\(next)",
                [404, 200], ends: false),
            HTTPCase("\(get)Connection: close, Upgrade\r\nUpgrade: \(to)\r\n\r\n\(next)", [200], ends: true),
            HTTPCase("\(get)Upgrade: \(to)\r\n\r\n\(next)", [200, 200], ends: false),
        ]
    }

    /// RFC 9110 section 9.3.2; the test looks for bodies.
    private static let heads: [HTTPCase] =
        [("/healthz", 200), ("/docs", 200), ("/openapi.json", 200), ("/nothing", 404), ("/admin/v1/tenants", 401)].map {
            HTTPCase("HEAD \($0.0) HTTP/1.1\r\n\(host)\r\n\(next)", [$0.1, 200], ends: false)
        }
        + [
            HTTPCase("HEAD /oauth/callback/google/x HTTP/1.1\r\n\(host)\r\n\(next)", [405, 200], ends: false),
            HTTPCase("HEAD /webhooks/meeting-baas HTTP/1.1\r\n\(host)\r\n\(next)", [405, 200], ends: false),
            HTTPCase("HEAD /healthz HTTP/1.1\r\n\r\n", [400], ends: true),
        ]

    /// HTTP/1.0: RFC 9112 sections 3.2, 6.1 and 9.3.
    private static let older: [HTTPCase] = [
        HTTPCase("GET /healthz HTTP/1.0\r\n\r\n", [200], ends: true),
        HTTPCase("GET /healthz HTTP/1.0\r\n\r\n\(next)", [200], ends: true),
        HTTPCase("GET /healthz HTTP/1.0\r\n\(host)\r\n", [200], ends: true),
        HTTPCase("HEAD /healthz HTTP/1.0\r\n\r\n", [200], ends: true),
        HTTPCase("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n\(next)", [200, 200], ends: false),
        HTTPCase("GET /healthz HTTP/1.0\r\nConnection: close\r\n\r\n", [200], ends: true),
        HTTPCase("POST /nothing HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", [404], ends: true),
        HTTPCase("POST /nothing HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400], ends: true),
        HTTPCase("GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", [400], ends: true),
        HTTPCase("GET /healthz HTTP/1.0\r\nHost: a/b\r\n\r\n", [400], ends: true),
        HTTPCase("GET /healthz HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n\(next)", [200], ends: true),
        HTTPCase(
            "GET /healthz HTTP/1.0\r\nConnection: keep-alive, Upgrade\r\nUpgrade: h2c\r\n\r\n\(next)", [200, 200],
            ends: false),
        HTTPCase(
            "POST /nothing HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", [404], ends: true),
    ]

    /// RFC 9110 section 10.1.1.
    private static let expectations: [HTTPCase] = [
        HTTPCase("\(post)Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello\(next)", [404, 200], ends: false),
        HTTPCase("\(post)Expect: 100-Continue\r\nContent-Length: 5\r\n\r\nhello\(next)", [404, 200], ends: false),
        HTTPCase("\(get)Expect: 100-continue\r\n\r\n\(next)", [200, 200], ends: false),
        HTTPCase("\(post)Expect: 200-maybe\r\nContent-Length: 5\r\n\r\nhello", [404], [417]),
        HTTPCase("\(post)Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n", [413], ends: true),
    ]

    private static let pipelines: [HTTPCase] = [
        HTTPCase(next + next + next, [200, 200, 200], ends: false),
        HTTPCase(String(repeating: next, count: 40), [Int](repeating: 200, count: 40), ends: false),
        HTTPCase("\(next)GET /healthz HTTP/1.1\r\n\r\n", [200, 400], ends: true),
        HTTPCase("\(next)junk\r\n\r\n", [200, 400], ends: true),
        HTTPCase("\(post)Content-Length: 5\r\n\r\nhello\r\n\r\n\(next)", [404, 200], ends: false),
    ]

    /// RFC 9110 section 9.
    private static let methods: [HTTPCase] =
        ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE", "PROPFIND"].map {
            HTTPCase("\($0) /healthz HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n\(next)", [405, 200], [404, 200])
        }
        + refused(
            "BREW /healthz HTTP/1.1\r\n\(host)\r\n", "GE\u{0}T /healthz HTTP/1.1\r\n\(host)\r\n",
            "(GET) / HTTP/1.1\r\n\(host)\r\n")
}
