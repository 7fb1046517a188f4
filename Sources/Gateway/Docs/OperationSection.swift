import HTTPTypes
import JSONValue

/// One operation: what it is and takes on one side, what it looks like on the other. The script makes the form to try
/// it from the `data-` attributes.
struct OperationSection {
    let contract: ContractDocument
    let operation: ContractDocument.Operation

    var html: HTML {
        let call = CurlExample(contract: contract, operation: operation)
        let attributes: HTML =
            operation.isSent
            ? ""
            : """
             data-method="\(operation.method)" data-path="\(operation.path)" data-caller="\(operation.caller)"\
            \(call.body.map { " data-body=\"\(PrettyJSON($0).text)\"" })
            """
        return """
            <article class="operation" id="\(operation.id)" aria-labelledby="\(operation.id)-title"\(attributes)>
            <header>
            <h3 id="\(operation.id)-title"><a href="#\(operation.id)">\(operation.summary)</a></h3>
            <p class="route"><span class="method \(operation.method)">\(operation.method)</span> \(place)</p>
            <p class="caller">\(caller)</p>
            </header>
            <div class="says">
            <div class="prose">\(operation.description)</div>
            \(["path", "query", "header"].map(parameters))
            \(body)
            \(replies)
            \(problems)
            </div>
            <div class="shows">
            \(shows(call))
            </div>
            </article>

            """
    }

    private var place: HTML { operation.isSent ? "<span>your URL</span>" : "<code>\(operation.path)</code>" }

    private var caller: HTML {
        let who =
            switch (operation.isSent, operation.caller) {
            case (true, _): "from the gateway"
            case (_, "operator"): "operator"
            case (_, "key"): "key"
            case (_, "caller"): "session or key"
            default: "anyone"
            }
        return "<span>\(who)</span>\(operation.scope.map { " <span><code>\($0)</code></span>" as HTML })"
    }

    private func parameters(_ place: String) -> HTML {
        let found = operation.parameters.filter { $0["in"]?.stringValue == place }
        guard !found.isEmpty else { return "" }
        let title = ["path": "In the path", "query": "In the query", "header": "Headers"][place] ?? place
        let fields = SchemaFields(contract: contract, isAsked: !operation.isSent)
        return "<h4>\(title)</h4>\n<ul class=\"fields\">\n\(found.map(fields.parameter))</ul>\n"
    }

    private var body: HTML? {
        guard let schema = operation.body?["schema"] else { return nil }
        let fields = SchemaFields(contract: contract, isAsked: !operation.isSent)
        return "<h4>Body</h4>\n\(fields.about(schema))\(fields.list(schema))"
    }

    /// The successful responses, and others that are not problem documents.
    private var successes: [ContractDocument.Operation.Response] {
        operation.responses.filter { $0.value["content"]?["application/problem+json"] == nil }
    }

    private var replies: HTML {
        var presented: JSON?
        let parts = successes.map { reply -> HTML in
            let fields = SchemaFields(contract: contract, isAsked: false)
            let headers = (reply.value["headers"]?.objectValue ?? [:]).map { fields.header($0.name, $0.value) }
            let schema = reply.value["content"]?["application/json"]?["schema"]
            let isNew = schema != presented
            presented = schema
            let list = isNew ? schema.flatMap(fields.list) : nil
            let details: HTML? = list.map { "<details><summary>Its fields</summary>\n\($0)</details>\n" }
            let heads: HTML? = headers.isEmpty ? nil : "<ul class=\"fields\">\n\(headers)</ul>\n"
            return """
                <div class="reply"><h4>\(operation.isSent ? "You answer" : "Reply") <b>\(reply.status)</b></h4>
                \(ContractDocument.description(of: reply.value))\(heads)\(details)</div>

                """
        }
        return parts.joined()
    }

    private var problems: HTML? {
        guard !operation.problemCodes.isEmpty else { return nil }
        let items = operation.problemCodes.map { code -> HTML in
            guard let known = Problem.Code(rawValue: code) else { return "<li><code>\(code)</code></li>\n" }
            return "<li>\(known.status.code) <a href=\"\(known.pagePath)\"><code>\(code)</code></a></li>\n"
        }
        return "<h4>Problems</h4>\n<ul class=\"codes\">\n\(items)</ul>\n"
    }

    private func shows(_ call: CurlExample) -> HTML {
        var out: [HTML] = []
        let requested = operation.body.map(contract.examples) ?? []
        if operation.isSent {
            out += requested.map { CodeBlock.json($0.value, title: "What arrives") }
        } else {
            out.append(CodeBlock.plain(call.text, title: "Request"))
            out += requested.dropFirst().map { more("Another body", $0) }
        }
        for reply in replyExamples {
            let title = "Reply \(reply.statuses.joined(separator: " or "))"
            if let first = reply.examples.first?.value {
                let text = reply.type == "application/json" ? nil : first.stringValue
                let box = text.map { CodeBlock.plain($0, title: title) }
                out.append(box ?? CodeBlock.json(first, title: title))
            }
            out += reply.examples.dropFirst().map { more("Another \(title.lowercased())", $0) }
        }
        return out.joined()
    }

    /// Replies that look alike are shown once.
    private var replyExamples: [(statuses: [String], type: String, examples: [ContractDocument.Example])] {
        var out: [(statuses: [String], type: String, examples: [ContractDocument.Example])] = []
        var last: JSON?
        for reply in successes {
            for (type, media) in reply.value["content"]?.objectValue ?? [:] {
                if media == last {
                    out[out.count - 1].statuses.append(reply.status)
                } else {
                    out.append(([reply.status], type, contract.examples(media)))
                }
                last = media
            }
        }
        return out
    }

    private func more(_ title: String, _ example: ContractDocument.Example) -> HTML {
        let name = example.summary.map { "\(title): \($0)" } ?? title
        return "<details class=\"more\"><summary>\(name)</summary>\n\(CodeBlock.json(example.value))</details>\n"
    }
}
