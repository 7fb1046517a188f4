import HTTPTypes
import Hummingbird
import JSONValue
import NIOCore

/// A reply whose body is at hand: for the router, and for handlers that stand before it.
struct BufferedResponse: Sendable {
    var head: HTTPResponse
    let body: ByteBuffer

    /// - Parameter type: nil for a reply without a body.
    init(_ status: HTTPResponse.Status, _ bytes: [UInt8], type: String?) {
        body = ByteBuffer(bytes: bytes)
        head = HTTPResponse(status: status, headerFields: [.contentLength: String(bytes.count)])
        head.headerFields[.contentType] = type
    }

    static func json(_ status: HTTPResponse.Status, _ value: JSON) -> BufferedResponse {
        BufferedResponse(status, value.bytes, type: "application/json")
    }

    static func problem(_ problem: Problem, instance: String) -> BufferedResponse {
        var reply = BufferedResponse(
            problem.code.status, problem.json(instance: instance).bytes, type: "application/problem+json")
        reply.head.headerFields.append(contentsOf: problem.headers)
        // RFC 8288: what the code means, for people.
        reply.head.headerFields[link] = "<\(problem.code.pagePath)>; rel=\"help\""
        if let wait = problem.retryAfter { reply.head.headerFields[.retryAfter] = String(wait) }
        if problem.code == .unauthenticated { reply.head.headerFields[.wwwAuthenticate] = "Bearer" }
        return reply
    }

    private static let link = HTTPField.Name.make("Link")

    var response: Response {
        Response(status: head.status, headers: head.headerFields, body: .init(byteBuffer: body))
    }
}

extension Problem.Code {
    /// The path of the page that explains the code.
    var pagePath: String { "/docs/problems/\(rawValue)" }
}

extension Response {
    static func json(_ status: HTTPResponse.Status = .ok, _ value: JSON) -> Response {
        BufferedResponse.json(status, value).response
    }

    static func json(_ status: HTTPResponse.Status, bytes: [UInt8]) -> Response {
        BufferedResponse(status, bytes, type: "application/json").response
    }

    /// The contract as the binary carries it.
    static var contract: Response { json(.ok, bytes: Array(Contract.json.utf8)) }

    static func html(_ status: HTTPResponse.Status, _ page: String) -> Response {
        var response = BufferedResponse(status, Array(page.utf8), type: "text/html; charset=utf-8").response
        response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
        return response
    }

    static func text(_ text: String, type: String) -> Response {
        BufferedResponse(.ok, Array(text.utf8), type: type).response
    }

    static let noContent = Response(status: .noContent)

    /// The response without its body and with its original length.
    var headOnly: Response {
        Response(status: status, headers: headers, body: .init { writer in try await writer.finish(nil) })
    }
}

/// A list as every list of the API is.
func listPage(_ items: [JSON], next: String?) -> JSON {
    ["data": .array(items), "next_cursor": .text(next)]
}
