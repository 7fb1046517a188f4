import HTTPTypes
import JSONValue

/// An answer that is an error, as RFC 9457 has it. Thrown anywhere below a route and rendered in one place.
/// Nothing in it comes from a secret, from another tenant, or verbatim from a provider.
struct Problem: Error, Sendable {
    let code: Code
    var detail: String
    var action: Action?
    var retryAfter: Int?
    var errors: [FieldError] = []
    var headers: HTTPFields = [:]

    struct FieldError: Sendable {
        /// RFC 6901 into the body, or `?name` for a query parameter.
        let pointer: String
        let detail: String
    }

    /// The party that must act before the request can succeed.
    enum Action: String { case user, tenant, `operator`, wait }

    enum Code: String, CaseIterable {
        case malformed, unauthenticated
        case insufficientScope = "insufficient_scope"
        case tenantSuspended = "tenant_suspended"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case needsReconnect = "needs_reconnect"
        case accountMismatch = "account_mismatch"
        case calendarAlreadyConnected = "calendar_already_connected"
        case inUse = "in_use"
        case conflict
        case preconditionFailed = "precondition_failed"
        case requestTimeout = "request_timeout"
        case tooLarge = "too_large"
        case unsupportedEncoding = "unsupported_encoding"
        case headersTooLarge = "headers_too_large"
        case ticketInvalid = "ticket_invalid"
        case validation
        case idempotencyMismatch = "idempotency_mismatch"
        case rateLimited = "rate_limited"
        case quotaExceeded = "quota_exceeded"
        case upstreamRejected = "upstream_rejected"
        case providerUnavailable = "provider_unavailable"
        case upstreamUnavailable = "upstream_unavailable"
        case storageUnavailable = "storage_unavailable"
        case notConfigured = "not_configured"
        /// A fault of ours; the request id finds it in the log.
        case internalError = "internal_error"

        var status: HTTPResponse.Status {
            switch self {
            case .malformed: .badRequest
            case .unauthenticated: .unauthorized
            case .insufficientScope, .tenantSuspended: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .needsReconnect, .accountMismatch, .calendarAlreadyConnected, .inUse, .conflict: .conflict
            case .preconditionFailed: .preconditionFailed
            case .requestTimeout: .requestTimeout
            case .tooLarge: .contentTooLarge
            case .unsupportedEncoding: .unsupportedMediaType
            case .headersTooLarge: .requestHeaderFieldsTooLarge
            case .ticketInvalid, .validation, .idempotencyMismatch: .unprocessableContent
            case .rateLimited, .quotaExceeded: .tooManyRequests
            case .upstreamRejected: .badGateway
            case .providerUnavailable, .upstreamUnavailable, .storageUnavailable, .notConfigured: .serviceUnavailable
            case .internalError: .internalServerError
            }
        }

        var title: String {
            switch self {
            case .malformed: "The request cannot be read"
            case .unauthenticated: "A valid credential is required"
            case .insufficientScope: "The credential may not do this"
            case .tenantSuspended: "The tenant is suspended"
            case .notFound: "Not found"
            case .methodNotAllowed: "Method not allowed"
            case .needsReconnect: "The user must connect the account again"
            case .accountMismatch: "Another account was chosen"
            case .calendarAlreadyConnected: "The calendar is already connected"
            case .inUse: "Still in use"
            case .conflict: "Conflict"
            case .preconditionFailed: "It was changed meanwhile"
            case .requestTimeout: "The request took too long to arrive"
            case .tooLarge: "The request is too large"
            case .unsupportedEncoding: "The body must not be compressed"
            case .headersTooLarge: "The request's headers are too large"
            case .ticketInvalid: "The ticket is not valid"
            case .validation: "The request is not valid"
            case .idempotencyMismatch: "The idempotency key was used for another request"
            case .rateLimited: "Too many requests"
            case .quotaExceeded: "The quota is used up"
            case .upstreamRejected: "Meeting BaaS refused the request"
            case .providerUnavailable: "The calendar provider cannot be reached"
            case .upstreamUnavailable: "Meeting BaaS cannot be reached"
            case .storageUnavailable: "Storage is not available"
            case .notConfigured: "Not configured"
            case .internalError: "An error inside the gateway"
            }
        }
    }

    init(
        _ code: Code, _ detail: String, action: Action? = nil, retryAfter: Int? = nil, errors: [FieldError] = []
    ) {
        self.code = code
        self.detail = detail
        self.action = action
        self.retryAfter = retryAfter
        self.errors = errors
    }

    /// Unknown objects and objects of other tenants return the same problem.
    static let notFound = Problem(.notFound, "There is nothing here that this caller may see.")

    /// For an admin, who may know what exists. Others get `notFound`.
    /// - Parameters:
    ///   - kind: a word like `tenant`.
    ///   - known: names of that kind, to suggest the nearest of.
    static func unknown(_ kind: String, _ name: String, among known: some Sequence<String> = []) -> Problem {
        let suggestion = Spelling.nearest(to: name, in: known).map { " Did you mean \($0)?" } ?? ""
        return Problem(.notFound, "There is no \(kind) \(String(name.prefix(100)).debugDescription).\(suggestion)")
    }

    static func bodyTooLarge(_ limit: Int) -> Problem {
        Problem(.tooLarge, "The body may have at most \(limit) bytes.")
    }

    /// A body in a content coding, such as gzip. The header says which codings are taken (RFC 7694): none.
    static func unsupportedEncoding(_ coding: String) -> Problem {
        var problem = Problem(
            .unsupportedEncoding,
            "The body has the content coding \(String(coding.prefix(40))). Send it as it is, without Content-Encoding.")
        problem.headers[.acceptEncoding] = "identity"
        return problem
    }

    static func invalid(_ pointer: String, _ detail: String) -> Problem {
        Problem(
            .validation, "\(pointer) \(detail)", errors: [FieldError(pointer: pointer, detail: detail)])
    }

    /// - Parameter instance: the request's id.
    func json(instance: String) -> JSON {
        var out: JSON.Members = [
            "type": .string("urn:meeting-gateway:problem:\(code.rawValue)"), "title": .string(code.title),
            "status": .int(code.status.code), "detail": .string(detail),
            "instance": .string("urn:meeting-gateway:request:\(instance)"),
        ]
        if let action { out["action"] = .string(action.rawValue) }
        if let retryAfter { out["retry_after"] = .int(retryAfter) }
        if !errors.isEmpty {
            out["errors"] = .array(
                errors.map { ["pointer": .string($0.pointer), "detail": .string($0.detail)] })
        }
        return .object(out)
    }
}

/// An error that says who refused and maps itself to a problem.
protocol ProblemConvertible: Error {
    var problem: Problem { get }
}
