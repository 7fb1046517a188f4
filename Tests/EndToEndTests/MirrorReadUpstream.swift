import Foundation
import Support
import Synchronization

/// Meeting BaaS's behaviours, by the caller's Accept-Language, which is passed on.
enum MirrorReadUpstream {
    static let names = [
        "200", "chunked", "trailers", "204", "empty", "no-length", "http-1.0", "early-hints", "large", "parts", "gzip",
        "brotli", "many-fields", "redirect", "304", "400", "401", "402", "403", "404", "409", "429", "429-rate", "500",
        "503", "503-once", "reset-once", "reset", "garbage", "cut-length", "cut-chunk", "cut-head", "long-refusal",
        "cut-refusal", "html", "grant",
    ]

    private static let body = #"{"success":true,"data":{"event_id":"x","title":"Ünïcode"}}"#

    static func answer(_ peer: RawServer.Peer, _ seen: borrowing Mutex<Set<String>>) {
        let lines = peer.head.components(separatedBy: "\r\n")
        func value(_ name: String) -> String {
            lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
        }
        let isFirst = seen.withLock { $0.insert(value("traceparent")).inserted }
        let isHead = lines.first?.hasPrefix("HEAD") ?? false
        send(value("Accept-Language"), peer, isFirst: isFirst, isHead: isHead)
    }

    private static func send(_ name: String, _ peer: RawServer.Peer, isFirst: Bool, isHead: Bool) {
        func reply(_ status: String, _ fields: [String] = [], _ text: String = body) {
            let length = "Content-Length: \(text.utf8.count)"
            let head = ["HTTP/1.1 \(status)", "Content-Type: application/json", length] + fields
            peer.send(
                head.joined(separator: "\r\n") + "\r\nSet-Cookie: a=b\r\nServer: x\r\n\r\n" + (isHead ? "" : text))
        }
        func envelope(_ status: Int, _ code: String, _ fields: [String] = []) {
            reply(
                "\(status) X", fields,
                #"{"success":false,"error":"E","code":"\#(code)","statusCode":\#(status),"message":"No 123e4567-e89b-12d3-a456-426614174000","details":null}"#
            )
        }
        func chunked(_ end: String) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
            if !isHead { peer.send("5\r\n{\"a\":\r\n3\r\n42}\r\n\(end)") }
        }
        switch name {
        case "chunked": chunked("0\r\n\r\n")
        case "trailers": chunked("0\r\nX-Trailer: 1\r\n\r\n")
        case "cut-chunk": chunked("")
        case "204": peer.send("HTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n\r\n")
        case "empty": reply("200 OK", [], "")
        case "no-length": peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + (isHead ? "" : body))
        case "http-1.0": peer.send("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + (isHead ? "" : body))
        case "early-hints":
            peer.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            reply("200 OK")
        case "large": reply("200 OK", [], String(repeating: "0123456789abcdef", count: 65_536))
        case "parts":
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n")
            for part in isHead ? [] : ["[1,", "2,3", ",4]"] {
                usleep(30_000)
                peer.send(part)
            }
        case "gzip":
            peer.send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 22\r\n\r\n"
            )
            if !isHead {
                // `{}`, compressed.
                peer.send([31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0])
            }
        case "brotli": reply("200 OK", ["Content-Encoding: br"])
        case "many-fields": reply("200 OK", (0..<80).map { "X-Field-\($0): \($0)" })
        case "redirect": reply("302 Found", ["Location: https://evil.example/"])
        case "304": peer.send("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n")
        case "400": envelope(400, "FST_ERR_VALIDATION")
        case "401": envelope(401, "FST_ERR_UNAUTHORIZED")
        case "grant": envelope(401, "FST_ERR_OAUTH_TOKEN_REFRESH_FAILED")
        case "402": envelope(402, "FST_ERR_INSUFFICIENT_TOKENS")
        case "403": envelope(403, "FST_ERR_FORBIDDEN")
        case "404": envelope(404, "FST_ERR_EVENT_NOT_FOUND")
        case "409": envelope(409, "FST_ERR_CONFLICT")
        case "429": envelope(429, "FST_ERR_DAILY_BOT_CAP_REACHED")
        case "429-rate": envelope(429, "FST_ERR_TOO_MANY_REQUESTS", ["Retry-After: 7"])
        case "500": envelope(500, "FST_ERR_INTERNAL_SERVER_ERROR")
        case "503": reply("503 X", [], "busy")
        case "503-once" where isFirst: reply("503 X", [], "busy")
        case "reset-once" where isFirst, "reset": peer.reset()
        case "garbage": peer.send("SMTP ready\r\n\r\n")
        case "cut-length": peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        case "cut-head": peer.send("HTTP/1.1 200 OK\r\nContent-Le")
        case "long-refusal": reply("404 Not Found", [], String(repeating: "x", count: 70_000))
        case "cut-refusal": peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n{\"code\":")
        case "html": reply("502 Bad Gateway", [], "<html>bad</html>")
        default: reply("200 OK")
        }
    }
}
