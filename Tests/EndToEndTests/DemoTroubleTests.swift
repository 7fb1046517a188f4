import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd.DemoTests {
    /// The page's messages when something goes wrong.
    @Test(.timeLimit(.minutes(3)))
    func `Refusing, unticking, a calendar that is another's, a suspended tenant and a lost login are said kindly`()
        async throws
    {
        let demo = try await Demo()
        defer { demo.end() }
        try await Browser.run(in: demo.folder) { browser in
            try await browser.prefer(dark: false)
            try await browser.open(demo.page)
            try await browser.type(" - ", into: "#name")
            try await browser.click(".other button")
            try await browser.sees("Type a name", in: "[role=alert]")
            try await browser.type("Nora", into: "#name")
            try await browser.click(".other button")
            try await consents(browser, demo)
            try await anothers(browser)
            try await suspended(browser, demo)
            try await sessionOver(browser)
            try await signedOutElsewhere(browser, demo)
            try await microsoft(browser)
            // Refused calls are errors to the console; nothing else may be.
            let errors = try await browser.consoleErrors().filter {
                !$0.contains("Failed to load resource") && !$0.contains("blocked by CORS policy")
            }
            #expect(errors == [])
        }
    }

    private func consents(_ browser: Browser, _ demo: Demo) async throws {
        try await browser.click("[data-connect=google]")
        try await browser.click("button[value=cancel]")
        try await browser.sees("You did not allow access, so nothing was connected.", in: "#status")
        #expect(try await browser.url() == demo.page)
        try await browser.sees("Hello Nora", in: "h1")
        // The calendar's box unticked.
        try await browser.click("[data-connect=google]")
        try await browser.click("#calendar")
        try await browser.click("button[value=allow]")
        try await browser.sees("Calendar access was left unticked.", in: ".account")
        try await browser.sees("Your meetings appear here once a calendar is connected.", in: ".week")
        try await PageChecks.contrast(browser)
        try await browser.click(".account .secondary")
        try await browser.click("button[value=allow]")
        try await browser.sees("nora@example.com is connected.", in: "#status")
        try await browser.sees("Product review", in: ".meeting h3")
    }

    /// Ann's calendar, which she connected herself.
    private func anothers(_ browser: Browser) async throws {
        try await browser.click(".more-accounts [data-connect=google]")
        try await browser.type("ann@example.com", into: "#email")
        try await browser.click("button[value=allow]")
        try await browser.sees("already connected. A calendar is connected once only", in: "#alert")
        try await browser.sees("Its calendar is not added yet.", in: ".account")
        try await browser.click("[aria-label='Disconnect ann@example.com']")
        try await browser.click("dialog [value=yes]")
        try await browser.until("one account") { try await browser.texts(".account").count == 1 ? true : nil }
    }

    private func suspended(_ browser: Browser, _ demo: Demo) async throws {
        let tenant = "/admin/v1/tenants/demo"
        let admin = API(demo.gateway.base, token: demo.adminToken)
        try await admin.call(.patch, tenant, ["status": "suspended"]).expect(200)
        let record = "[aria-label='Record Sales demo']"
        try await browser.click(record)
        try await browser.sees("Whoever runs the meeting gateway has to put this right.", in: "#alert")
        #expect(try await isOn(browser, record) == false)
        try await PageChecks.contrast(browser)
        try await browser.reload()
        try await browser.sees("Your week could not be loaded", in: "h1")
        try await admin.call(.patch, tenant, ["status": "active"]).expect(200)
        try await browser.click(".primary-button")
        try await browser.sees("Sales demo", in: ".meeting h3")
    }

    /// The page gets another session silently.
    private func sessionOver(_ browser: Browser) async throws {
        try await browser.script(
            """
            const real = window.fetch;
            window.fetch = (url, options) => {
              if (!options?.headers?.Authorization) return real(url, options);
              window.fetch = real;
              return real(url, { ...options, headers: { ...options.headers, Authorization: "Bearer mgs_over" } });
            };
            """)
        let record = "[aria-label='Record Partner sync']"
        try await browser.click(record)
        try await browser.sees("Recording is on for “Partner sync”.", in: ".message")
        #expect(try await browser.texts("#alert").joined().isEmpty)
        #expect(try await isOn(browser, record) == true)
    }

    /// Signing out ends the gateway's sessions too: this page's next call is refused, and the page notices.
    private func signedOutElsewhere(_ browser: Browser, _ demo: Demo) async throws {
        let cookie = try await browser.command(.get, "/cookie/northwind_session")
        #expect(cookie["httpOnly"] == true && cookie["sameSite"] == "Lax")
        let elsewhere = API(String(demo.page.dropLast())).with("Origin", String(demo.page.dropLast()))
            .with("Cookie", "northwind_session=\(cookie["value"]?.stringValue ?? "")")
        try await elsewhere.form("/sign-out", []).expect(303)
        try await browser.click("[aria-label='Record Sales demo']")
        try await browser.sees("Every meeting, written down.", in: "h1")
    }

    private func microsoft(_ browser: Browser) async throws {
        try await browser.click("button[value=Ben]")
        try await browser.click("[data-connect=microsoft]")
        try await browser.click("button[value=allow]")
        try await browser.sees("ben@example.com is connected.", in: "#status")
        try await browser.sees("Microsoft Calendar", in: ".account")
        try await browser.click("[aria-label='Disconnect ben@example.com']")
        try await browser.click("dialog [value=yes]")
        try await browser.sees("Microsoft remembers that you allowed it", in: "#status")
        try await browser.sees("in your account", in: "#status a[href^='https://']")
    }

    private func isOn(_ browser: Browser, _ css: String) async throws -> JSON {
        try await browser.script("return document.querySelector(arguments[0]).checked", .string(css))
    }
}
