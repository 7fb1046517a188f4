import HTTPTypes
import Hummingbird
import JSONValue
import NIOCore
import Sealing

/// The contract as a page, and a page for each problem code. Rendered once, from what the binary carries.
struct DocsRoutes: Sendable {
    func add(to routes: inout RouteList) {
        routes.anyone(.get, "/docs") { request, _, _ in try Self.files.get().page.reply(to: request) }
        routes.anyone(.get, "/docs/app.js") { request, _, _ in Self.script.reply(to: request) }
        routes.anyone(.get, "/docs/style.css") { request, _, _ in Self.style.reply(to: request) }
        routes.anyone(.get, "/docs/problems") { request, _, _ in try Self.files.get().problems.reply(to: request) }
        routes.anyone(.get, "/docs/problems/{code}") { request, _, path in
            guard let code = Problem.Code(rawValue: try path("code")), let file = try Self.files.get().codes[code]
            else { throw Problem.notFound }
            return file.reply(to: request)
        }
    }

    private struct Files: Sendable {
        let page: DocsFile
        let problems: DocsFile
        let codes: [Problem.Code: DocsFile]

        init(_ contract: ContractDocument) {
            page = DocsFile(DocsPage(contract: contract).html)
            let pages = ProblemPages(contract: contract)
            problems = DocsFile(pages.list)
            codes = Dictionary(uniqueKeysWithValues: Problem.Code.allCases.map { ($0, DocsFile(pages.page(of: $0))) })
        }
    }

    private static let files = Result { Files(try ContractDocument()) }
    private static let script = DocsFile(DocsAssets.docsJS, type: "text/javascript; charset=utf-8")
    private static let style = DocsFile(DocsAssets.docsCSS, type: "text/css; charset=utf-8")
}

/// One file of the pages. Caches keep it and ask each time whether it is still the same (RFC 9110 section 13.1.2), so
/// that after an upgrade page, script and style always belong together.
private struct DocsFile: Sendable {
    let bytes: ByteBuffer
    let type: String
    let tag: String

    init(_ page: HTML) { self.init(page.text, type: "text/html; charset=utf-8") }

    init(_ text: String, type: String) {
        let content = Array(text.utf8)
        bytes = ByteBuffer(bytes: content)
        self.type = type
        tag = "\"\(Hex.encode(Array(Digests.sha256(content).prefix(16))))\""
    }

    func reply(to request: Request) -> Response {
        var headers: HTTPFields = [
            .eTag: tag, .cacheControl: "public, no-cache", .contentSecurityPolicy: Self.policy,
        ]
        if isKnown(request.headers[values: .ifNoneMatch]) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = type
        headers[.contentLength] = String(bytes.readableBytes)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: bytes))
    }

    /// A proxy that compresses makes the tag a weak one.
    private func isKnown(_ tags: [String]) -> Bool {
        tags.joined(separator: ",").split(separator: ",").map(\.trimmingBlanks)
            .contains { $0 == tag || $0 == "W/\(tag)" || $0 == "*" }
    }

    /// Nothing from elsewhere, nothing inline, no frame around it; `data:` is the icon that is none.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")
}
