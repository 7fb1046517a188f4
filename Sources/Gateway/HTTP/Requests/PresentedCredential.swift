import HTTPTypes

/// The credential that a request's head presents, parsed once: where the request is admitted. Nothing has looked it up.
enum PresentedCredential: Sendable, Equatable {
    case none
    /// Headers hold two different ones.
    case ambiguous
    /// A key or a session token whose checksum fits.
    case wellFormed(Credential)
    /// Any other token.
    case token(String)

    /// Reads `Authorization: Bearer` (RFC 6750 section 2.1).
    /// - Parameter name: a header that may carry the credential in place of `Authorization`.
    init(in fields: some RequestFields, header name: HTTPField.Name? = nil) {
        var found: String?
        for value in fields.values(of: .authorization) {
            guard let token = Self.bearer(value) else { continue }
            if let found, found != token {
                self = .ambiguous
                return
            }
            found = token
        }
        if let name {
            for token in fields.values(of: name) {
                if let found, found != token {
                    self = .ambiguous
                    return
                }
                found = token
            }
        }
        guard let found else {
            self = .none
            return
        }
        if let credential = Credential(found), credential.kind != .ticket {
            self = .wellFormed(credential)
        } else {
            self = .token(found)
        }
    }

    /// The scheme's name is compared without case (RFC 9110 section 11.1), and one or more blanks follow it (11.4).
    private static func bearer(_ value: String) -> String? {
        let scheme = "bearer "
        let length = scheme.utf8.count
        guard value.utf8.count >= length,
            zip(value.utf8, scheme.utf8).allSatisfy({ given, own in given == own || given | 0x20 == own && given > 0x40
            })
        else { return nil }
        return String(value.utf8.dropFirst(length).drop { $0 == UInt8(ascii: " ") })
    }

    /// The token as it was sent.
    /// - Throws: `malformed` when two different credentials are given.
    var text: String? {
        get throws {
            switch self {
            case .none: nil
            case .ambiguous: throw Self.refusal
            case .wellFormed(let credential): credential.text
            case .token(let text): text
            }
        }
    }

    static let refusal = Problem(.malformed, "Two different credentials in one request.")
}
