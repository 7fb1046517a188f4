import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import Sealing
import SQL

/// The way of a request, in one direction: limit for clients without valid credentials, authentication, the tenant's rate
/// limit, authorization, body, Idempotency-Key, handler. Then the reply gets an id, security and CORS headers, one log line;
/// errors become the surface's error responses.
final class RequestPipeline: Sendable {
    let logger: Logger
    let table: RouteTable
    let surfaces: APISurfaces
    let cors: CORSPolicy
    let limits: RequestLimits
    let idempotency: Idempotency
    let metrics: RequestMetrics

    init(
        logger: Logger, table: RouteTable, surfaces: APISurfaces, cors: CORSPolicy, limits: RequestLimits,
        idempotency: Idempotency, metrics: RequestMetrics
    ) {
        (self.logger, self.table, self.surfaces, self.cors) = (logger, table, surfaces, cors)
        (self.limits, self.idempotency, self.metrics) = (limits, idempotency, metrics)
    }

    /// - Parameters:
    ///   - source: the connection that the request came on, and what the router found.
    ///   - route: the one that the router found; nil: none.
    ///   - routeMetrics: its metrics, found when the router was built.
    func respond(
        to request: Request, from source: RequestSource, at route: Route?, measuredBy routeMetrics: RouteMetrics? = nil
    ) async -> Response {
        let path = request.uri.path
        let answering = route ?? table.fallback(at: path)
        let name = answering?.path ?? Self.withoutRoute
        var exchange = begin(
            request, path, from: source, route: name, measuredBy: routeMetrics ?? metrics.route(request.method, name))
        var response: Response
        do {
            if let preflight = try await preflight(request, &exchange) {
                response = preflight
            } else {
                try admit(exchange)
                guard let answering else { throw table.refusal(request.method, path) }
                let sender = try await answering.authenticate(
                    request, exchange.metadata, PathValues(parameters: source.parameters))
                try authenticated(sender.authentication, &exchange)
                guard let route else { throw table.refusal(request.method, path) }
                let scope = exchange.authentication.tenant.map { TenantScope.tenant($0.id) } ?? .all
                response = try await TenantScope.$current.withValue(scope) {
                    try await answer(request, sender, route)
                }
                response.body = response.body.reading(scope)
            }
        } catch {
            response = refused(error, exchange).response
        }
        if let refusal = refusalOfUnauthenticated(exchange) { response = refusal.response }
        if request.method == .head { response = response.headOnly }
        addCommonHeaders(&response.headers, exchange)
        if exchange.authentication.tenant == nil {
            await cors.decorate(&response, for: request, exchange.metadata.surface)
        }
        if request.method != .head, response.body.contentLength == nil || exchange.metadata.isStreamed {
            logAndMeasureAtEnd(of: &response, exchange)
        } else {
            logAndMeasure(exchange, response.status)
        }
        return response
    }

    /// The name in log and metrics of requests for which there is no route, as dashboards know it.
    private static let withoutRoute = "NotFound"

    // MARK: Steps

    /// - Parameters:
    ///   - path: the request's, without its query.
    ///   - route: the route's path for logs and metrics; nil: none answers.
    ///   - routeMetrics: the route's.
    ///   - started: the time at which the head came.
    func begin(
        _ request: Request, _ path: String, from source: RequestSource, route: String?,
        measuredBy routeMetrics: RouteMetrics, at started: ContinuousClock.Instant = .now
    ) -> Exchange {
        begin(
            request.headers, request.method, path, query: request.uri.query, from: source, route: route,
            measuredBy: routeMetrics, at: started)
    }

    /// The same for a request that the router has not seen.
    /// - Parameter surface: the path's, if it is known.
    func begin(
        _ fields: some RequestFields, _ method: HTTPRequest.Method, _ path: String, query: @autoclosure () -> String?,
        surface: APISurface? = nil, from source: RequestSource, route: String?,
        measuredBy routeMetrics: RouteMetrics, at started: ContinuousClock.Instant = .now
    ) -> Exchange {
        let metadata = RequestMetadata(
            fields, query: query(), surface: surface ?? surfaces[path], addresses: limits.addresses, source: source,
            at: started)
        return Exchange(
            method: method, path: path, origin: fields[.origin], traceParent: fields[Self.traceParent],
            hasBody: fields.hasBody, metadata: metadata, route: route, metrics: routeMetrics)
    }

