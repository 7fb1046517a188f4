/// The demo product's three pages. They hold no script and no style of their own: the policy would not run them.
enum DemoPages {
    /// The sign-in page: three people to pick from, or any name.
    static func signIn(gateway: String, problem: String? = nil) -> Reply {
        let alert = problem.map { "<p class=\"field-problem\" role=\"alert\">\(Page.escape($0))</p>" } ?? ""
        return page(
            problem == nil ? 200 : 422, title: "Sign in", kind: "door", gateway: gateway,
            content: DemoAssets.signInHTML(alert: alert))
    }

    /// The product itself; its script fills it in.
    static func app(_ person: DemoAccounts.Person, gateway: String) -> Reply {
        let (name, email) = (Page.escape(person.name), Page.escape(person.email))
        let data = " data-gateway=\"\(Page.escape(gateway))\" data-name=\"\(name)\" data-email=\"\(email)\""
        return page(
            200, title: "Your week", kind: "app", data: data, gateway: gateway,
            script: "<script type=\"module\" src=\"/app/main.js\"></script>",
            content: DemoAssets.appHTML(initial: String(person.name.prefix(1)), name: person.name))
    }

    /// Before the tenant is set up, for a second or two after the start.
    static var notReady: Reply {
        var reply = page(
            503, title: "Not ready yet", kind: "door", gateway: "", content: DemoAssets.notReadyHTML)
        reply.headers.append(("retry-after", "2"))
        return reply
    }

    private static func page(
        _ status: Int, title: String, kind: String, data: String = "", gateway: String, script: String = "",
        content: String
    ) -> Reply {
        let text = DemoAssets.pageHTML(title: title, script: script, kind: kind, data: data, content: content)
        // The page may connect to its own server and to the gateway only.
        let policy = """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' \(gateway); \
            form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'
            """
        return Reply(
            status,
            headers: [
                ("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"),
                ("content-security-policy", policy), ("referrer-policy", "same-origin"),
                ("x-content-type-options", "nosniff"), ("cross-origin-opener-policy", "same-origin"),
            ], body: Array(text.utf8))
    }
}
