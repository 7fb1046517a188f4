/// HTML pages: readable on a phone, in light and dark, without anything from elsewhere.
enum Page {
    /// `text` for use between tags and in quoted attributes.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// A whole page around `content` (HTML). `accent` is a CSS colour with a contrast of 4.5 to white.
    static func shell(title: String, accent: String, content: String) -> String {
        SupportAssets.pageHTML(title: title, accent: accent, content: content)
    }
}
