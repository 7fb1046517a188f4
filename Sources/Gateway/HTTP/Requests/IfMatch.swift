import HTTPTypes
import Hummingbird

/// The `If-Match` of a request (RFC 9110 section 13.1.1): it is done only if what it changes is still as the caller saw it.
struct IfMatch: Sendable {
    private let tags: [String]?

    init(_ request: Request) {
        let values = request.headers[values: .ifMatch]
        // Our entity tags hold no comma.
        tags = values.isEmpty ? nil : values.flatMap { $0.split(separator: ",") }.map { $0.trimmingBlanks }
    }

    /// - Parameter etag: of what is there now. A weak tag never matches it.
    /// - Throws: `precondition_failed`.
    func check(_ etag: String) throws {
        guard let tags, !tags.contains("*"), !tags.contains(etag) else { return }
        throw Problem(
            .preconditionFailed, "It was changed since it was read: no tag of If-Match is its ETag. Read it again.")
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
