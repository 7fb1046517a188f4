import HTTPTypes
import JSONValue
import MeetingBaaS
import Testing

@testable import Gateway

/// The permission of callers for calls and objects, decided from memory alone.
@Suite struct MirrorDecisionTests {
    private let calendar = "123e4567-e89b-12d3-a456-426614174000"
    private let event = "123e4567-e89b-12d3-a456-426614174001"

    private func caller(user: String? = nil, scopes: Set<Scope> = [.mirrorRead, .mirrorWrite]) -> Caller {
        let tenant = Tenant(
            id: "ten_a", slug: "a", name: "A", status: .active, settings: TenantSettings(),
            createdAt: Timestamp(milliseconds: 0))
        return Caller(tenant: tenant, user: user, scopes: scopes, credential: .key("key_a"))
    }

    private func outcome(
        _ operation: MeetingBaaS.UpstreamOperation, _ ids: [String], query: [(name: String, value: String)] = [],
        _ caller: Caller, headers: HTTPFields = [:],
        cached: (ObjectReference) -> MirrorDecision.CacheLookup
    ) -> String {
        let call = MirrorCall(operation: operation, ids: ids, query: query)
        switch MirrorDecision.decide(call, caller: caller, account: "shared", headers: headers, cached: cached) {
        case .refuse(let error): return "\(error.status)"
        case .ask(let references): return "ask " + references.map(\.kind.rawValue).joined(separator: " ")
        case .forward(let outbound): return outbound.target
        }
    }

