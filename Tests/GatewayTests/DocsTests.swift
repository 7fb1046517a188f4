import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

@testable import Gateway

/// A page, or a part of one, which a failed expectation names instead of printing it.
private struct Page: CustomTestStringConvertible {
    let name: String
    let text: String
    var testDescription: String { name }

    func contains(_ markup: String) -> Bool { text.contains(markup) }
    func count<T>(_ pattern: Regex<T>) -> Int { text.matches(of: pattern).count }

    /// The article of an operation.
    func article(_ id: String) throws -> Page {
        let start = try #require(text.range(of: "<article class=\"operation\" id=\"\(id)\""))
        let end = try #require(text.range(of: "</article>", range: start.upperBound..<text.endIndex))
        return Page(name: id, text: String(text[start.lowerBound..<end.lowerBound]))
    }
}

struct DocsTests {
    private let contract: ContractDocument
    private let docs: Page
    /// Every page by its path.
    private let pages: [String: Page]

    /// Rendered once for all tests, as for all requests.
    private static let rendered = Result {
        let contract = try ContractDocument()
        let problems = ProblemPages(contract: contract)
        var pages = ["/docs": DocsPage(contract: contract).html.text, "/docs/problems": problems.list.text]
        for code in Problem.Code.allCases { pages["/docs/problems/\(code.rawValue)"] = problems.page(of: code).text }
        return (contract, pages.map { Page(name: $0, text: $1) })
    }

    init() throws {
        let (contract, pages) = try Self.rendered.get()
        self.contract = contract
        self.pages = Dictionary(uniqueKeysWithValues: pages.map { ($0.name, $0) })
        docs = try #require(self.pages["/docs"])
    }

    @Test func `Every operation of the contract is on the page, with path, caller, scope and problems`() throws {
        #expect(contract.operations.count > 40)
        for operation in contract.operations {
            let article = try docs.article(operation.id)
            #expect(docs.contains("<a href=\"#\(operation.id)\"><span class=\"method \(operation.method)\">"))
            #expect(article.contains("<span class=\"method \(operation.method)\">\(operation.method)</span>"))
            #expect(operation.isSent || article.contains("<code>\(operation.path)</code>"))
            if let scope = operation.scope { #expect(article.contains("<code>\(scope)</code>"), "\(operation.id)") }
            for code in operation.problemCodes {
                #expect(article.contains("href=\"/docs/problems/\(code)\""), "\(operation.id)")
            }
            for parameter in operation.parameters {
                let name = try #require(parameter["name"]?.stringValue)
                #expect(article.contains("<code>\(name)</code>"), "\(operation.id)")
            }
        }
    }

    @Test func `The fields of a body are told with what they must be`() throws {
        let article = try docs.article("putRecording")
        #expect(
            article.contains(
                "<code>bot_name</code> <span class=\"type\">string</span> <span class=\"required\">required</span>"))
        #expect(article.contains("<code>speaker_view</code>, <code>gallery_view</code>, <code>audio_only</code>"))
        #expect(article.contains("120 to 1800") && article.contains("<code>waiting_room</code>"))
        #expect(article.contains("1 to 255 characters"))
    }

    @Test func `Every problem code has a page that names it, its status and what to do`() throws {
        for code in Problem.Code.allCases {
            let page = try #require(pages["/docs/problems/\(code.rawValue)"])
            #expect(page.contains("<code>\(code.rawValue)</code>") && page.contains(">\(code.status.code)<"))
            for id in ["causes", "check", "fix", "act", "again"] { #expect(page.contains("<h2 id=\"\(id)\">")) }
            #expect(page.count(/<li>/) > 3, "\(code.rawValue) says little")
            #expect(pages["/docs/problems"]?.contains("href=\"/docs/problems/\(code.rawValue)\"") == true)
        }
    }

    @Test func `Nothing is loaded from elsewhere, nothing is inline`() throws {
        for page in pages.values {
            #expect(page.count(/<script/) == 1 && page.contains("<script src=\"/docs/app.js\" defer>"))
            #expect(page.count(/<link\s/) == 2 && page.contains("href=\"/docs/style.css\""))
            #expect(page.count(/<(style|img|iframe|object|embed|base|form action)/) == 0)
            for tag in page.text.matches(of: /<[a-z][^>]*>/) {
                #expect(tag.output.firstMatch(of: /\s(on[a-z]+|style|srcset)=/) == nil, "\(page.name)")
                #expect(tag.output.firstMatch(of: /(src|href)="(https?:|\/\/)/) == nil, "\(page.name)")
            }
        }
        #expect(Page(name: "style", text: DocsAssets.docsCSS).count(/url\(|@import|https?:/) == 0)
        let forbidden = /https?:|innerHTML|outerHTML|insertAdjacentHTML|eval\(|Storage|cookie|document\.write/
        #expect(Page(name: "script", text: DocsAssets.docsJS).count(forbidden) == 0)
    }

    @Test func `Every link leads somewhere`() throws {
        let known = Set(pages.keys).union(["/docs/style.css", "/openapi.json", "data:,"])
        let places = pages.mapValues { page in Set(page.text.matches(of: /\sid="([^"]*)"/).map { $0.1 }) }
        for (path, page) in pages {
            for link in page.text.matches(of: /href="([^"]*)"/).map({ String($0.1) }) {
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let target = parts[0].isEmpty ? path : String(parts[0])
                #expect(known.contains(target), "\(path): \(link)")
                guard parts.count > 1 else { continue }
                #expect(places[target]?.contains(parts[1]) == true, "\(path): \(link)")
            }
        }
    }

    @Test func `The pages are well nested, and no id stands twice`() throws {
        let void: Set<Substring> = ["meta", "link", "input", "br"]
        for (path, page) in pages {
            var open: [Substring] = []
            for tag in page.text.matches(of: /<(\/?)([a-z][a-z0-9]*)[^>]*>/) {
                if void.contains(tag.2) { continue }
                if tag.1.isEmpty {
                    open.append(tag.2)
                } else {
                    #expect(open.popLast() == tag.2, "\(path): \(tag.0)")
                }
            }
            #expect(open.isEmpty, "\(path)")
            let ids = page.text.matches(of: /\sid="([^"]*)"/).map { $0.1 }
            #expect(Set(ids).count == ids.count, "\(path)")
            // Markup that was taken for text.
            #expect(page.count(/&lt;\/(code|p|li|ul|a)&gt;|&amp;lt;/) == 0)
        }
    }

