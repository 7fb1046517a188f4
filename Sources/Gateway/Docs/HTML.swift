/// Markup with escaped interpolations, as those of a `Query` are bound: `"<p>\(text)</p>"`. An interpolated `HTML`
/// value is inserted unchanged.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    private(set) var text: String

    init(stringLiteral text: String) { self.text = text }

    /// Markup that `openapi/embed.py` made, where all text is escaped.
    init(embedded markup: String) { text = markup }

    init(stringInterpolation parts: StringInterpolation) { text = parts.text }

    struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ markup: String) { text += markup }
        mutating func appendInterpolation(_ plain: String) { text += HTML.escape(plain) }
        mutating func appendInterpolation(_ markup: HTML) { text += markup.text }
        mutating func appendInterpolation(_ markup: HTML?) { text += markup?.text ?? "" }
        mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { text += part.text } }
        mutating func appendInterpolation(_ number: Int) { text += String(number) }
    }

    static func += (left: inout HTML, right: HTML) { left.text += right.text }

    /// Safe between tags and within double quotes.
    private static func escape(_ plain: String) -> String {
        var out = ""
        out.reserveCapacity(plain.utf8.count)
        for scalar in plain.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension [HTML] {
    func joined(separator: HTML = "") -> HTML {
        var out: HTML = ""
        for (index, part) in enumerated() {
            if index > 0 { out += separator }
            out += part
        }
        return out
    }
}
