import JSONValue

/// The page at `/docs`: what the contract says, in its order.
struct DocsPage {
    let contract: ContractDocument

    var html: HTML {
        DocsAssets.pageHTML(
            title: "\(contract.title) API", kind: "docs", version: contract.version, navigation: navigation,
            content: """
                <div class="intro" id="introduction">
                <h1>\(contract.title)</h1>
                <p class="lead">\(contract.summary)</p>
                \(contract.description)
                \(examples)
                </div>
                \(contract.tags.map(section))
                <p class="nothing" hidden>No operation has all of these words.</p>
                """)
    }

    /// The script shows the search; without it there is nothing to type into.
    private var navigation: HTML {
        let guide = contract.headings.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>\n" as HTML }
        return DocsAssets.contentsHTML(guide: guide.joined(), groups: contract.tags.map(group).joined())
    }

    private func group(_ tag: ContractDocument.Tag) -> HTML {
        let operations = contract.operations(of: tag).map { operation in
            """
            <li><a href="#\(operation.id)"><span class="method \(operation.method)">\(operation.short)</span> \
            \(operation.summary)</a></li>

            """ as HTML
        }
        return "<li><a href=\"#\(tag.id)\">\(tag.name)</a>\n<ul>\n\(operations)</ul></li>\n"
    }

    private func section(_ tag: ContractDocument.Tag) -> HTML {
        let operations = contract.operations(of: tag)
        return """
            <section class="tag" aria-labelledby="\(tag.id)">
            <div class="about">
            <h2 id="\(tag.id)"><a href="#\(tag.id)">\(tag.name)</a></h2>
            \(tag.description)
            </div>
            \(operations.map { OperationSection(contract: contract, operation: $0).html })
            </section>

            """
    }

    /// The placeholders for the reader's own values.
    private var examples: HTML {
        let server = contract.root["servers"]?.arrayValue?.first?["url"]?.stringValue ?? ""
        return """
            <h2 id="examples"><a href="#examples">The examples</a></h2>
            <p>Every example on this page can be pasted into a shell that has these. <a href="#createKey">A key</a> is for
            your server, <a href="#createSession">a session</a> for one user’s app; where a session may call, a key may
            too.</p>
            \(CodeBlock.plain(
                """
                export GATEWAY=\(server)
                export GATEWAY_ADMIN_TOKEN=…   # the operator's
                export KEY=mgk_…               # your server's
                export SESSION=mgs_…           # one user's
                """, title: "Shell"))
            """
    }
}

extension ContractDocument.Operation {
    /// The method in a narrow column.
    var short: String { method == "DELETE" ? "DEL" : method }
}
