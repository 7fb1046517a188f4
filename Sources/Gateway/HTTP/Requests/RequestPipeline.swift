import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import NIOCore
import Sealing
import SQL

/// The outermost middleware. Gives every request an id, a limit for clients without valid credentials, one log line,
/// errors as problem documents, and security and CORS headers.
struct RequestPipeline: MiddlewareProtocol {
    let logger: Logger
    let table: RouteTable
    let surfaces: APISurfaces
    let cors: CORSPolicy
    let limits: RequestLimits
    let metrics: RequestMetrics

    func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let started = ContinuousClock.now
        var response: Response
        context.metadata.hasBody = request.hasBody
        do {
            let preflight = try await cors.preflight(request)
            // A preflight has no credential, and the request that follows it may have a valid one.
            context.metadata.isUncounted = preflight?.headers[.accessControlAllowOrigin] != nil
            try admit(request, context)
            if let preflight {
                response = preflight
            } else {
                response = try await next(request, context)
            }
        } catch {
            response = refused(error, request, context).response
        }
        if let refusal = refusalOfUnauthenticated(request, context) { response = refusal.response }
        if request.method == .head { response = response.headOnly }
        addCommonHeaders(&response.headers, request, context)
        await cors.decorate(&response, for: request, allowed: context.metadata.allowedOrigins)
        if request.method != .head, response.body.contentLength == nil || context.metadata.isStreamed {
            logAndMeasureAtEnd(of: &response, request, context, since: started)
        } else {
            logAndMeasure(request, context, response.status, since: started)
        }
        return response
    }

    /// Checks the address limit and the path before anything else is done.
    func admit(_ request: Request, _ context: AppContext) throws {
        let path = request.uri.path
        let surface = surfaces[path]
        if !context.metadata.isUncounted, !surface.hasWellFormedCredential(request),
            let refusal = limits.refusal(request, context)
        {
            throw refusal
        }
        try surface.checkSpelling(path)
    }

    /// Returns a 429 for clients that repeatedly send well-formed but invalid credentials. Requests without a
    /// well-formed credential are checked by `admit`; once admitted, their own response is sent.
    func refusalOfUnauthenticated(_ request: Request, _ context: AppContext) -> BufferedResponse? {
        if context.metadata.isAuthenticated || context.metadata.isUncounted { return nil }
        defer { limits.countUnauthenticated(request, context) }
        guard surfaces[request].hasWellFormedCredential(request) else { return nil }
        return limits.refusal(request, context).map { refused($0, request, context) }
    }

    /// Adds the headers that every response has.
    func addCommonHeaders(_ headers: inout HTTPFields, _ request: Request, _ context: AppContext) {
        for field in context.metadata.headers where headers[field.name] == nil { headers.append(field) }
        headers[Self.requestID] = context.metadata.id
        headers[.xContentTypeOptions] = "nosniff"
        headers[Self.referrerPolicy] = "no-referrer"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        if let parent = request.headers[Self.traceParent] { headers[Self.traceParent] = parent }
    }

    /// The one log line, and the metrics.
    func logAndMeasure(
        _ request: Request, _ context: AppContext, _ status: HTTPResponse.Status,
        since started: ContinuousClock.Instant,
        broken: BrokenReply? = nil
    ) {
        let took = ContinuousClock.now - started
        let route = context.metadata.route ?? context.endpointPath
        let metrics = context.metadata.routeMetrics ?? self.metrics.route(request.method, route)
        metrics.record(status, took: took, broken: broken)
        log(request, context, status, took, broken)
    }

    /// The error response, in the form of the request's API surface.
    func refused(_ error: any Error, _ request: Request, _ context: AppContext) -> BufferedResponse {
        let format = surfaces[request].errorFormat
        return format.ownResponse(to: error)
            ?? format.response(to: problem(for: error, request, context), requestID: context.metadata.id)
    }

    private func problem(for error: any Error, _ request: Request, _ context: AppContext) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as HTTPError where error.status == .notFound:
            let methods = table.methods(at: request.uri.path)
            guard !methods.isEmpty else { return .notFound }
            var problem = Problem(.methodNotAllowed, "This path does not take \(request.method.rawValue).")
            problem.headers[.allow] = methods.map(\.rawValue).joined(separator: ", ")
            return problem
        case let error as SQLError:
            logger.error("storage failed", metadata: ["request.id": .string(context.metadata.id), "error": "\(error)"])
            return Problem(.storageUnavailable, "Storage did not answer; try again.", action: .wait, retryAfter: 5)
        case let error as SealingError:
            // A missing key or a manipulated value: only the operator can repair it.
            logger.error(
                "a sealed value does not open",
                metadata: ["request.id": .string(context.metadata.id), "error": "\(error)"])
            return Problem(
                .storageUnavailable, "A sealed value does not open with the keys of this gateway.", action: .operator)
        case let refused as any ProblemConvertible: return refused.problem
        default:
            logger.error(
                "unexpected error",
                metadata: [
                    "request.id": .string(context.metadata.id), "error.type": "\(type(of: error))", "error": "\(error)",
                ])
            return Problem(.internalError, "Something went wrong here. The request id finds it in the log.")
        }
    }

    /// One line a request; never a query string, a body, a token or an e-mail address.
    private func log(
        _ request: Request, _ context: AppContext, _ status: HTTPResponse.Status, _ took: Duration,
        _ broken: BrokenReply?
    ) {
        guard logger.logLevel <= .info else { return }
        var metadata: Logger.Metadata = [
            "request.id": .string(context.metadata.id), "http.method": .string(request.method.rawValue),
            "http.route": .string(context.metadata.route ?? context.endpointPath ?? "-"),
            "http.status": .stringConvertible(status.code),
            "duration_ms": .stringConvertible((took.seconds * 1_000_000).rounded() / 1000),
        ]
        if let address = limits.addresses.client(of: request, peer: context.remoteAddress) {
            metadata["client.address"] = .string(address)
        }
        for (name, value) in context.metadata.values { metadata[name] = .string(value) }
        if let broken { metadata["reply.broken"] = .string(broken.rawValue) }
        logger.log(level: broken?.isError ?? false ? .warning : .info, "request", metadata: metadata)
    }

    static let requestID = HTTPField.Name.make("x-request-id")
    private static let referrerPolicy = HTTPField.Name.make("Referrer-Policy")
    private static let traceParent = HTTPField.Name.make("traceparent")
}

extension HTTPField.Name {
    /// A name that is written in the code.
    static func make(_ name: StaticString) -> HTTPField.Name {
        guard let made = HTTPField.Name("\(name)") else { preconditionFailure("\(name) is no header name") }
        return made
    }
}
