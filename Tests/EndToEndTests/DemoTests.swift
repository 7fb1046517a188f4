import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// The demo product of `serve --sandbox` in a real browser, as a person uses it.
    @Suite struct DemoTests {
        @Test(.timeLimit(.minutes(3)))
        func `Connect, see the week, record a meeting by keyboard, and watch the webhooks arrive`() async throws {
            let demo = try await Demo()
            defer { demo.end() }
            try await Browser.run(in: demo.folder) { browser in
                try await browser.prefer(dark: false)
                let pictures = try Pictures(demo.folder, browser)
                try await signIn(browser, demo)
                try await connect(browser, demo, pictures)
                try await record(browser, pictures)
                try await afterReload(browser, pictures)
                try await disconnect(browser)
                #expect(try await browser.consoleErrors() == [])
                try await onlyOurs(browser, demo)
                // An open inbox does not keep the program from ending.
                #expect(demo.program.stop() == 0)
            }
        }

        private func signIn(_ browser: Browser, _ demo: Demo) async throws {
            try await browser.open(demo.page)
            try await browser.sees("Every meeting, written down.", in: "h1")
            try await PageChecks.contrast(browser)
            try await PageChecks.names(browser)
            try await browser.prefer(dark: true)
            try await PageChecks.contrast(browser)
            try await browser.prefer(dark: false)
            // By keyboard, from the top of the page.
            try await browser.tab(to: "button[value=Mia]")
            try await PageChecks.focusIsVisible(browser)
            try await browser.press(.enter)
            try await browser.sees("Hello Mia, which calendar do you use?", in: "h1")
            try await browser.sees("Live", in: "#live")
            try await browser.sees("Nothing yet.", in: "#quiet")
        }

        private func connect(_ browser: Browser, _ demo: Demo, _ pictures: Pictures) async throws {
            try await PageChecks.contrast(browser)
            try await PageChecks.steady(browser)
            try await pictures.take("connect")
            try await browser.sees("Connect Microsoft Calendar", in: "button")
            try await browser.network()
            try await browser.click("[data-connect=google]")
            try await browser.sees("Meeting Gateway wants to access your Google account", in: "h1")
            #expect(try await browser.script("return document.querySelector('#email').value") == "mia@example.com")
            try await browser.network()
            try await browser.click("button[value=allow]")
            try await browser.sees("mia@example.com is connected.", in: "#status")
            #expect(try await browser.url() == demo.page, "the ticket is gone from the address bar")
            try await browser.sees("Google Calendar", in: ".account")
            try await browser.sees("Your week", in: "h1")
            try await browser.sees("meetings, none with recording on", in: "#week-summary")
            let titles = try await browser.texts(".meeting h3")
            for title in ["Product review", "Kick-off with Northwind", "Sales demo", "Partner sync", "Weekly planning"]
            {
                #expect(titles.filter { $0 == title }.count == 1, "\(title) once among \(titles)")
            }
            let days = try await browser.texts(".day h2")
            #expect(days.count >= 2 && days[0].hasPrefix("To"), "\(days)")
            let facts = try await browser.texts(".facts")
            for service in ["Google Meet", "Zoom", "Microsoft Teams"] {
                #expect(facts.contains { $0.contains(service) && $0.contains("3 people") }, "\(service)")
            }
            #expect(facts.contains { $0.contains("Repeats") } && facts.contains { $0.contains("You organize") })
            #expect(try await browser.texts(".meeting[data-status=cancelled] .state") == ["Cancelled"])
            #expect(try await browser.texts(".meeting .state").contains("No meeting link"))
            try await browser.sees("connection.active", in: ".message code")
            try await browser.sees("Meeting BaaS has opened the calendar.", in: ".message")
            try await PageChecks.steady(browser)
        }

        /// One by keyboard, which is let run to its end, and one by mouse.
        private func record(_ browser: Browser, _ pictures: Pictures) async throws {
            try await browser.tab(to: "[aria-label='Record Product review']")
            try await PageChecks.focusIsVisible(browser)
            try await browser.press(.space)
            let review = try await card(browser, "Product review")
            try await browser.sees("Bot is planned", in: "\(review) .state")
            #expect(
                try await browser.script("return document.activeElement.getAttribute('aria-label')")
                    == "Record Product review", "the focus stays where it was")
            try await browser.sees("Recording is on for “Product review”.", in: "[data-type='recording.scheduled']")
            try await browser.click("[aria-label='Record Kick-off with Northwind']")
            try await browser.sees("meetings, 2 with recording on", in: "#week-summary")
            // Off and on again.
            try await browser.click("[aria-label='Record Kick-off with Northwind']")
            try await browser.sees("Recording is off for “Kick-off with Northwind”.", in: ".message")
            // The message may overtake the reply, and while a change is under way the switch takes no other.
            let kickOff = try await card(browser, "Kick-off with Northwind")
            try await browser.sees("Not recorded", in: "\(kickOff) .state")
            try await browser.click("[aria-label='Record Kick-off with Northwind']")
            try await browser.sees("Bot is planned", in: "\(kickOff) .state")

            try await browser.click("\(review) .sandbox-button")
            try await browser.sees("Recording now", in: "\(review) .state")
            try await browser.sees("The bot is recording “Product review”.", in: "[data-type='bot.status_change']")
            try await browser.sees("Let the meeting end", in: "\(review) .sandbox-button")
            try await PageChecks.contrast(browser)
            try await PageChecks.names(browser)
            try await dismissNotices(browser)
            try await pictures.take("week")
            try await browser.click("\(review) .sandbox-button")
            try await browser.sees("Recorded", in: "\(review) .state")
            try await browser.sees("The recording of “Product review” is ready.", in: "[data-type='bot.completed']")
            // Newest first.
            #expect(try await browser.texts(".message code").first == "bot.completed")
            try await browser.sees("Transcript", in: "\(review) .artifacts a")
            #expect(try await browser.texts("\(review) .artifacts a") == ["Video", "Sound", "Transcript"])
            let link = try await browser.script("return document.querySelector('.artifacts a').href").stringValue ?? ""
            #expect(try await API("").call(.get, link).expect(200).text.contains("video.mp4"))
        }

        /// Nothing of it was in the page alone.
        private func afterReload(_ browser: Browser, _ pictures: Pictures) async throws {
            let before = try await browser.texts(".message code")
            try await browser.network()
            try await browser.reload()
            let review = try await card(browser, "Product review")
            try await browser.sees("Transcript", in: "\(review) .artifacts a")
            try await browser.sees("meetings, 2 with recording on", in: "#week-summary")
            try await browser.until("the same messages") {
                try await browser.texts(".message code") == before ? true : nil
            }
            try await browser.sees("The recording of “Product review” is ready.", in: ".message:first-child")
            try await browser.click(".message:first-child summary")
            try await browser.sees("\"user_id\": \"mia\"", in: ".message:first-child pre")
            let light = try await browser.picture()
            try await browser.prefer(dark: true)
            try await PageChecks.contrast(browser)
            #expect(try await browser.picture() != light, "dark is not light")
            #expect(
                try await browser.script("return getComputedStyle(document.body).backgroundColor") == "rgb(13, 21, 25)")
            try await pictures.take("inbox")
            try await browser.resize(390, 780, scale: "1.5")
            try await browser.until("the phone's layout") {
                try await browser.script("return getComputedStyle(document.querySelector('.tabs')).display") == "grid"
                    ? true : nil
            }
            try await PageChecks.noOverflow(browser)
            try await PageChecks.names(browser)
            try await browser.click(".tabs a[href='#inbox']")
            try await browser.until("the inbox in sight") {
                let top = try await browser.script(
                    "return document.querySelector('#inbox').getBoundingClientRect().top"
                ).text
                return (Double(top) ?? 999) < 100 ? true : nil
            }
            try await pictures.take("phone-inbox")
            try await browser.prefer(dark: false)
            try await browser.click(".tabs a[href='#primary']")
            try await browser.script("scrollTo(0, 0)")
            try await PageChecks.noOverflow(browser)
            try await PageChecks.contrast(browser)
            try await pictures.take("phone-week")
            // As narrow as WCAG 2.2, 1.4.10 asks.
            try await browser.resize(320, 640)
            try await PageChecks.noOverflow(browser)
            try await browser.resize(1280, 800)
        }

        private func disconnect(_ browser: Browser) async throws {
            try await browser.click("[aria-label='Disconnect mia@example.com']")
            try await browser.sees("Disconnect mia@example.com?", in: "dialog h2")
            try await browser.press(.escape)
            try await browser.until("the question is gone") {
                try await browser.script("return document.querySelector('dialog').open") == false ? true : nil
            }
            #expect(try await browser.texts(".account").count == 1)
            try await browser.click("[aria-label='Disconnect mia@example.com']")
            try await browser.click("dialog [value=yes]")
            try await browser.sees("mia@example.com is disconnected.", in: "#status")
            try await browser.sees("which calendar do you use?", in: "h1")
            try await browser.sees("mia@example.com is disconnected.", in: "[data-type='connection.deleted']")
        }

        /// Every request went to one of ours, and nothing that the browser got holds the tenant's key.
        private func onlyOurs(_ browser: Browser, _ demo: Demo) async throws {
            let traffic = try await browser.network()
            #expect(traffic.urls.count > 30)
            for url in traffic.urls {
                let local =
                    url.hasPrefix("http://127.0.0.1:") || url.hasPrefix("http://localhost:") || url.hasPrefix("data:")
                #expect(local, "\(url)")
            }
            let ports = Set(traffic.urls.compactMap { URLComponents(string: $0)?.port })
            #expect(ports == demo.ports, "demo, gateway and Google's stand-in")
            let headers = JSON.array(traffic.messages).text
            let bodies = traffic.bodies.joined()
            let held = try await browser.held()
            // They were looked at: the session is in both.
            #expect(headers.contains("Bearer mgs_") && bodies.contains("\"token\":\"mgs_") && held.contains("<html"))
            for secret in ["mgk_", "whsec_", demo.adminToken, "sandbox-google-secret"] {
                #expect(!headers.contains(secret) && !bodies.contains(secret) && !held.contains(secret), "\(secret)")
            }
            #expect(!held.contains("mgs_") && !held.contains("mgt_"), "sessions are in the script's memory only")
        }

        private func card(_ browser: Browser, _ title: String) async throws -> String {
            let find = """
                return [...document.querySelectorAll(".meeting")].find((one) =>
                  one.querySelector("h3").textContent === arguments[0])?.dataset.event
                """
            let id = try await browser.until("the meeting \(title)") {
                try await browser.script(find, .string(title)).stringValue
            }
            return ".meeting[data-event='\(id)']"
        }

        private func dismissNotices(_ browser: Browser) async throws {
            for _ in try await browser.elements(".notice .close") { try await browser.click(".notice .close") }
        }
    }
}
