/// The frame around the content of every page of the documentation.
struct DocsLayout {
    let title: String
    /// `docs` or `problem`, for the style.
    let kind: String
    let version: String
    let navigation: HTML
    let content: HTML

    var html: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title)</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/docs/style.css">
        <script src="/docs/app.js" defer></script>
        </head>
        <body class="\(kind)">
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
        <p class="name"><a href="/docs">Meeting Gateway</a> <span class="version">\(version)</span></p>
        <nav class="site" aria-label="Site"><a href="/docs">API</a> <a href="/docs/problems">Problems</a>
        <a href="/openapi.json">openapi.json</a></nav>
        </header>
        <div class="frame">
        \(navigation)
        <main id="content" tabindex="-1">
        \(content)
        </main>
        </div>
        </body>
        </html>

        """
    }
}

/// The targets of links on the pages.
struct DocsLinks: Sendable {
    /// `GET /healthz` to the operation's id.
    private let operations: [String: String]
    /// The page that the operations stand on; empty on that page itself.
    private let page: String

    init(_ contract: ContractDocument, from page: String) {
        let pairs = contract.operations.map { ("\($0.method) \($0.path)", $0.id) }
        operations = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        self.page = page
    }

    func target(_ code: String) -> String? {
        if let code = Problem.Code(rawValue: code) { return code.pagePath }
        return operations[code].map { "\(page)#\($0)" }
    }

    var markdown: Markdown { Markdown(target: target) }
}
