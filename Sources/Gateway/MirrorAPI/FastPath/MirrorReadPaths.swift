import HTTPTransport
import MeetingBaaS

/// Finds the operation of a read by its path, as the router does.
///
/// Only the plain spelling is found: no percent-encoding, no slash too many, and ids in lower case. Every other path is the
/// router's.
struct MirrorReadPaths<Value: Sendable>: Sendable {
    private struct Pattern: Sendable {
        let value: Value
        /// nil stands for an id.
        let segments: [[UInt8]?]
    }

    struct Match {
        let value: Value
        let ids: [String]
        let path: String
        let query: Substring
    }

    private let prefix: [UInt8]
    private let patterns: [Pattern]

    /// - Parameters:
    ///   - prefix: of all paths, without a slash at its end.
    ///   - paths: with `{name}` for ids.
    init(prefix: String, _ paths: [(path: String, value: Value)]) {
        self.prefix = Array(prefix.utf8)
        patterns = paths.map { path, value in
            Pattern(
                value: value, segments: path.split(separator: "/").map { $0.hasPrefix("{") ? nil : Array($0.utf8) })
        }
    }

    /// - Parameter target: a path; a query may follow it.
    func match(_ target: String) -> Match? {
        let bytes = Array(target.utf8)
        // The router's query ends at a fragment.
        guard bytes.starts(with: prefix), !bytes.contains(UInt8(ascii: "#")) else { return nil }
        let end = bytes.firstIndex(of: UInt8(ascii: "?"))
        for pattern in patterns {
            guard let ids = Self.ids(of: bytes[prefix.count..<(end ?? bytes.count)], pattern.segments) else { continue }
            guard let end else { return Match(value: pattern.value, ids: ids, path: target, query: "") }
            let question = target.utf8.index(target.startIndex, offsetBy: end)
            return Match(
                value: pattern.value, ids: ids, path: String(target[..<question]),
                query: target[target.utf8.index(after: question)...])
        }
        return nil
    }

    private static func ids(of path: ArraySlice<UInt8>, _ segments: [[UInt8]?]) -> [String]? {
        var ids: [String] = []
        var rest = path
        for segment in segments {
            guard rest.popFirst() == UInt8(ascii: "/") else { return nil }
            if let segment {
                guard rest.starts(with: segment) else { return nil }
                rest = rest.dropFirst(segment.count)
            } else {
                guard UpstreamID.isUUID(rest.prefix(UpstreamID.length)) else { return nil }
                ids.append(String(decoding: rest.prefix(UpstreamID.length), as: UTF8.self))
                rest = rest.dropFirst(UpstreamID.length)
            }
        }
        return rest.isEmpty ? ids : nil
    }
}
