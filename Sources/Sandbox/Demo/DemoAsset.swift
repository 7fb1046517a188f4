/// A file of the demo product's page.
struct DemoAsset: Sendable {
    let path: String
    let type: String
    let text: String

    static let all = [
        DemoAsset(path: "/style.css", type: "text/css", text: DemoAssets.styleCSS),
        DemoAsset(path: "/favicon.svg", type: "image/svg+xml", text: DemoAssets.faviconSVG),
        DemoAsset(path: "/app/main.js", type: "text/javascript", text: DemoAssets.appMainJS),
        DemoAsset(path: "/app/gateway.js", type: "text/javascript", text: DemoAssets.appGatewayJS),
        DemoAsset(path: "/app/words.js", type: "text/javascript", text: DemoAssets.appWordsJS),
        DemoAsset(path: "/app/page.js", type: "text/javascript", text: DemoAssets.appPageJS),
        DemoAsset(path: "/app/calendars.js", type: "text/javascript", text: DemoAssets.appCalendarsJS),
        DemoAsset(path: "/app/week.js", type: "text/javascript", text: DemoAssets.appWeekJS),
        DemoAsset(path: "/app/meeting.js", type: "text/javascript", text: DemoAssets.appMeetingJS),
        DemoAsset(path: "/app/inbox.js", type: "text/javascript", text: DemoAssets.appInboxJS),
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
