import HTTPTypes
import Hummingbird

/// A part of the API under one path, as data: everything that the HTTP machinery does differently there.
///
/// Features describe their surfaces, and `APISurfaces` finds the one of a request. The machinery names no feature.
final class APISurface: Sendable {
    /// A prefix that ends with `/`, or one whole path.
    let path: String
    let errorFormat: any ErrorFormat
    /// Bytes of the largest body that a route of this surface takes.
    let bodyLimit: Int
    /// A header that may carry the credential in place of `Authorization`.
    let credentialHeader: HTTPField.Name?
    /// True if any token may be the right one: comparing it costs no look-up in storage.
    let takesAnyToken: Bool
    /// Returns true for a head that shows something else that may prove the request, like a signature.
    typealias ShowsProof = @Sendable (_ fields: any RequestFields, _ query: String?) -> Bool
    /// nil where callers have credentials.
    private let showsProof: ShowsProof?
    /// False for probes, which no limit counts.
    let countsAnonymousRequests: Bool
    /// True if browsers may call it from the origins that tenants list (CORS).
    let allowsOrigins: Bool
    /// True if a path may end with a slash.
    let allowsTrailingSlash: Bool
    /// The error detail for a path with an empty segment (`//`); nil: the same as for an unknown path.
    let emptySegmentDetail: String?

    init(
        _ path: String, errorFormat: any ErrorFormat = ProblemDocuments(), bodyLimit: Int = APISurface.usualBodyLimit,
        credentialHeader: HTTPField.Name? = nil, takesAnyToken: Bool = false, countsAnonymousRequests: Bool = true,
        allowsOrigins: Bool = false, allowsTrailingSlash: Bool = false, emptySegmentDetail: String? = nil,
        showsProof: ShowsProof? = nil
    ) {
        self.path = path
        self.errorFormat = errorFormat
        self.bodyLimit = bodyLimit
        self.credentialHeader = credentialHeader
        self.takesAnyToken = takesAnyToken
        self.showsProof = showsProof
        self.countsAnonymousRequests = countsAnonymousRequests
        self.allowsOrigins = allowsOrigins
        self.allowsTrailingSlash = allowsTrailingSlash
        self.emptySegmentDetail = emptySegmentDetail
    }

    static let usualBodyLimit = 1 << 20

    /// Reads the credential of a request's head, where callers of the surface have one.
    func credential(in fields: some RequestFields) -> PresentedCredential {
        showsProof == nil ? PresentedCredential(in: fields, header: credentialHeader) : .none
    }

    /// Returns true for a request whose head shows something that may prove it. A request without it is counted before
    /// anything is looked up.
    func isWorthLookUp(
        _ credential: PresentedCredential, _ fields: some RequestFields, query: @autoclosure () -> String?
    ) -> Bool {
        if let showsProof { return showsProof(fields, query()) }
        return switch credential {
        case .wellFormed: true
        case .token: takesAnyToken
        case .none, .ambiguous: false
        }
    }

    /// - Parameter target: a path; a query may follow it.
    fileprivate func contains(_ target: String) -> Bool {
        let (own, given) = (path.utf8, target.utf8)
        guard given.starts(with: own) else { return false }
        if own.last == UInt8(ascii: "/") { return true }
        let next = given.dropFirst(own.count).first
        return next == nil || next == UInt8(ascii: "?")
    }

    /// - Throws: `not_found` for a second spelling of a path: what a proxy in front closes stays closed.
    func checkSpelling(_ path: String) throws {
        let slash = UInt8(ascii: "/")
        if zip(path.utf8, path.utf8.dropFirst()).contains(where: { $0 == slash && $1 == slash }) {
            throw emptySegmentDetail.map { Problem(.notFound, $0) } ?? .notFound
        }
        if path.utf8.count > 1, path.utf8.last == slash, !allowsTrailingSlash {
            // Says nothing of what exists: it depends on the spelling alone.
            throw Problem(.notFound, "The path ends in a slash; the paths of this gateway do not.")
        }
    }
}

/// The API surfaces of the gateway. Of those that contain a path the longest wins.
struct APISurfaces: Sendable {
    private let ordered: [APISurface]
    /// The surface of every path that no other one contains.
    let fallback: APISurface
    /// Bytes of the largest body that any route takes. A longer one is refused before its route is known.
    let bodyLimit: Int
    /// The headers that carry a credential somewhere, besides `Authorization`.
    let credentialHeaders: [HTTPField.Name]

    init(_ surfaces: [APISurface], fallback: APISurface) {
        precondition(Set(surfaces.map(\.path)).count == surfaces.count, "two API surfaces have one path")
        ordered = surfaces.sorted { $0.path.utf8.count > $1.path.utf8.count }
        self.fallback = fallback
        let all = surfaces + [fallback]
        bodyLimit = all.map(\.bodyLimit).max() ?? fallback.bodyLimit
        credentialHeaders = Array(Set(all.compactMap(\.credentialHeader))).sorted {
            $0.canonicalName < $1.canonicalName
        }
    }

    /// - Parameter target: a path; a query may follow it.
    subscript(target: String) -> APISurface { ordered.first { $0.contains(target) } ?? fallback }
}
