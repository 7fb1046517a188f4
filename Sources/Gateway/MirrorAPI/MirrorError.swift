import HTTPTransport
import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import NIOCore

/// An error of the mirror: always Meeting BaaS's whole envelope (facts/meeting-baas.md 3.2), also for the gateway's own
/// refusals. The service's own clients read `message` and `code`, and treat a reply without them as a broken
/// connection.
struct MirrorError: UpstreamBodyError, Sendable {
    let status: Int
    let code: String
    let message: String
    var details: String?
    var retryAfter: Int?
    var headers: HTTPFields = [:]
    /// The error of Meeting BaaS, if it was one.
    var upstream: UpstreamError?

    init(_ status: Int, _ code: String, _ message: String, retryAfter: Int? = nil, upstream: UpstreamError? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.upstream = upstream
    }

    /// True if the call may have had its effect although no success was seen.
    var mayHaveHappened: Bool { upstream?.mayHaveHappened ?? false }

    static func invalid(_ place: String, _ rule: String) -> MirrorError {
        MirrorError(400, "FST_ERR_VALIDATION", "\(place) \(rule)")
    }

    /// For callers with a session, or without a scope.
    static func forbidden(_ message: String) -> MirrorError { MirrorError(403, "FST_ERR_FORBIDDEN", message) }

    /// The same error for unknown objects and those of other tenants; it differs only by the kind of object.
    static func unknown(_ kind: ObjectKind) -> MirrorError {
        switch kind {
        case .bot: MirrorError(404, "FST_ERR_BOT_NOT_FOUND_BY_ID", "There is no such bot that this caller may see.")
        default:
            MirrorError(404, "FST_ERR_NOT_FOUND", "There is nothing here that this caller may see.")
        }
    }

    var json: JSON {
        var body: JSON.Members = [
            "success": false, "error": .string(Self.title(status)), "code": .string(code), "statusCode": .int(status),
            "message": .string(message), "details": .text(details),
        ]
        if status == 429, let retryAfter { body["retryAfter"] = .int(retryAfter) }
        return .object(body)
    }

    var reply: BufferedResponse {
        var reply = BufferedResponse.json(.init(code: status), json)
        reply.head.headerFields.append(contentsOf: headers)
        if let retryAfter { reply.head.headerFields[.retryAfter] = String(retryAfter) }
        if code == Self.unauthorized { reply.head.headerFields[.wwwAuthenticate] = "Bearer" }
        return reply
    }

    private static func title(_ status: Int) -> String {
        titles[status] ?? (status < 500 ? "Bad Request" : "Internal Server Error")
    }
}

/// The mirror's form of errors: Meeting BaaS's envelope.
struct MirrorErrorFormat: ErrorFormat {
    func ownResponse(to error: any Error) -> BufferedResponse? { (error as? MirrorError)?.reply }

    func response(to problem: Problem, requestID: String) -> BufferedResponse { MirrorError(problem).reply }
}

extension MirrorError {
    private static let titles = [
        400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 413: "Payload Too Large",
        415: "Unsupported Media Type", 422: "Unprocessable Entity", 429: "Rate Limited",
        431: "Request Header Fields Too Large",
        500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]
}

// MARK: - what the gateway itself refuses

extension MirrorError {
    init(_ problem: Problem) {
        let (status, code) = Self.words(problem)
        let places = problem.errors.map { "\($0.pointer) \($0.detail)" }
        self.init(
            status, code, places.isEmpty ? problem.detail : places.joined(separator: "; "),
            retryAfter: problem.retryAfter)
        headers = problem.headers
    }

    private static let unauthorized = "FST_ERR_UNAUTHORIZED"

    private static func words(_ problem: Problem) -> (Int, String) {
        let status = problem.code.status.code
        switch problem.code {
        case .unauthenticated: return (status, unauthorized)
        // The bots of a day are counted by themselves: this one is of calendars.
        case .quotaExceeded: return (status, "FST_ERR_CALENDAR_CONNECTION_LIMIT_EXCEEDED")
        case .insufficientScope: return (status, "FST_ERR_FORBIDDEN")
        case .notFound: return (status, "FST_ERR_NOT_FOUND")
        case .malformed: return (status, "FST_ERR_BAD_REQUEST")
        case .validation, .ticketInvalid: return (400, "FST_ERR_VALIDATION")
        case .tooLarge: return (status, "FST_ERR_CTP_BODY_TOO_LARGE")
        case .rateLimited: return (status, "FST_ERR_TOO_MANY_REQUESTS")
        case .calendarAlreadyConnected: return (status, "FST_ERR_CALENDAR_CONNECTION_ALREADY_EXISTS")
        // Meeting BaaS's own code for a grant that its user must renew (facts/meeting-baas.md 3.1).
        case .needsReconnect: return (401, "FST_ERR_OAUTH_TOKEN_REFRESH_FAILED")
        case .internalError: return (status, "FST_ERR_INTERNAL_SERVER_ERROR")
        default: return (status, "FST_ERR_" + problem.code.rawValue.uppercased())
        }
    }
}

