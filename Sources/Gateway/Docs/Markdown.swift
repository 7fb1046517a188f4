/// The part of Markdown that the contract and the problem pages are written in: paragraphs, headings of the second
/// level, lists (whose items may end with a fenced block), tables, fenced blocks; in a line, code, bold and links to
/// places of this site. Everything is escaped.
struct Markdown {
    /// The link target of a code span: a problem's code to its page, `GET /path` to its operation.
    var target: (String) -> String? = { _ in nil }

    struct Heading: Sendable {
        let id: String
        let title: String
    }

    /// The headings of the second level, with the ids that `blocks` gives them.
    static func headings(_ text: String) -> [Heading] {
        text.split(separator: "\n").filter { $0.hasPrefix("## ") }.map { heading(String($0.dropFirst(3))) }
    }

    private static func heading(_ title: String) -> Heading {
        Heading(id: slug(title), title: title)
    }

    /// `Ids and times` becomes `ids-and-times`.
    static func slug(_ title: String) -> String {
        title.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.joined(separator: "-")
    }

    func blocks(_ text: String) -> HTML {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
        var out: HTML = ""
        while let line = lines.first {
            if line.allSatisfy(\.isWhitespace) {
                lines.removeFirst()
            } else if line.hasPrefix("## ") {
                let heading = Self.heading(String(line.dropFirst(3)))
                out += "<h2 id=\"\(heading.id)\"><a href=\"#\(heading.id)\">\(heading.title)</a></h2>\n"
                lines.removeFirst()
            } else if line.hasPrefix("```") {
                out += fence(&lines)
            } else if line.hasPrefix("|") {
                out += table(&lines)
            } else if let kind = Item(line)?.kind {
                out += list(&lines, kind)
            } else {
                let paragraph = take(&lines) { !Self.startsBlock($0) }
                out += "<p>\(inline(paragraph.joined(separator: "\n")))</p>\n"
            }
        }
        return out
    }

    private static func startsBlock(_ line: String) -> Bool {
        line.allSatisfy(\.isWhitespace) || line.hasPrefix("## ") || line.hasPrefix("|") || line.hasPrefix("```")
            || Item(line) != nil
    }

    /// The first line and those after it that `goesOn` holds for.
    private func take(_ lines: inout ArraySlice<String>, _ goesOn: (String) -> Bool) -> [String] {
        var out: [String] = []
        while let line = lines.first, out.isEmpty || goesOn(line) {
            out.append(line)
            lines.removeFirst()
        }
        return out
    }

    private func fence(_ lines: inout ArraySlice<String>) -> HTML {
        lines.removeFirst()
        var code: [String] = []
        while let line = lines.popFirst(), !line.hasPrefix("```") { code.append(line) }
        return CodeBlock.plain(code.joined(separator: "\n"), title: "Shell")
    }

    private func table(_ lines: inout ArraySlice<String>) -> HTML {
        let rows = take(&lines) { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { inline($0.trimmingBlanks) }
        }
        let head = rows.first ?? []
        let body = rows.dropFirst(2).map { row in "<tr>\(row.map { "<td>\($0)</td>" as HTML })</tr>\n" as HTML }
        return """
            <div class="scroll" tabindex="0"><table><thead><tr>\(head.map { "<th>\($0)</th>" as HTML })</tr></thead>
            <tbody>\(body)</tbody></table></div>

            """
    }

    /// A line that begins an item of a list.
    private struct Item {
        enum Kind { case bullet, number }
        let kind: Kind
        let text: String
        /// The indentation of the item's further lines.
        let indent: Int

        init?(_ line: String) {
            let digits = line.prefix { $0.isASCII && $0.isNumber }
            if line.hasPrefix("- ") {
                (kind, indent) = (.bullet, 2)
            } else if !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(". ") {
                (kind, indent) = (.number, digits.count + 2)
            } else {
                return nil
            }
            text = String(line.dropFirst(indent))
        }
    }

    private func list(_ lines: inout ArraySlice<String>, _ kind: Item.Kind) -> HTML {
        var items: [HTML] = []
        while let line = lines.first, let item = Item(line), item.kind == kind {
            let rest = take(&lines) { $0.hasPrefix(" ") }.dropFirst().map { $0.dropFirst(item.indent) }
            let code = rest.firstIndex { $0.hasPrefix("```") } ?? rest.endIndex
            let words = [item.text] + rest[..<code].map(String.init)
            let block: HTML? = code < rest.endIndex ? blocks(rest[code...].joined(separator: "\n")) : nil
            items.append("<li>\(inline(words.joined(separator: "\n")))\(block)</li>\n")
        }
        return kind == .bullet ? "<ul>\n\(items)</ul>\n" : "<ol>\n\(items)</ol>\n"
    }

    func inline(_ text: String) -> HTML {
        var out: HTML = ""
        var rest = text[...]
        while let mark = rest.firstIndex(where: { $0 == "`" || $0 == "*" || $0 == "[" }) {
            out += "\(String(rest[..<mark]))"
            rest = rest[mark...]
            if let (code, after) = Self.between("`", "`", rest) {
                // Within a code span the end of a line is a blank.
                out += self.code(code.replacing("\n", with: " "))
                rest = after
            } else if let (bold, after) = Self.between("**", "**", rest) {
                out += "<strong>\(inline(bold))</strong>"
                rest = after
            } else if let (label, after) = Self.between("[", "](", rest), after.hasPrefix("/") || after.hasPrefix("#"),
                let end = after.firstIndex(of: ")")
            {
                out += "<a href=\"\(String(after[..<end]))\">\(inline(label))</a>"
                rest = after[after.index(after: end)...]
            } else {
                out += "\(String(rest.removeFirst()))"
            }
        }
        return "\(out)\(String(rest))"
    }

    func code(_ text: String) -> HTML {
        guard let target = target(text) else { return "<code>\(text)</code>" }
        return "<a href=\"\(target)\"><code>\(text)</code></a>"
    }

    private static func between(_ open: String, _ close: String, _ text: Substring) -> (String, Substring)? {
        guard text.hasPrefix(open) else { return nil }
        let inner = text.dropFirst(open.count)
        guard let end = inner.firstRange(of: close), end.lowerBound > inner.startIndex else { return nil }
        return (String(inner[..<end.lowerBound]), inner[end.upperBound...])
    }
}
