import HTTPTypes
import Hummingbird

/// Browser apps call `/api` and the mirror from origins that a tenant's settings list. A preflight has no credential,
/// so it passes if any active tenant lists the origin. A response is readable only if the caller's own tenant does. A
/// refusal without a tenant (an ended session's 401) gets the headers of a preflight: an app could not distinguish it
/// from an unreachable gateway otherwise.
///
/// Not Hummingbird's `CORSMiddleware`: its origins are fixed when it is built, and are the same for every caller.
struct CORSPolicy: Sendable {
    /// Returns true for an origin that an active tenant lists.
    private let isListed: @Sendable (_ origin: String) async throws -> Bool
    private let allowedHeaders: String

    init(surfaces: APISurfaces, isListed: @escaping @Sendable (_ origin: String) async throws -> Bool) {
        self.isListed = isListed
        let headers =
            ["authorization", "content-type", "idempotency-key"] + surfaces.credentialHeaders.map(\.canonicalName)
            // Tracing libraries of browsers add these to every request.
            + ["traceparent", "tracestate", "baggage", "sentry-trace"]
        allowedHeaders = headers.joined(separator: ", ")
    }

    func preflight(_ request: Request, _ surface: APISurface) async throws -> Response? {
        guard request.method == .options, surface.allowsOrigins, let origin = request.headers[.origin],
            request.headers[.accessControlRequestMethod] != nil
        else { return nil }
        var headers: HTTPFields = [.vary: "Origin"]
        if try await isListed(origin) {
            headers[.accessControlAllowOrigin] = origin
            headers[.accessControlAllowMethods] = "GET, POST, PUT, PATCH, DELETE"
            headers[.accessControlAllowHeaders] = allowedHeaders
            headers[.accessControlMaxAge] = "600"
        }
        return Response(status: .noContent, headers: headers)
    }

    /// Adds the headers of a reply to a caller who is not known.
    func decorate(_ response: inout Response, for request: Request, _ surface: APISurface) async {
        var allowed: [String] = []
        if surface.allowsOrigins, response.status.kind == .clientError, let origin = request.headers[.origin],
            (try? await isListed(origin)) ?? false
        {
            allowed = [origin]
        }
        decorate(&response.headers, origin: request.headers[.origin], surface, allowed: allowed)
    }

    /// - Parameters:
    ///   - origin: the request's.
    ///   - allowed: the origins of the caller's tenant.
    func decorate(
        _ headers: inout some ResponseFields, origin: String?, _ surface: APISurface, allowed: [String]
    ) {
        guard surface.allowsOrigins else { return }
        headers[.vary] = "Origin"
        guard let origin, allowed.contains(origin) else { return }
        headers[.accessControlAllowOrigin] = origin
        headers[.accessControlExposeHeaders] = "x-request-id, RateLimit, RateLimit-Policy, Retry-After"
    }
}