    /// - Returns: the reply to a CORS preflight; nil for every other request.
    private func preflight(_ request: Request, _ exchange: inout Exchange) async throws -> Response? {
        guard let preflight = try await cors.preflight(request, exchange.metadata.surface) else { return nil }
        // A preflight has no credential, and the request that follows it may have a valid one.
        if preflight.headers[.accessControlAllowOrigin] != nil { exchange.authentication = .exempt }
        try admit(exchange)
        return preflight
    }

    /// Checks the address limit and the path before anything else is done.
    func admit(_ exchange: Exchange) throws {
        let metadata = exchange.metadata
        if case .none = exchange.authentication, !metadata.hasWellFormedCredential,
            let refusal = limits.refusal(metadata.network)
        {
            throw refusal
        }
        try metadata.surface.checkSpelling(exchange.path)
    }

    /// Takes note of an authenticated request, and takes its place in the tenant's rate.
    /// - Throws: the tenant's refusal, `rate_limited`.
    func authenticated(_ authentication: Authentication, _ exchange: inout Exchange) throws {
        exchange.authentication = authentication
        guard exchange.authentication.isAuthenticated else { return }
        exchange.metadata.openConnection(hasBody: exchange.hasBody)
        guard let tenant = exchange.authentication.tenant else { return }
        if let refusal = tenant.refusal { throw refusal }
        let decision = limits.take(tenant)
        exchange.tenantLimit = decision
        if !decision.isAllowed { throw RequestLimits.refusal(decision) }
    }

    /// Runs the route's work, for a POST with an Idempotency-Key once.
    private func answer(
        _ request: Request, _ sender: any AuthenticatedRequest, _ route: Route
    ) async throws -> Response {
        let handle = try sender.authorize(request)
        let prepared = try await sender.prepared(request)
        guard request.method == .post, let owner = sender.idempotencyOwner else { return try await handle(prepared) }
        return try await idempotency.once(
            prepared, route: route.idempotencyName, owner: owner, resumes: route.resumes, handle: handle)
    }

    /// Returns a 429 for clients that repeatedly send well-formed but invalid credentials. Requests without a
    /// well-formed credential are checked by `admit`; once admitted, their own response is sent.
    func refusalOfUnauthenticated(_ exchange: Exchange) -> BufferedResponse? {
        guard case .none = exchange.authentication else { return nil }
        let metadata = exchange.metadata
        defer { limits.countUnauthenticated(metadata.network) }
        guard metadata.hasWellFormedCredential else { return nil }
        return limits.refusal(metadata.network).map { refused($0, exchange) }
    }

    // MARK: The reply

    /// Adds the headers that every response has, and those that a known caller's browser needs.
    func addCommonHeaders(_ headers: inout some ResponseFields, _ exchange: Exchange) {
        if let decision = exchange.tenantLimit, headers[.rateLimit] == nil {
            decision.add(to: &headers, RequestLimits.tenantPolicy)
        }
        headers[Self.requestID] = exchange.metadata.id
        headers[.xContentTypeOptions] = "nosniff"
        headers[Self.referrerPolicy] = "no-referrer"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        if let parent = exchange.traceParent { headers[Self.traceParent] = parent }
        if let tenant = exchange.authentication.tenant {
            cors.decorate(&headers, origin: exchange.origin, exchange.metadata.surface, allowed: tenant.allowedOrigins)
        }
    }

    /// The error response, in the form of the request's API surface.
    func refused(_ error: any Error, _ exchange: Exchange) -> BufferedResponse {
        let (format, id) = (exchange.metadata.surface.errorFormat, exchange.metadata.id)
        return format.ownResponse(to: error) ?? format.response(to: problem(for: error, id), requestID: id)
    }

