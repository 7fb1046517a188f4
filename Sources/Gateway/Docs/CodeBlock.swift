import JSONValue

/// Code in a box of its own, which scrolls when a line is too long. The script adds the button that copies it.
enum CodeBlock {
    static func plain(_ text: String, title: String? = nil) -> HTML { box("\(text)", title) }

    static func json(_ value: JSON, title: String? = nil) -> HTML {
        var markup: HTML = ""
        for token in PrettyJSON(value).tokens {
            switch token.kind {
            case .punctuation: markup += "\(token.text)"
            case .name: markup += "<b>\(token.text)</b>"
            case .text: markup += "<i>\(token.text)</i>"
            case .keyword: markup += "<em>\(token.text)</em>"
            }
        }
        return box(markup, title)
    }

    private static func box(_ markup: HTML, _ title: String?) -> HTML {
        let caption: HTML? = title.map { "<figcaption>\($0)</figcaption>" }
        return "<figure class=\"code\">\(caption)<pre tabindex=\"0\"><code>\(markup)</code></pre></figure>\n"
    }
}

/// JSON laid out for people: what is short on one line, else a member a line.
struct PrettyJSON {
    enum Kind { case punctuation, name, text, keyword }
    struct Token {
        let kind: Kind
        let text: String
    }
    private(set) var tokens: [Token] = []
    private static let width = 64

    init(_ value: JSON) { write(value, indent: 0, used: 0) }

    var text: String { tokens.map(\.text).joined() }

    /// - Parameter used: columns that stand before it on its line.
    private mutating func write(_ value: JSON, indent: Int, used: Int) {
        switch value {
        case .object(let members):
            let parts = members.map { (Optional($0.name), $0.value) }
            writeAll(parts, of: value, "{", "}", indent: indent, used: used)
        case .array(let items): writeAll(items.map { (nil, $0) }, of: value, "[", "]", indent: indent, used: used)
        case .string: add(.text, value.text)
        case .null, .bool, .number: add(.keyword, value.text)
        }
    }

    private mutating func writeAll(
        _ parts: [(name: String?, value: JSON)], of whole: JSON, _ open: String, _ close: String, indent: Int, used: Int
    ) {
        // Compact text lacks the blanks after colons and commas.
        let flat = parts.isEmpty || used + whole.text.count + 2 * parts.count <= Self.width
        let inner = indent + 2
        add(.punctuation, open)
        for (index, part) in parts.enumerated() {
            if index > 0 { add(.punctuation, flat ? ", " : ",") }
            if !flat { add(.punctuation, "\n" + String(repeating: " ", count: inner)) }
            var used = inner
            if let name = part.name {
                let spelled = JSON.string(name).text
                add(.name, spelled)
                add(.punctuation, ": ")
                used += spelled.count + 2
            }
            // Within a line everything is flat.
            write(part.value, indent: inner, used: flat ? -Self.width * 8 : used)
        }
        if !flat { add(.punctuation, "\n" + String(repeating: " ", count: indent)) }
        add(.punctuation, close)
    }

    private mutating func add(_ kind: Kind, _ text: String) { tokens.append(Token(kind: kind, text: text)) }
}