    @Test func `A shell reads every example, and hands curl the body that the contract has`() throws {
        let examples = contract.operations.filter { !$0.isSent }.map { CurlExample(contract: contract, operation: $0) }
        let script = """
            curl() { for last; do :; done; printf '%s\\0' "$last"; }
            export GATEWAY=http://localhost KEY=k SESSION=s GATEWAY_ADMIN_TOKEN=t

            """
        let output = try shell(script + examples.map(\.text).joined(separator: "\n"))
        let last = output.split(separator: "\0", omittingEmptySubsequences: false).dropLast()
        #expect(last.count == examples.count)
        for (example, last) in zip(examples, last) {
            if let body = example.body {
                #expect(try JSON.parse(String(last)) == body)
            } else {
                #expect(last.hasPrefix("http://localhost/") || last.hasPrefix("Authorization: Bearer "))
            }
        }
    }

    @Test func `Texts from the contract and from callers of the page are escaped`() {
        let evil = "<script>alert(1)</script> & \"quotes\""
        #expect(!CodeBlock.json([.string(evil)]).text.contains("<script"))
        let page = DocsAssets.pageHTML(title: evil, kind: "docs", version: evil, navigation: "", content: "<p></p>")
            .text
        #expect(page.contains("<title>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;</title>"))
        #expect(!page.contains("<script>") && page.contains("<p></p>"))
    }

    @Test func `Code in a text links to the operation or the problem that it names`() throws {
        #expect(docs.contains("<a href=\"#createConnection\"><code>POST /api/v1/connections</code></a>"))
        let page = try #require(pages["/docs/problems/account_mismatch"])
        #expect(page.contains("<a href=\"/docs#createConnection\"><code>POST /api/v1/connections</code></a>"))
    }

    @Test func `The built program serves the pages, and every problem leads to its own`() async throws {
        let (gateway, program) = try await serve()
        defer { program.kill() }
        for (path, page) in pages {
            let reply = try await gateway.call(.get, path)
            let isSame = reply.text == page.text
            #expect(reply.status == 200 && isSame, "\(path)")
            #expect(reply.header("Content-Type") == "text/html; charset=utf-8")
            let policy = try #require(reply.header("Content-Security-Policy"))
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"))
            #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
        }
        let script = try await gateway.call(.get, "/docs/app.js")
        let isScript = script.text == DocsAssets.docsJS
        #expect(isScript && script.header("Content-Type") == "text/javascript; charset=utf-8")
        let style = try await gateway.call(.get, "/docs/style.css")
        let isStyle = style.text == DocsAssets.docsCSS
        #expect(isStyle && style.header("Content-Type") == "text/css; charset=utf-8")

        let tag = try #require(style.header("ETag"))
        let again = try await gateway.with("If-None-Match", "W/\(tag)").call(.get, "/docs/style.css")
        #expect(again.status == 304 && again.text.isEmpty && again.header("ETag") == tag)
        let other = try await gateway.with("If-None-Match", tag).call(.get, "/docs/app.js")
        #expect(other.status == 200)

        for (path, code) in [
            ("/docs/problems/no_such", "not_found"), ("/docs/nothing", "not_found"),
            ("/api/v1/calendars", "unauthenticated"),
        ] {
            let reply = try await gateway.call(.get, path)
            #expect(reply.code == code)
            #expect(reply.header("Link") == "</docs/problems/\(code)>; rel=\"help\"")
        }
    }

    private func serve() async throws -> (API, Program) {
        let port = try TestEnvironment.freePort()
        let folder = try Fixture.temporaryFolder()
        let program = try Program(
            ["serve"],
            environment: [
                "GATEWAY_PORT": String(port), "GATEWAY_MASTER_KEY": String(repeating: "A", count: 43) + "=",
                "GATEWAY_DATABASE_URL": "sqlite:\(folder.path)/gateway.db",
            ], folder: folder)
        try await program.prints("\"listening\"")
        return (API("http://localhost:\(port)"), program)
    }

    private func shell(_ script: String) throws -> String {
        let shell = try Command("/bin/sh", [], input: script)
        #expect(shell.code == 0, "\(shell.output)")
        return shell.output
    }
}
