import NIOCore

/// Reads the bytes that a client gets as replies of HTTP/1.1 (RFC 9112 sections 6 and 7).
struct ReplyReader {
    struct Reply {
        var status = 0
        /// By their names in lower case.
        var fields: [String: String] = [:]
        var body = ByteBuffer()
        var isWhole = false
        /// The connection's end is the body's end.
        var endsWithConnection = false

        var endsConnection: Bool { fields["connection"] == "close" }
    }

    private enum Phase { case head, length(Int), size, chunk(Int), chunkEnd, trailers, untilClose }

    /// The last one may not be whole.
    private(set) var replies: [Reply] = []
    /// Replies that say `100 Continue`.
    private(set) var continues = 0
    private var phase = Phase.head
    private var bytes = ByteBuffer()

    var whole: Int { replies.count { $0.isWhole } }
    /// True between two replies.
    var isBetweenReplies: Bool { if case .head = phase { bytes.readableBytes == 0 } else { false } }

    /// - Parameter isHead: if the request with this number asks for a head alone.
    /// - Returns: a sentence for bytes that are no replies.
    mutating func receive(_ new: ByteBuffer, isHead: (Int) -> Bool) -> String? {
        bytes.writeImmutableBuffer(new)
        while true {
            switch phase {
            case .head:
                guard let lines = headLines() else { return nil }
                if let mistake = begin(lines, isHead: isHead) { return mistake }
            case .length(let left):
                if let left = body(left) {
                    phase = .length(left)
                    return nil
                }
                end()
            case .size:
                guard let line = line() else { return nil }
                guard let size = Int(line, radix: 16) else { return "a chunk's size is \(line)" }
                phase = size == 0 ? .trailers : .chunk(size)
            case .chunk(let left):
                if let left = body(left) {
                    phase = .chunk(left)
                    return nil
                }
                phase = .chunkEnd
            case .chunkEnd:
                guard let line = line() else { return nil }
                guard line.isEmpty else { return "a chunk is followed by \(line)" }
                phase = .size
            case .trailers:
                guard let line = line() else { return nil }
                guard line.isEmpty else { return "a trailer: \(line)" }
                end()
            case .untilClose:
                _ = body(.max)
                return nil
            }
        }
    }

    /// The connection has ended in order.
    mutating func outputEnded() { if case .untilClose = phase { end() } }

    private mutating func end() {
        phase = .head
        replies[replies.count - 1].isWhole = true
    }

    /// - Returns: the bytes that are still to come; nil: none.
    private mutating func body(_ left: Int) -> Int? {
        guard var part = bytes.readSlice(length: min(left, bytes.readableBytes)) else { return left }
        let count = part.readableBytes
        replies[replies.count - 1].body.writeBuffer(&part)
        bytes.discardReadBytes()
        return count == left ? nil : left - count
    }

    private mutating func line() -> String? {
        let view = bytes.readableBytesView
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = bytes.readString(length: end - view.startIndex + 1) ?? ""
        return line.hasSuffix("\r\n") ? String(line.unicodeScalars.dropLast(2)) : "no line: \(line)"
    }

    private mutating func headLines() -> [String]? {
        let before = bytes
        var lines: [String] = []
        while let line = line() {
            if line.isEmpty { return lines }
            lines.append(line)
        }
        bytes = before
        return nil
    }

    private mutating func begin(_ lines: [String], isHead: (Int) -> Bool) -> String? {
        let start = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        guard start.count >= 2, start[0] == "HTTP/1.1", let status = Int(start[1]) else {
            return "a reply begins with \(lines.first ?? "nothing")"
        }
        if status == 100 {
            continues += 1
            return nil
        }
        var reply = Reply(status: status)
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return "a field is \(line)" }
            let name = parts[0].lowercased()
            guard reply.fields[name] == nil || name == "vary" else { return "\(name) comes twice" }
            reply.fields[name] = String(parts[1].drop { $0 == " " })
        }
        if isHead(replies.count) || status == 204 || status == 304 {
            phase = .length(0)
        } else if reply.fields["transfer-encoding"] == "chunked" {
            phase = .size
        } else if let length = reply.fields["content-length"] {
            guard let length = Int(length) else { return "Content-Length is \(length)" }
            phase = .length(length)
        } else {
            phase = .untilClose
            reply.endsWithConnection = true
        }
        replies.append(reply)
        return nil
    }
}
