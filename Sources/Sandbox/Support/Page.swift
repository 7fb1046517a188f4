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
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escape(title))</title>
        <link rel="icon" href="data:,">
        <style>
        :root { color-scheme: light dark; --accent: \(accent); --line: #8885; --soft: #8882; }
        * { box-sizing: border-box; }
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 1rem; }
        main { max-width: 34rem; margin: 4vh auto; padding: 1.5rem; border: 1px solid var(--line); border-radius: 1rem; }
        main.wide { max-width: 60rem; }
        h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .5rem; }
        .note { font-size: .875rem; padding: .5rem .75rem; border-radius: .5rem; background: var(--soft); }
        label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
        label.check { display: flex; gap: .75rem; align-items: center; font-weight: 400; min-height: 2.75rem; }
        input[type=email] { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit;
          border: 1px solid #888; border-radius: .5rem; }
        input[type=checkbox] { width: 1.25rem; height: 1.25rem; accent-color: var(--accent); }
        .buttons { display: flex; gap: .75rem; flex-wrap: wrap; margin-top: 1.5rem; }
        button { min-height: 2.75rem; padding: .5rem 1.5rem; font: inherit; border-radius: .5rem; cursor: pointer;
          border: 1px solid #888; background: transparent; color: inherit; }
        button.primary { background: var(--accent); border-color: var(--accent); color: #fff; font-weight: 600; }
        :focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
        code, pre { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
        code.copy { display: block; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem;
          user-select: all; -webkit-user-select: all; }
        article { border-top: 1px solid var(--line); padding: .75rem 0; }
        article h2 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
        summary { cursor: pointer; }
        </style>
        </head>
        <body>
        \(content)
        </body>
        </html>
        """
    }
}
