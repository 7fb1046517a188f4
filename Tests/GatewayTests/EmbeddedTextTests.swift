import Foundation
import Support
import Testing

/// The files that `openapi/embed.py` embeds, and its rendering of Markdown.
struct EmbeddedTextTests {
    private static let package = Fixture.package
    private static let python = "/usr/bin/python3"

    private static func check(_ folder: URL) throws -> Command {
        try Command(python, ["openapi/embed.py", "--check"], folder: folder)
    }

    private static func render(_ text: String) throws -> String {
        let run = try Command(python, ["openapi/prose.py", text], folder: package)
        try #require(run.code == 0, "\(run.output)")
        return run.output
    }

    /// The files of all `Assets` folders with this ending.
    private static func assets(_ ending: String) throws -> [URL] {
        let sources = package.appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        return files.compactMap { $0 as? URL }.filter { $0.path.contains("/Assets/") && $0.pathExtension == ending }
    }

    @Test func `The generated files are what their sources make`() throws {
        let run = try Self.check(Self.package)
        #expect(run.code == 0, "\(run.output)")
    }

    @Test(arguments: [
        ("Sources/Gateway/Docs/Assets/docs.css", "GatewayAssets"),
        ("Sources/Sandbox/Demo/Assets/app/main.js", "SandboxAssets"),
        ("Sources/Gateway/Docs/Problems/Texts/conflict.md", "ProblemTexts"), ("openapi/gateway.yaml", "Contract"),
    ]) func `A changed source is found`(source: String, generated: String) throws {
        let folder = try Fixture.temporaryFolder()
        for name in ["openapi", "Sources"] {
            try FileManager.default.copyItem(
                at: Self.package.appendingPathComponent(name), to: folder.appendingPathComponent(name))
        }
        let file = folder.appendingPathComponent(source)
        let text = try String(contentsOf: file, encoding: .utf8)
        let isContract = generated == "Contract"
        let changed = isContract ? text.replacing("title: Meeting Gateway", with: "title: Another") : text + "changed\n"
        try changed.write(to: file, atomically: true, encoding: .utf8)
        let run = try Self.check(folder)
        #expect(run.code == 1 && run.output.contains("\(generated).swift"), "\(run.output)")
    }

    @Test func `Markdown is shown as text, never taken as markup`() throws {
        let evil = try Self.render("<script>alert(1)</script> & \"quotes\"")
        #expect(evil == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;</p>\n")
        for text in [
            "`<b>` **<i>** [<u>](/docs) ![<u>](/docs)", "## <b>", "|<b>|\n|---|\n|<i>|", "- <b>\n  ```\n  <i>\n  ```",
        ] {
            #expect(try Self.render(text).matches(of: /<(b|i|u)>/).isEmpty, "\(text)")
        }
        // Links of the contract stay within this site.
        for link in ["https://elsewhere.example", "javascript:alert", "//elsewhere.example", "data:text/html,x"] {
            #expect(try !Self.render("[x](\(link)) <\(link)>").contains("href"), "\(link)")
        }
    }

    @Test func `Lists, tables and fenced blocks are what they look like`() throws {
        let html = try Self.render(
            """
            One `a
            b` line.

            - first
              goes on:
              ```
              run <this>
                now
              ```
            - second

            | a | b |
            |---|---|
            | **x** | `y` |
            """)
        #expect(html.contains("<p>One <code>a b</code> line.</p>"))
        #expect(html.contains("<li>first\ngoes on:<figure") && html.contains("<code>run &lt;this&gt;\n  now</code>"))
        #expect(html.contains("<li>second</li>"))
        #expect(html.contains("<td><strong>x</strong></td><td><code>y</code></td>"))
        #expect(!html.contains("---"))
    }

    @Test func `Every script is JavaScript`() throws {
        let files = try Self.assets("js")
        #expect(files.count > 8)
        let folder = try Fixture.temporaryFolder()
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            // Node decides by the ending whether a file is a module.
            let isModule = text.contains(/^(import|export)\b/.anchorsMatchLineEndings())
            let copy = folder.appendingPathComponent(
                "\(file.deletingPathExtension().lastPathComponent).\(isModule ? "mjs" : "cjs")")
            try text.write(to: copy, atomically: true, encoding: .utf8)
            let run = try Command("node", ["--check", copy.path])
            #expect(run.code == 0, "\(file.lastPathComponent): \(run.output)")
        }
    }

    @Test func `Every style sheet closes what it opens, and loads nothing`() throws {
        let files = try Self.assets("css")
        #expect(files.count == 2)
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            var depth = 0
            for character in text where "{}".contains(character) {
                depth += character == "{" ? 1 : -1
                #expect(depth >= 0, "\(file.lastPathComponent)")
            }
            #expect(depth == 0 && !text.contains(/url\(|@import|https?:/), "\(file.lastPathComponent)")
        }
    }

    @Test func `Every HTML file is well nested`() throws {
        let files = try Self.assets("html") + Self.assets("svg")
        #expect(files.count > 14)
        let void: Set<Substring> = ["meta", "link", "input", "br", "option"]
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            var open: [Substring] = []
            for found in text.matches(of: /<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/) where !void.contains(found.2) {
                if found.1.isEmpty {
                    if found.3.isEmpty { open.append(found.2) }
                } else {
                    #expect(open.popLast() == found.2, "\(file.lastPathComponent): \(found.0)")
                }
            }
            #expect(open.isEmpty, "\(file.lastPathComponent)")
        }
    }
}
