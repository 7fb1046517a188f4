/// The page on which a person picks an account and allows or cancels.
///
/// It posts `email`, `calendar=on` (Google only; absent when unticked) and `decision=allow|cancel` to its own URL.
struct ConsentPage: Sendable {
    let vendor: String
    let accent: String
    let clientID: String
    let scopes: [String]
    /// Google lets people untick single scopes (granular consent, facts 1.4); Microsoft does not.
    let granular: Bool
    let email: String
    var problem: String?

    var html: String {
        let box = """
            <label class="check" for="calendar">
            <input type="checkbox" id="calendar" name="calendar" value="on" checked>
            See your calendars</label>
            """
        let trouble = problem.map { "<p class=\"note\" role=\"alert\">\(Page.escape($0))</p>" } ?? ""
        let rights = scopes.map { "<li><code>\(Page.escape($0))</code></li>" }.joined()
        return Page.shell(
            title: "Sign in: \(vendor) sandbox", accent: accent,
            content: """
                <main>
                <p class="note">This is a stand-in of \(Page.escape(vendor)). Nothing leaves this machine; any address will do.</p>
                <h1>Meeting Gateway wants to access your \(Page.escape(vendor)) account</h1>
                \(trouble)
                <form method="post" action="">
                <label for="email">Account</label>
                <input type="email" id="email" name="email" value="\(Page.escape(email))" required autocomplete="email"
                list="people">
                <datalist id="people"><option value="ann@example.com"><option value="bob@example.com">
                <option value="chris@northwind.example"></datalist>
                \(granular ? box : "")
                <details><summary>What is asked for</summary><p>Client <code>\(Page.escape(clientID))</code></p>
                <ul>\(rights)</ul></details>
                <div class="buttons">
                <button class="primary" type="submit" name="decision" value="allow">Allow</button>
                <button type="submit" name="decision" value="cancel" formnovalidate>Cancel</button>
                </div>
                </form>
                </main>
                """)
    }

    /// The vendor's own error page, without a redirect.
    static func fault(_ fault: AuthorizeRequest.Fault, vendor: String, accent: String) -> Reply {
        .html(
            400,
            Page.shell(
                title: "Error 400: \(fault.code)", accent: accent,
                content: """
                    <main><p class="note">This is a stand-in of \(Page.escape(vendor)).</p>
                    <h1>Access blocked: this request is invalid</h1>
                    <p>Error 400: <code>\(Page.escape(fault.code))</code></p><p>\(Page.escape(fault.reason))</p></main>
                    """))
    }

    /// The address a person typed, in lower case; nil when it is none.
    static func address(_ text: String?) -> String? {
        guard let text = text?.lowercased(), !text.contains(" ") else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") ? text : nil
    }
}