    @Test func `What memory lacks is asked for, what is another's is refused, what is one's own goes out`() {
        let read = MeetingBaaS.UpstreamOperation.V2.getEvent
        let path = "/v2/calendars/\(calendar)/events/\(event)"
        func owner(_ tenant: String, _ user: String?, calendar: String? = nil) -> MirrorDecision.CacheLookup {
            .owner(Owner(tenant: tenant, user: user, calendar: calendar ?? self.calendar))
        }
        #expect(outcome(read, [calendar, event], caller()) { _ in .miss } == "ask calendar event")
        #expect(outcome(read, [calendar, event], caller()) { _ in .unowned } == "404")
        #expect(outcome(read, [calendar, event], caller()) { _ in owner("ten_a", "ann") } == path)
        #expect(outcome(read, [calendar, event], caller(user: "ann")) { _ in owner("ten_a", "ann") } == path)
        #expect(outcome(read, [calendar, event], caller(user: "bob")) { _ in owner("ten_a", "ann") } == "404")
        #expect(outcome(read, [calendar, event], caller(user: "ann")) { _ in owner("ten_a", nil) } == "404")
        #expect(outcome(read, [calendar, event], caller()) { _ in owner("ten_b", "ann") } == "404")
        #expect(
            outcome(read, [calendar, event], caller()) { reference in
                owner("ten_a", "ann", calendar: reference.kind == .event ? "another" : nil)
            } == "404", "an event of another calendar than the path's")
    }

    @Test func `An id in the query is looked at as one in the path is`() {
        let read = MeetingBaaS.UpstreamOperation.V1.listEvents
        #expect(outcome(read, [], caller()) { _ in .unowned } == "400")
        let query = [(name: "calendar_id", value: calendar.uppercased()), (name: "status", value: "a,b +c")]
        #expect(outcome(read, [], query: query, caller()) { $0.id == self.calendar ? .unowned : .miss } == "404")
        let target = outcome(read, [], query: query, caller()) { _ in .owner(Owner(tenant: "ten_a", user: nil)) }
        #expect(target == "/calendar_events/?calendar_id=\(calendar.uppercased())&status=a%2Cb%20%2Bc")
    }

    @Test func `An empty parameter that says whose the answer is to be is refused`() {
        let own: (ObjectReference) -> MirrorDecision.CacheLookup = { _ in .owner(Owner(tenant: "ten_a", user: nil)) }
        typealias V1 = MeetingBaaS.UpstreamOperation.V1
        typealias V2 = MeetingBaaS.UpstreamOperation.V2
        for (operation, ids, name) in [
            (V1.listEvents, [], "calendar_id"), (V1.meetingData, [], "bot_id"),
            (V1.listBots, [], "filter_by_extra"),
            (V2.listBots, [], "bot_id"), (V2.listBots, [], "extra"), (V2.listScheduled, [], "bot_id"),
            (V2.listCalendars, [], "account_email"), (V2.listZoom, [], "zoom_user_id"),
            (V2.listEvents, [calendar], "calendar_id"),
        ] {
            #expect(
                outcome(operation, ids, query: [(name: name, value: "")], caller(), cached: own) == "400", "\(name)")
        }
        let free = [(name: "cursor", value: ""), (name: "limit", value: ""), (name: "bot_name", value: "")]
        #expect(outcome(V2.listBots, [], query: free, caller(), cached: own) == "/v2/bots?cursor=&limit=&bot_name=")
    }

    @Test func `Only headers of the list go out, and none that Connection names`() {
        var headers: HTTPFields = [
            .authorization: "Bearer mgk_x", .cookie: "a=b", .accept: "application/json;q=1",
            .connection: "close, Accept-Language",
            .acceptLanguage: "de", .range: "bytes=0-1", .origin: "https://a.example",
        ]
        headers[.meetingBaaSKey] = "mgk_x"
        let out = MirrorDecision.outbound(headers)
        #expect(out.map(\.0).sorted() == ["Accept", "User-Agent"])
        #expect(MirrorDecision.outbound(HTTPFields()).contains { $0 == ("Accept", "application/json") })
    }

    @Test func `Replies lose what is not the tenant's, and nothing else`() throws {
        let rules = ReplyRules(
            callbackBase: "https://gw.example/callbacks/meeting-baas/", tenantTag: "tag", isKey: true)
        let plain: JSON = ["data": ["a": 1, "extra": ["k": "v"], "tokens": ["streaming_input": .number("0.5")]]]
        #expect(rules.redacted(plain, urls: [:]) == nil, "the same bytes")
        let full: JSON = [
            "bot_data": [
                "bot": [
                    "account_id": 7, "webhook_url": "https://gw.example/callbacks/meeting-baas/ref",
                    "deduplication_key": "tag:own",
                    "zoom_sdk_pwd": "p", "extra": ["meeting_gateway": "m", "meeting_gateway_tenant": "t", "k": "v"],
                ]
            ],
            "raw": ["account_id": 9, "extra": "x"],
            "callback_config": [
                "url": "https://gw.example/callbacks/meeting-baas/ref", "secret": "s", "method": "POST",
            ],
        ]
        #expect(rules.references(in: full) == ["ref", "ref"])
        let clean = try #require(rules.redacted(full, urls: ["ref": "https://t.example/"]))
        let bot = clean["bot_data"]?["bot"]
        #expect(
            bot?["account_id"] == 0 && bot?["webhook_url"] == "https://t.example/" && bot?["deduplication_key"] == "own"
        )
        #expect(bot?["zoom_sdk_pwd"] == .null && bot?["extra"] == ["k": "v"])
        #expect(clean["raw"] == ["account_id": 9, "extra": "x"])
        #expect(
            clean["callback_config"]?["url"] == "https://t.example/" && clean["callback_config"]?["secret"] == .null)
    }

    @Test func `A deduplication key is shown as its owner gave it, whichever user's it is`() {
        let (tenant, user) = (String(repeating: "t", count: 24), String(repeating: "u", count: 24))
        func given(_ key: String) -> String? { AttributionTags.givenDeduplicationKey(key, tenantTag: tenant) }
        #expect(given(tenant) == "" && given("\(tenant).\(user)") == "")
        #expect(given("\(tenant):a:b") == "a:b" && given("\(tenant).\(user):a:b") == "a:b")
        #expect(given("\(user):a") == nil)
    }

    @Test func `Upstream's words name nothing that the caller did not`() {
        let said =
            "Bot 123E4567-e89b-12d3-a456-426614174000 of bob@example.com at https://x.example/a?b has key abcdefghijklmnopqrstuvwxyz"
        let clean = MirrorError.MessageRedactor.redact(said, sent: "/bots/123e4567-e89b-12d3-a456-426614174000")
        #expect(clean == "Bot 123E4567-e89b-12d3-a456-426614174000 of [e-mail] at [url] has key […]")
    }
}
