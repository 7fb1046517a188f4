import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// README.md's clients of apps: its page under Node with a simulated browser, and the mobile ones as far as they
    /// can be checked without their toolchains.
    @Suite struct ReadmeClientTests {
        @Test(.timeLimit(.minutes(2)), arguments: SampleServer.Language.allCases)
        func `The README's page connects a calendar, lists the week's meetings and records one`(
            language: SampleServer.Language
        ) async throws {
            try await page(language) { page in try await page.connectsAndRecords() }
        }

        @Test(.timeLimit(.minutes(2)))
        func `The README's page says what went wrong, waits when it has to, and renews its session`() async throws {
            try await page(.node) { page in
                try await page.tellsWhatWentWrong()
                try await page.goesOnAfterLimitsAndEnds()
            }
        }

        private func page(
            _ language: SampleServer.Language, _ body: (PageBench) async throws -> Void
        ) async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: "http://127.0.0.1:1")
            let server = try await SampleServer.start(
                language, in: env, port: TestEnvironment.freePort(),
                [
                    "GATEWAY": env.gatewayURL, "KEY": tenant.key, "WEBHOOK_SECRET": tenant.secret, "DEMO_USER": "ann",
                ])
            defer { server.program.kill() }
            let page = try PageBench(env: env, tenant: tenant, origin: server.url)
            try await page.settings()
            try await body(page)
        }

        @Test(.timeLimit(.minutes(2))) func `The README's return URLs for apps bring the ticket back`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: "http://127.0.0.1:1")
            let text = try String(contentsOf: Fixture.package.appendingPathComponent("README.md"), encoding: .utf8)
            let urls = text.matches(of: /\n\| (?:web|iOS, Android) \| `([^`]+)` \|/).map { String($0.1) }
            #expect(urls.count == 3 && urls.contains { $0.hasPrefix("com.acme.app:/") })
            try await env.operator.call(
                .put, "/admin/v1/tenants/tenant-a/settings", ["return_urls": .array(urls.map { .string($0) })]
            ).expect(200)
            let ann = try await tenant.session("ann")
            for url in urls {
                let started = try await ann.call(
                    .post, "/api/v1/connections", ["provider": "microsoft", "return_url": .string(url)]
                ).expect(201)
                let back = try await env.consent(started.text("authorize_url"), email: "ann@example.com")
                let id = try started.text("id")
                #expect(back.hasPrefix("\(url)?connection_id=\(id)&ticket=mgt_"), "\(back)")
                // The iOS client detects the session's end by host and path.
                if url.contains("/app/") {
                    #expect(try Readme().block("client: ios").text.contains(#"host: "app.acme.example", path: "/app"#))
                }
            }
        }

        /// Types of Apple's and Google's libraries are not known here: syntax only.
        @Test func `The README's Swift and its manifest can be parsed`() throws {
            let folder = try Fixture.temporaryFolder()
            let file = folder.appendingPathComponent("CalendarConsent.swift")
            try Data(Readme().block("client: ios").text.utf8).write(to: file)
            let parsed = try Command("swiftc", ["-parse", file.path])
            #expect(parsed.code == 0, "\(parsed.output)")
            let manifest = try Readme().block("client: android manifest").text
            let parser = "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.argv[1])"
            let read = try Python.run(parser, [#"<manifest xmlns:android="a">\#(manifest)</manifest>"#])
            #expect(read.code == 0, "\(read.output)")
        }
    }
}

extension TestEnvironment {
    /// Plays the browser from the consent's start to where the gateway sends it.
    func consent(
        _ url: String, email: String, decision: String = "allow", calendar: Bool = true
    ) async throws -> String {
        let fields = [("email", email), ("decision", decision)] + (calendar ? [("calendar", "on")] : [])
        let callback = try await anonymous.form(url, fields).location()
        return try await anonymous.call(.get, callback).expect(303).location()
    }
}

/// The page, at the origin of the tenant's server.
private struct PageBench: Sendable {
    let env: TestEnvironment
    let tenant: TenantFixture
    let origin: String
    private let module: String

    init(env: TestEnvironment, tenant: TenantFixture, origin: String) throws {
        self.env = env
        self.tenant = tenant
        self.origin = origin
        let text = try Readme().block("client: web").text
        let placeholder = #"const GATEWAY = "https://gateway.acme.example";"#
        #expect(text.hasPrefix(placeholder), "the one line to fill in")
        let file = env.folder.appendingPathComponent("page.mjs")
        let filled = #"const GATEWAY = "\#(env.gatewayURL)";"# + text.dropFirst(placeholder.count)
        try Data(filled.utf8).write(to: file)
        module = file.path
    }

    func settings(_ limits: JSON = ["requests_per_second": 100_000]) async throws {
        try await env.operator.call(
            .put, "/admin/v1/tenants/\(tenant.slug)/settings",
            [
                "return_urls": [.string("\(origin)/connected")], "allowed_origins": [.string(origin)],
                "limits": limits,
            ]
        ).expect(200)
    }

