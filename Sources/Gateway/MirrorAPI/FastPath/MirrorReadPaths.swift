import HTTPTransport
import HTTPTypes
import MeetingBaaS

/// Finds the operation of a read by its path, as the router does, among those whose replies pass unchanged.
///
/// Only the plain spelling is found: no percent-encoding, no slash too many, and ids in lower case. Every other path is
/// the router's.
struct MirrorReadPaths: Sendable {
    private struct Pattern: Sendable {
        let operation: UpstreamOperation
        /// nil stands for an id.
        let segments: [[UInt8]?]
    }
    private let prefix: [UInt8]
    private let patterns: [Pattern]

    /// - Parameter prefix: of all paths, without a slash at its end.
    init(prefix: String, _ operations: [UpstreamOperation]) {
        self.prefix = Array(prefix.utf8)
        patterns = operations.filter { $0.method == .get && $0.isStreamed }.map { operation in
            Pattern(
                operation: operation,
                segments: operation.path.split(separator: "/").map { $0.hasPrefix("{") ? nil : Array($0.utf8) })
        }
    }

    /// - Parameter target: a path; a query may follow it.
    func match(_ target: String) -> (operation: UpstreamOperation, ids: [String], query: Substring)? {
        let bytes = target.utf8
        guard bytes.starts(with: prefix) else { return nil }
        let path = bytes.dropFirst(prefix.count)
        let end = path.firstIndex(of: UInt8(ascii: "?")) ?? path.endIndex
        for pattern in patterns {
            if let ids = Self.ids(of: path[..<end], pattern.segments) {
                let query = end == path.endIndex ? "" : target[bytes.index(after: end)...]
                return (pattern.operation, ids, query)
            }
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
