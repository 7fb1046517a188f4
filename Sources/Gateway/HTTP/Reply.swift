import HTTPTypes
import Hummingbird
import NIOCore
import Wire

extension Response {
    static func json(_ status: HTTPResponse.Status = .ok, _ value: JSON) -> Response {
        bytes(status, value.bytes, type: "application/json")
    }

    static func json(_ status: HTTPResponse.Status, bytes: [UInt8]) -> Response {
        Self.bytes(status, bytes, type: "application/json")
    }

    /// The contract as the binary carries it.
    static var contract: Response { bytes(.ok, Array(Contract.json.utf8), type: "application/json") }

    static func problem(_ problem: Problem, instance: String) -> Response {
        var response = bytes(
            problem.code.status, problem.json(instance: instance).bytes, type: "application/problem+json")
        response.headers.append(contentsOf: problem.headers)
        // RFC 8288: what the code means, for people.
        response.headers[link] = "<\(DocsRoutes.page(of: problem.code))>; rel=\"help\""
        if let wait = problem.retryAfter { response.headers[.retryAfter] = String(wait) }
        if problem.code == .unauthenticated { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }

    static func html(_ status: HTTPResponse.Status, _ page: String) -> Response {
        var response = bytes(status, Array(page.utf8), type: "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
        return response
    }

    static func text(_ text: String, type: String) -> Response { bytes(.ok, Array(text.utf8), type: type) }
    private static let link = HTTPField.Name.make("Link")

    static let noContent = Response(status: .noContent)

    private static func bytes(_ status: HTTPResponse.Status, _ bytes: [UInt8], type: String) -> Response {
        var headers: HTTPFields = [.contentType: type]
        headers[.contentLength] = String(bytes.count)
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// A list as every list of the API is.
func listPage(_ items: [JSON], next: String?) -> JSON {
    ["data": .array(items), "next_cursor": .text(next)]
}
