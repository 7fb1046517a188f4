import HTTPTypes

/// `/docs/problems` and the page of each code beneath it.
struct ProblemPages {
    let contract: ContractDocument

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
            \(HTML(embedded: ProblemTexts.introduction))
            <div class="scroll" tabindex="0"><table><thead><tr><th>Status</th><th>Code</th><th>Meaning</th></tr></thead>
            <tbody>
            \(rows)</tbody></table></div>
            """)
    }

    func page(of code: Problem.Code) -> HTML {
        layout(
            "\(code.title) (\(code.rawValue))",
            """
            <p class="crumb"><a href="/docs/problems">Problems</a></p>
            <h1>\(code.title)</h1>
            <p class="route"><span class="status">\(code.status.code)</span> <code>\(code.rawValue)</code></p>
            \(HTML(embedded: code.pageText))
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
        DocsAssets.pageHTML(
            title: "\(title): \(contract.title)", kind: "problem", version: contract.version, navigation: "",
            content: content)
    }
}

extension Problem.Code {
    /// Meaning, causes, checks, fix, actor and repetition, as HTML. `make contract` makes it from `Texts/<code>.md`.
    /// Exhaustive on purpose: a code without a page does not compile.
    fileprivate var pageText: String {
        switch self {
        case .malformed: ProblemTexts.malformed
        case .unauthenticated: ProblemTexts.unauthenticated
        case .insufficientScope: ProblemTexts.insufficientScope
        case .tenantSuspended: ProblemTexts.tenantSuspended
        case .notFound: ProblemTexts.notFound
        case .methodNotAllowed: ProblemTexts.methodNotAllowed
        case .needsReconnect: ProblemTexts.needsReconnect
        case .accountMismatch: ProblemTexts.accountMismatch
        case .calendarAlreadyConnected: ProblemTexts.calendarAlreadyConnected
        case .inUse: ProblemTexts.inUse
        case .conflict: ProblemTexts.conflict
        case .preconditionFailed: ProblemTexts.preconditionFailed
        case .requestTimeout: ProblemTexts.requestTimeout
        case .tooLarge: ProblemTexts.tooLarge
        case .headersTooLarge: ProblemTexts.headersTooLarge
        case .unsupportedEncoding: ProblemTexts.unsupportedEncoding
        case .ticketInvalid: ProblemTexts.ticketInvalid
        case .validation: ProblemTexts.validation
        case .idempotencyMismatch: ProblemTexts.idempotencyMismatch
        case .rateLimited: ProblemTexts.rateLimited
        case .quotaExceeded: ProblemTexts.quotaExceeded
        case .upstreamRejected: ProblemTexts.upstreamRejected
        case .providerUnavailable: ProblemTexts.providerUnavailable
        case .upstreamUnavailable: ProblemTexts.upstreamUnavailable
        case .storageUnavailable: ProblemTexts.storageUnavailable
        case .notConfigured: ProblemTexts.notConfigured
        case .internalError: ProblemTexts.internalError
        }
    }
}