    private func problem(for error: any Error, _ requestID: String) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as SQLError:
            logger.error("storage failed", metadata: ["request.id": .string(requestID), "error": "\(error)"])
            return Problem(.storageUnavailable, "Storage did not answer; try again.", action: .wait, retryAfter: 5)
        case let error as SealingError:
            // A missing key or a manipulated value: only the operator can repair it.
            logger.error(
                "a sealed value does not open", metadata: ["request.id": .string(requestID), "error": "\(error)"])
            return Problem(
                .storageUnavailable, "A sealed value does not open with the keys of this gateway.", action: .operator)
        case let refused as any ProblemConvertible: return refused.problem
        default:
            logger.error(
                "unexpected error",
                metadata: [
                    "request.id": .string(requestID), "error.type": "\(type(of: error))", "error": "\(error)",
                ])
            return Problem(.internalError, "Something went wrong here. The request id finds it in the log.")
        }
    }

    // MARK: Log and metrics

    /// The one log line, and the metrics.
    func logAndMeasure(_ exchange: Exchange, _ status: HTTPResponse.Status, broken: BrokenReply? = nil) {
        let took = ContinuousClock.now - exchange.metadata.started
        exchange.metrics.record(status, took: took, broken: broken)
        log(exchange, status, took, broken)
    }

    /// Logs and counts a reply whose body comes while it is sent: when the body has ended, and how it has ended. The status
    /// was sent before and says nothing about that.
    func logAndMeasureAtEnd(of response: inout Response, _ exchange: Exchange) {
        let (body, status) = (response.body, response.status)
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            do {
                try await body.write(writer)
            } catch {
                self.logAndMeasure(exchange, status, broken: BrokenReply(error))
                throw error
            }
            self.logAndMeasure(exchange, status)
        }
    }

    /// One line a request; never a query string, a body, a token or an e-mail address.
    private func log(_ exchange: Exchange, _ status: HTTPResponse.Status, _ took: Duration, _ broken: BrokenReply?) {
        guard logger.logLevel <= .info else { return }
        let request = exchange.metadata
        var metadata = Logger.Metadata(minimumCapacity: 10)
        metadata["request.id"] = .string(request.id)
        metadata["http.method"] = .string(exchange.method.rawValue)
        metadata["http.route"] = .string(exchange.route ?? "-")
        metadata["http.status"] = .stringConvertible(status.code)
        metadata["duration_ms"] = .stringConvertible((took.seconds * 1_000_000).rounded() / 1000)
        if let address = request.address { metadata["client.address"] = .string(address) }
        if let tenant = exchange.authentication.tenant { metadata["tenant.id"] = .string(tenant.id) }
        for (name, value) in request.values { metadata[name] = .string(value) }
        if let broken { metadata["reply.broken"] = .string(broken.rawValue) }
        logger.log(level: broken?.isError ?? false ? .warning : .info, "request", metadata: metadata)
    }

    static let requestID = HTTPField.Name.make("x-request-id")
    private static let referrerPolicy = HTTPField.Name.make("Referrer-Policy")
    private static let traceParent = HTTPField.Name.make("traceparent")
}

/// One request on its way through the pipeline.
struct Exchange: Sendable {
    let method: HTTPRequest.Method
    /// Without the query.
    let path: String
    let origin: String?
    let traceParent: String?
    let hasBody: Bool
    let metadata: RequestMetadata
    /// The route's path for logs and metrics; nil: none answers.
    let route: String?
    let metrics: RouteMetrics
    var authentication = Authentication.none
    /// The tenant's limit once this request is counted.
    var tenantLimit: RateLimiter.Decision?
}

extension ResponseBody {
    /// The same body, which reads storage with a scope. It is written after the request's work has returned.
    fileprivate func reading(_ scope: TenantScope) -> ResponseBody {
        guard scope != .all, contentLength == nil else { return self }
        return ResponseBody { writer in
            try await TenantScope.$current.withValue(scope) { try await self.write(writer) }
        }
    }
}

extension HTTPField.Name {
    /// A name that is written in the code.
    static func make(_ name: StaticString) -> HTTPField.Name {
        guard let made = HTTPField.Name("\(name)") else { preconditionFailure("\(name) is no header name") }
        return made
    }
}
