/// The receiver's pages.
enum ReceiverPage {
    private static let accent = "#5b3cc4"

    /// Everything that arrived, newest first; asks for the list again every two seconds and replaces it when it changed.
    static func page(_ entries: [JSON]) -> String {
        Page.shell(
            title: "Webhooks received", accent: accent, content: ReceiverAssets.receiverHTML(list: list(entries)))
    }

    /// The last two hundred as HTML.
    static func list(_ entries: [JSON]) -> String {
        guard !entries.isEmpty else { return "<p>Nothing yet.</p>" }
        let numbered = entries.enumerated().suffix(200).reversed()
        return numbered.map { number, entry in
            let body = entry["body"] ?? .null
            let event = body["type"]?.string ?? body["event"]?.string ?? "(no event name)"
            let headers = (entry["headers"]?.object ?? [:]).sorted { $0.key < $1.key }
                .map { "\($0.key): \($0.value.string ?? "")" }.joined(separator: "\n")
            return ReceiverAssets.messageHTML(
                event: event, name: entry["name"]?.string ?? "", at: entry["at"]?.string ?? "", number: "\(number)",
                headers: headers, body: body.text)
        }.joined(separator: "\n")
    }

    /// The return page of the demo's consent. It shows the query's values, to be copied.
    static func connected(_ call: Call) -> String {
        let error = call.query("error")
        let presented = ["connection_id", "ticket", "error"].compactMap { name -> String? in
            guard let value = call.query(name) else { return nil }
            return "<h2>\(name)</h2><code class=\"copy\" tabindex=\"0\">\(Page.escape(value))</code>"
        }
        let title = error == nil ? "Back from the consent" : "The consent failed"
        let hint = "<p>Now the app that started this completes it with the ticket, as the same user.</p>"
        return Page.shell(
            title: title, accent: accent,
            content: """
                <main><h1>\(title)</h1>\(presented.isEmpty ? "<p>The query brought nothing.</p>" : "")
                \(error == nil && !presented.isEmpty ? hint : "")\(presented.joined(separator: "\n"))</main>
                """)
    }
}