    private struct Page: Sendable {
        let json: JSON
        var went: String? { json["went"]?.stringValue }
        var notice: String? { json["notice"]?.stringValue }
        var rows: [String] { json["rows"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
        var statuses: [JSON] { json["statuses"]?.arrayValue ?? [] }
    }

    /// Loads the page at an address and, if asked, clicks one button.
    private func load(_ address: String, click: String? = nil, staleSession: Bool = false) throws -> Page {
        let browser = Fixture.package.appendingPathComponent("Tests/EndToEndTests/readme_browser.mjs").path
        let url = address.hasPrefix("/") ? origin + address : address
        let node = try Command(
            "node", [browser, module, url] + (click.map { [$0] } ?? []),
            environment: staleSession ? ["STALE": "1"] : [:])
        guard node.code == 0, let json = try? JSON.parse(node.output) else {
            throw Readme.Missing(description: "the page ended with \(node.code): \(node.output)")
        }
        return Page(json: json)
    }

    private func start(_ button: String = "Connect Google Calendar") throws -> String {
        try #require(try load("/", click: button).went, "the page goes to the consent")
    }

    func connectsAndRecords() async throws {
        let empty = try load("/")
        #expect(empty.rows.isEmpty && empty.notice?.isEmpty == true)
        let back = try await env.consent(try start(), email: "ann@example.com")
        #expect(back.hasPrefix("\(origin)/connected?connection_id="))
        let page = try load(back, click: "Record")
        #expect(page.notice?.isEmpty == true && page.json["address"] == .string("\(origin)/connected"), "\(page)")
        #expect(page.rows.contains { $0.contains("Product review") && $0.hasSuffix("scheduled") }, "\(page)")
        #expect(page.rows.contains { $0.contains("Kick-off with Northwind") && $0.hasSuffix("Record") })
        #expect(page.rows.contains { $0.contains("Focus time") && !$0.hasSuffix("Record") }, "no link to join by")
        #expect(page.rows.filter { $0.contains("Weekly planning") }.count == 1, "this week's only")
        #expect(!page.rows.contains { $0.contains("Yesterday") })
        let calendars = try await tenant.server.call(.get, "/api/v1/calendars?user_id=ann").expect(200).items
        #expect(calendars.count == 1)
        let calendar = try #require(calendars.first?["id"]?.stringValue)
        let events = try await tenant.server.call(.get, "/api/v1/calendars/\(calendar)/events").expect(200).items
        let recordings = events.compactMap { $0["recording"] }.filter { $0 != .null }
        #expect(recordings.count == 1 && recordings.first?["bot_name"] == "Acme Notes")
        // The other provider, beside it.
        let outlook = try await env.consent(try start("Connect Outlook"), email: "ann@example.com")
        #expect(try load(outlook).rows.count > page.rows.count)
    }

    func tellsWhatWentWrong() async throws {
        let back = try await env.consent(try start(), email: "ann@example.com")
        #expect(try !load(back).rows.isEmpty)
        // The same address once more, by the back button: the connection as it is.
        #expect(try load(back).notice?.isEmpty == true)
        let denied = try await env.consent(try start(), email: "ann@example.com", decision: "cancel")
        let page = try load(denied)
        #expect(page.notice?.contains("did not allow") == true && !page.rows.isEmpty, "\(page)")
        let unticked = try await env.consent(try start(), email: "ann2@example.com", calendar: false)
        #expect(try load(unticked).notice?.contains("allow the calendar") == true)
        // Another user has this calendar already: the problem's detail, and the party that must act.
        let bob = try await tenant.session("bob")
        let exchange: JSON = [
            "client_id": "100000000001-app.apps.googleusercontent.com", "email": "bob@example.com", "redirect_uri": "",
        ]
        let code = try await env.google.call(.post, "/_sandbox/codes", exchange).text("code")
        let connection = try await bob.call(
            .post, "/api/v1/connections/exchange", ["provider": "google", "code": .string(code)]
        ).expect(201).text("id")
        try await bob.call(.post, "/api/v1/calendars", ["connection_id": .string(connection)]).expect(201)
        let taken = try load(try await env.consent(try start(), email: "bob@example.com"))
        #expect(
            taken.notice == "This calendar is already connected. Please connect again, or another account.", "\(taken)")
        let used = try load("/connected?connection_id=con_x%2F..&ticket=mgt_nonsense")
        #expect(used.notice?.hasSuffix("start the consent again. Please connect again, or another account.") == true)
    }

    func goesOnAfterLimitsAndEnds() async throws {
        // A session that ended: the answer is hidden from the page, a new session is not.
        let renewed = try load("/", staleSession: true)
        #expect(renewed.statuses.first == 401 && !renewed.rows.isEmpty && renewed.notice?.isEmpty == true, "\(renewed)")
        try await settings(["requests_per_second": 1, "burst": 1])
        let limited = try load("/")
        #expect(
            limited.statuses.contains(429) && !limited.rows.isEmpty && limited.notice?.isEmpty == true, "\(limited)")
    }
}
