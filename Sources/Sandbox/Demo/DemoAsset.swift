/// A file of the demo product's page.
struct DemoAsset: Sendable {
    let path: String
    let type: String
    let text: String

    static let all = [
        DemoAsset(path: "/style.css", type: "text/css", text: DemoStyle.base + DemoStyle.parts),
        DemoAsset(path: "/favicon.svg", type: "image/svg+xml", text: DemoPages.mark),
        DemoAsset(path: "/app/main.js", type: "text/javascript", text: DemoScript.main),
        DemoAsset(path: "/app/gateway.js", type: "text/javascript", text: DemoScript.gateway),
        DemoAsset(path: "/app/words.js", type: "text/javascript", text: DemoScript.words),
        DemoAsset(path: "/app/page.js", type: "text/javascript", text: DemoScript.page),
        DemoAsset(path: "/app/calendars.js", type: "text/javascript", text: DemoScript.calendars),
        DemoAsset(path: "/app/week.js", type: "text/javascript", text: DemoScript.week),
        DemoAsset(path: "/app/meeting.js", type: "text/javascript", text: DemoScript.meeting),
        DemoAsset(path: "/app/inbox.js", type: "text/javascript", text: DemoScript.inbox),
    ]

    var reply: Reply {
        Reply(
            200,
            headers: [
                ("content-type", "\(type); charset=utf-8"), ("cache-control", "no-cache"),
                ("x-content-type-options", "nosniff"),
            ], body: Array(text.utf8))
    }
}
