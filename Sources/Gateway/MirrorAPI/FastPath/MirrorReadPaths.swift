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
        let bytes = target.utf8
        guard bytes.starts(with: prefix) else { return nil }
        let path = bytes.dropFirst(prefix.count)
        let end = path.firstIndex(of: UInt8(ascii: "?")) ?? path.endIndex
        for pattern in patterns {
            guard let ids = Self.ids(of: path[..<end], pattern.segments) else { continue }
            let hasQuery = end != path.endIndex
            return Match(
                value: pattern.value, ids: ids, path: hasQuery ? String(target[..<end]) : target,
                query: hasQuery ? target[bytes.index(after: end)...] : "")
        }
        return nil
    }

    private static func ids(of path: Substring.UTF8View, _ segments: [[UInt8]?]) -> [String]? {
        var ids: [String] = []
        var rest = path
        for segment in segments {
            guard rest.popFirst() == UInt8(ascii: "/") else { return nil }
            let found = rest.prefix { $0 != UInt8(ascii: "/") }
            if let segment {
                guard found.elementsEqual(segment) else { return nil }
            } else {
                let id = String(Substring(found))
                guard UpstreamID.isUUID(id) else { return nil }
                ids.append(id)
            }
            rest = rest[found.endIndex...]
        }
        return rest.isEmpty ? ids : nil
    }
}