// MARK: - what Meeting BaaS refuses

extension MirrorError {
    /// A refusal of Meeting BaaS. Its status and code pass; its message is redacted where it names objects that the
    /// caller did not name.
    /// - Parameter sent: everything that the caller sent, for telling its own ids from others'.
    init(_ operation: UpstreamOperation, _ reply: HTTPExchange.Reply, sent: String) {
        let error = UpstreamError(version: operation.version, reply: reply)
        let json = try? JSON.parse(reply.body, depth: 64, lenient: true)
        let said = json?["message"]?.stringValue ?? json?["error"]?.stringValue
        let message = said.map { MessageRedactor.redact($0, sent: sent) } ?? "Meeting BaaS refused the request."
        switch error {
        case .keyRefused:
            self.init(
                503, "FST_ERR_NOT_CONFIGURED", "Meeting BaaS refuses the gateway's API key; its operator must act.",
                upstream: error)
        case .rateLimited(let wait):
            self.init(429, "FST_ERR_TOO_MANY_REQUESTS", message, retryAfter: wait, upstream: error)
        case .unavailable where json?["code"]?.stringValue == nil:
            self.init(502, "FST_ERR_BAD_GATEWAY", "Meeting BaaS answered with status \(reply.status).", upstream: error)
        case .malformed:
            self.init(502, "FST_ERR_BAD_GATEWAY", "Meeting BaaS's answer could not be read.", upstream: error)
        default:
            self.init(
                reply.status, json?["code"]?.stringValue ?? Self.code(reply.status), message, upstream: error)
            details = json?["details"]?.stringValue.map { MessageRedactor.redact($0, sent: sent) }
        }
    }

    init(_ error: UpstreamError) {
        switch error {
        case .transport(.timeout):
            self.init(504, "FST_ERR_GATEWAY_TIMEOUT", "Meeting BaaS did not answer in time.", upstream: error)
        case .transport(let kind):
            self.init(502, "FST_ERR_BAD_GATEWAY", "Meeting BaaS did not answer (\(kind)).", upstream: error)
        case .grantRefused:
            self.init(
                401, "FST_ERR_OAUTH_TOKEN_REFRESH_FAILED", "Meeting BaaS could not use the grant.", upstream: error)
        case .quota(let code): self.init(429, code, "The Meeting BaaS account's quota is used up.", upstream: error)
        case .conflict(let code):
            self.init(409, code, "Meeting BaaS refuses this in its present state.", upstream: error)
        case .rejected(let status, let code, _):
            self.init(status, code ?? Self.code(status), "Meeting BaaS refused the request.", upstream: error)
        default:
            self.init(error.problem)
            upstream = error
        }
    }

    /// v1 has no codes.
    private static func code(_ status: Int) -> String {
        switch status {
        case 400: "FST_ERR_BAD_REQUEST"
        case 402: "FST_ERR_INSUFFICIENT_TOKENS"
        case 404: "FST_ERR_NOT_FOUND"
        case 409: "FST_ERR_CONFLICT"
        case 500...: "FST_ERR_INTERNAL_SERVER_ERROR"
        default: "FST_ERR_\(status)"
        }
    }

    /// Upstream's messages may name other tenants' objects (facts/meeting-baas.md 8.3).
    enum MessageRedactor {
        static func redact(_ text: String, sent: String) -> String {
            let sent = sent.lowercased()
            func keep(_ found: Substring, _ mark: String) -> String {
                sent.contains(found.lowercased()) ? String(found) : mark
            }
            return String(text.prefix(1000))
                .replacing(/https?:\/\/[^\s"']+/) { keep($0.output, "[url]") }
                .replacing(/[0-9A-Za-z._%+-]+@[0-9A-Za-z.-]+/) { keep($0.output, "[e-mail]") }
                .replacing(/[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}/) {
                    keep($0.output, "[id]")
                }
                .replacing(/[0-9A-Za-z_-]{24,}/) { keep($0.output, "[…]") }
        }
    }
}
