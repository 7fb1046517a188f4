/// The demo product's three pages. They hold no script and no style of their own: the policy would not run them.
enum DemoPages {
    /// The sign-in page: three people to pick from, or any name.
    static func signIn(gateway: String, problem: String? = nil) -> Reply {
        let people = [("Ann", "Her calendar is connected already"), ("Ben", "Starts fresh"), ("Mia", "Starts fresh")]
            .map { name, hint in
                """
                <button class="person" name="name" value="\(name)"><span class="avatar" aria-hidden="true">\
                \(name.prefix(1))</span><span><strong>\(name)</strong><small>\(hint)</small></span></button>
                """
            }
        let alert = problem.map { "<p class=\"field-problem\" role=\"alert\">\(Page.escape($0))</p>" } ?? ""
        return page(
            problem == nil ? 200 : 422, title: "Sign in", gateway: gateway, body: "<body class=\"door\">",
            content: """
                <main class="door-card">
                <p class="brand">\(logo)<span>Northwind Notes</span></p>
                <h1>Every meeting, written down.</h1>
                <p class="lead">Connect your calendar once. Choose which meetings to record. Read them the same day.</p>
                <form method="post" action="/sign-in"><fieldset><legend>Continue as</legend>
                <div class="people">\(people.joined(separator: "\n"))</div></fieldset></form>
                <form method="post" action="/sign-in" class="other">
                <label for="name">Or somebody else</label>
                <div class="field"><input id="name" name="name" autocomplete="given-name" maxlength="60" required
                placeholder="Your first name"><button class="secondary">Continue</button></div>\(alert)
                </form>
                <p class="sandbox-note"><span class="tag">Sandbox</span> A demo product on this machine: no password, \
                no real calendar, no real bot.</p>
                </main>
                """)
    }

    /// The product itself; its script fills it in.
    static func app(_ person: DemoAccounts.Person, gateway: String) -> Reply {
        let (name, email) = (Page.escape(person.name), Page.escape(person.email))
        let data = "data-gateway=\"\(Page.escape(gateway))\" data-name=\"\(name)\" data-email=\"\(email)\""
        return page(
            200, title: "Your week", gateway: gateway, script: true, body: "<body class=\"app\" \(data)>",
            content: """
                \(DemoIcons.sprite)
                <a class="skip" href="#primary">Skip to your week</a>
                <header class="top"><a class="brand" href="/">\(logo)<span>Northwind Notes</span></a>
                <div class="who"><span class="avatar" aria-hidden="true">\(Page.escape(String(person.name.prefix(1))))</span>
                <span class="name">\(name)</span>
                <form method="post" action="/sign-out"><button class="plain">Sign out</button></form></div></header>
                <main class="columns">
                <div id="primary" class="primary" tabindex="-1" aria-busy="true">
                <noscript><p>Northwind Notes needs JavaScript.</p></noscript>
                <p class="visually-hidden" role="status" id="progress">Loading your week</p>
                <div id="content"><div class="skeleton"></div><div class="skeleton tall"></div></div>
                </div>
                <aside class="inbox" id="inbox" aria-labelledby="inbox-title">
                <div class="inbox-head"><h2 id="inbox-title">Webhook inbox</h2>
                <p class="live" id="live" role="status">Connecting</p></div>
                <p class="inbox-note">What the meeting gateway told our server about you, signature checked, newest first.</p>
                <div class="inbox-scroll" tabindex="0" role="region" aria-label="Messages">
                <ol id="messages" role="log" aria-live="off" aria-label="Webhooks"></ol>
                <p id="quiet" class="quiet">Nothing yet. Connect a calendar or record a meeting, and it appears here.</p></div>
                </aside>
                </main>
                <nav class="tabs" aria-label="Parts of this page">
                <a href="#primary">\(DemoIcons.use("calendar"))Week</a>
                <a href="#inbox">\(DemoIcons.use("inbox"))Inbox <span id="count" class="count" hidden></span></a></nav>
                <div class="notices"><div id="alert" role="alert"></div><div id="status" role="status"></div></div>
                <dialog id="confirm" aria-labelledby="confirm-title"><form method="dialog"><h2 id="confirm-title"></h2>
                <p id="confirm-text"></p><div class="buttons"><button class="danger" value="yes"></button>
                <button class="secondary" value="no" autofocus>Keep it</button></div></form></dialog>
                """)
    }

    /// Before the tenant is set up, for a second or two after the start.
    static var notReady: Reply {
        var reply = page(
            503, title: "Not ready yet", gateway: "", body: "<body class=\"door\">",
            content: """
                <main class="door-card"><p class="brand">\(logo)<span>Northwind Notes</span></p>
                <h1>One moment.</h1><p class="lead">The gateway is being set up. <a href="/">Try again</a></p></main>
                """)
        reply.headers.append(("retry-after", "2"))
        return reply
    }

    private static func page(
        _ status: Int, title: String, gateway: String, script: Bool = false, body: String, content: String
    ) -> Reply {
        let text = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title) · Northwind Notes</title>
            <link rel="icon" href="/favicon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/style.css">
            \(script ? "<script type=\"module\" src=\"/app/main.js\"></script>" : "")
            </head>
            \(body)
            \(content)
            </body>
            </html>

            """
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

    private static let needle = """
        <path class="north" d="M16 4l4.5 11.5h-9z"/><path class="south" d="M16 28l-4.5-11.5h9z"/>
        """
    private static let logo = """
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9"/>\
        <g transform="rotate(40 16 16)">\(needle)</g></svg>
        """

    /// The logo as a file.
    static let mark = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>.north{fill:#fff}.south{fill:#8fd8c6}</style>\
        <rect width="32" height="32" rx="9" fill="#0a6656"/><g transform="rotate(40 16 16)">\(needle)</g></svg>
        """
}
