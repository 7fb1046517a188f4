/// The receiver's pages.
enum ReceiverPage {
    private static let accent = "#5b3cc4"

    /// Everything that arrived, newest first; asks for the list again every two seconds and replaces it when it changed.
    static func page(_ entries: [JSON]) -> String {
        Page.shell(
            title: "Webhooks received", accent: accent,
            content: """
                <main class="wide">
                <h1>Webhooks received</h1>
                <p class="note">A stand-in of a tenant's endpoint. Send to <code>/hooks/&lt;any name&gt;</code> on this port.</p>
                <noscript><p><a href="/">Reload</a></p></noscript>
                <div id="list" role="log" aria-live="polite" aria-label="Webhooks">\(list(entries))</div>
                </main>
                <script>
                const list = document.getElementById("list");
                let last = "";
                setInterval(async () => {
                  try {
                    const text = await (await fetch("/?fragment=1", {cache: "no-store"})).text();
                    if (text === last) return;
                    const open = new Set([...list.querySelectorAll("details[open]")].map(d => d.dataset.key));
                    list.innerHTML = text;
                    for (const d of list.querySelectorAll("details")) if (open.has(d.dataset.key)) d.open = true;
                    last = text;
                  } catch (error) { /* the sandbox is gone: keep what is shown */ }
                }, 2000);
                </script>
                """)
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
            return """
                <article><h2>\(Page.escape(event))</h2>
                <p>to <code>\(Page.escape(entry["name"]?.string ?? ""))</code> at \(Page.escape(entry["at"]?.string ?? ""))</p>
                <details data-key="\(number)"><summary>Headers and body</summary>
                <pre>\(Page.escape(headers))</pre><pre>\(Page.escape(body.text))</pre></details></article>
                """
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
