import HTTPTypes
import Hummingbird

/// The API surfaces whose callers bear keys, sessions or the admin token.
enum IdentitySurfaces {
    static let all = [
        APISurface("/api/", allowsOrigins: true) { Credential.isWellFormed(in: $0) },
        // Any token is worth a look: comparing it costs no look-up in storage.
        APISurface("/admin/") { Credential.bearer(in: $0) != nil },
    ]

    /// The surface of every other path.
    static let fallback = APISurface("/") { Credential.isWellFormed(in: $0) }
}

extension Credential {
    /// Returns true if a request's head contains a well-formed key or session token with the right checksum.
    /// - Parameter header: a header that may carry it when `Authorization` is absent.
    static func isWellFormed(in request: Request, header: HTTPField.Name? = nil) -> Bool {
        guard let text = bearer(in: request) ?? header.flatMap({ request.headers[$0] }) else { return false }
        return Credential(text, kind: .key) != nil || Credential(text, kind: .session) != nil
    }

    /// The last word of `Authorization`. It is only a guess at a token: `Authenticator` reads the header strictly.
    static func bearer(in request: Request) -> String? {
        request.headers[.authorization]?.split(separator: " ").last.map(String.init)
    }
}
