import HTTPTypes

/// `/docs/problems` and the page of each code beneath it.
struct ProblemPages {
    let contract: ContractDocument
    private var links: DocsLinks { DocsLinks(contract, from: "/docs") }

    var list: HTML {
        let rows = Problem.Code.allCases.sorted { $0.status.code < $1.status.code }.map { code -> HTML in
            let link: HTML = "<a href=\"\(code.pagePath)\"><code>\(code.rawValue)</code></a>"
            return "<tr><td>\(code.status.code)</td><td>\(link)</td><td>\(code.title)</td></tr>\n"
        }
        return layout(
            "Problems",
            """
            <h1>Problems</h1>
            <p class="lead">Every error of this gateway is a document with a code. Each code has a page: what it means, what
            to check, how to fix it.</p>
            \(links.markdown.blocks(Self.introduction))
            <div class="scroll" tabindex="0"><table><thead><tr><th>Status</th><th>Code</th><th>Meaning</th></tr></thead>
            <tbody>
            \(rows)</tbody></table></div>
            """)
    }

    private static let introduction = """
        The code is the end of `type`, and the reply's `Link` header leads to its page. `action` says who must act, `detail`
        what is wrong with this very request, and `instance` ends in the request's id, which finds it in the gateway's log.
        [How errors look](/docs#errors)
        """

    func page(of code: Problem.Code) -> HTML {
        layout(
            "\(code.title) (\(code.rawValue))",
            """
            <p class="crumb"><a href="/docs/problems">Problems</a></p>
            <h1>\(code.title)</h1>
            <p class="route"><span class="status">\(code.status.code)</span> <code>\(code.rawValue)</code></p>
            \(code.page.html(links.markdown))
            \(example(of: code))
            <h2 id="answered-by">What may answer it</h2>
            \(operations(with: code))
            """)
    }

    private func example(of code: Problem.Code) -> HTML? {
        let title = "\(code.status.code) \(code.status.reasonPhrase)"
        return contract.problemExample(code.rawValue).map {
            "<h2 id=\"example\">How it looks</h2>\n\(CodeBlock.json($0, title: title))"
        }
    }

    private func operations(with code: Problem.Code) -> HTML {
        let found = contract.operations.filter { $0.problemCodes.contains(code.rawValue) }
        guard !found.isEmpty else { return "<p>It stands in no operation’s list: it may answer any request.</p>" }
        let items = found.map { operation in
            """
            <li><a href="/docs#\(operation.id)"><span class="method \(operation.method)">\(operation.method)</span> \
            <code>\(operation.path)</code></a> \(operation.summary)</li>

            """ as HTML
        }
        return """
            <details><summary>\(items.count) \(items.count == 1 ? "operation" : "operations")</summary>
            <ul class="operations">
            \(items)</ul></details>
            """
    }

    private func layout(_ title: String, _ content: HTML) -> HTML {
        DocsLayout(
            title: "\(title): \(contract.title)", kind: "problem", version: contract.version, navigation: "",
            content: content
        ).html
    }
}

extension Problem.Code {
    /// Exhaustive on purpose: a code without a page does not compile.
    var page: ProblemPage {
        switch self {
        case .malformed: .malformed
        case .unauthenticated: .unauthenticated
        case .insufficientScope: .insufficientScope
        case .tenantSuspended: .tenantSuspended
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .needsReconnect: .needsReconnect
        case .accountMismatch: .accountMismatch
        case .calendarAlreadyConnected: .calendarAlreadyConnected
        case .inUse: .inUse
        case .conflict: .conflict
        case .preconditionFailed: .preconditionFailed
        case .requestTimeout: .requestTimeout
        case .tooLarge: .tooLarge
        case .headersTooLarge: .headersTooLarge
        case .ticketInvalid: .ticketInvalid
        case .validation: .validation
        case .idempotencyMismatch: .idempotencyMismatch
        case .rateLimited: .rateLimited
        case .quotaExceeded: .quotaExceeded
        case .upstreamRejected: .upstreamRejected
        case .providerUnavailable: .providerUnavailable
        case .upstreamUnavailable: .upstreamUnavailable
        case .storageUnavailable: .storageUnavailable
        case .notConfigured: .notConfigured
        case .internalError: .internalError
        }
    }
}
