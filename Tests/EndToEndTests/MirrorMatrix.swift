import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

/// One user's objects behind the mirror, in one version.
struct MirrorThings: Sendable {
    var slug = "tenant-z"
    var user = "nobody"
    var connection = "con_00000000000000000000000000"
    /// The provider's calendar that v1's was made of: the person's second, since the first is v2's.
    var raw = "team"
    var calendar = "00000000-0000-4000-8000-000000000000"
    var event = "00000000-0000-4000-8000-000000000001"
    var series = "00000000-0000-4000-8000-000000000002"
    var bot = "00000000-0000-4000-8000-000000000003"
    var scheduled = "00000000-0000-4000-8000-000000000004"
    var zoom = "00000000-0000-4000-8000-000000000005"

    var ids: [String] { [connection, calendar, event, bot, scheduled, zoom] }

    /// Well formed, but unknown.
    static let unknown = MirrorThings()
}

/// The matrix's row of one operation of the catalogue.
struct MirrorRow: Sendable {
    /// The ids at the path's placeholders; empty: the call names no object there.
    var ids: @Sendable (MirrorThings) -> [String] = { _ in [] }
    var query: @Sendable (MirrorThings) -> String = { _ in "" }
    var body: @Sendable (MirrorThings) -> JSON? = { _ in nil }
    /// True if the query or the body names an object.
    var namesOtherwise = false
    /// The owner's success, or the refusal that comes after the owner was let in.
    var own: Set<Int> = [200]
    /// Above 0, it takes away what others still need: done last, in this order, and once.
    var last = 0
    /// For tenants' servers alone.
    var isForKeys = false

    func path(_ operation: MeetingBaaS.UpstreamOperation, _ things: MirrorThings) -> String {
        "/meeting-baas" + operation.path(ids(things)) + query(things)
    }

    func namesObject(_ operation: MeetingBaaS.UpstreamOperation) -> Bool {
        namesOtherwise || !operation.subjects.isEmpty
    }
}

/// A row for each call of the catalogue. A call without a row fails the test, since its objects have no declared owner.
enum MirrorMatrix {
    private static func meeting() -> JSON { .string("https://meet.google.com/\(UInt64.random(in: 0...UInt64.max))") }

    private static func of(
        _ id: @escaping @Sendable (MirrorThings) -> String, _ own: Set<Int> = [200], last: Int = 0,
        _ body: @escaping @Sendable (MirrorThings) -> JSON? = { _ in nil }
    ) -> MirrorRow {
        MirrorRow(ids: { [id($0)] }, body: body, own: own, last: last)
    }

    private static func naming(
        _ own: Set<Int> = [200], _ body: @escaping @Sendable (MirrorThings) -> JSON?
    ) -> MirrorRow {
        MirrorRow(body: body, namesOtherwise: true, own: own)
    }

    private static func make(_ own: Set<Int>, isForKeys: Bool = false, _ body: @escaping @Sendable () -> JSON)
        -> MirrorRow
    {
        MirrorRow(body: { _ in body() }, own: own, isForKeys: isForKeys)
    }

    private static func one(_ all: Bool, _ things: MirrorThings) -> JSON.Members {
        ["event_id": .string(things.event), "series_id": .string(things.series), "all_occurrences": .bool(all)]
    }

    private static func later() -> JSON { .string("\(Timestamp(Date()).adding(seconds: 86_400))") }

    static let rows: [MeetingBaaS.UpstreamOperation: MirrorRow] = [
        MeetingBaaS.UpstreamOperation.V1.createBot: make([200]) { ["bot_name": "N", "meeting_url": meeting()] },
        MeetingBaaS.UpstreamOperation.V1.leave: of(\.bot, [200, 409], last: 3),
        MeetingBaaS.UpstreamOperation.V1.meetingData: MirrorRow(query: { "?bot_id=\($0.bot)" }, namesOtherwise: true),
        MeetingBaaS.UpstreamOperation.V1.deleteData: of(\.bot, [200, 429], last: 4),
        MeetingBaaS.UpstreamOperation.V1.listBots: MirrorRow(),
        MeetingBaaS.UpstreamOperation.V1.retranscribe: naming([200, 202, 400, 409]) { ["bot_uuid": .string($0.bot)] },
        MeetingBaaS.UpstreamOperation.V1.screenshots: of(\.bot),
        MeetingBaaS.UpstreamOperation.V1.rawCalendars: naming {
            ["connection_id": .string($0.connection), "platform": "Google"]
        },
        MeetingBaaS.UpstreamOperation.V1.createCalendar: naming {
            ["connection_id": .string($0.connection), "raw_calendar_id": .string($0.raw)]
        },
        MeetingBaaS.UpstreamOperation.V1.listCalendars: MirrorRow(),
        MeetingBaaS.UpstreamOperation.V1.resyncAll: MirrorRow(own: [200]),
        MeetingBaaS.UpstreamOperation.V1.getCalendar: of(\.calendar),
        MeetingBaaS.UpstreamOperation.V1.updateCalendar: of(\.calendar) { ["connection_id": .string($0.connection)] },
        MeetingBaaS.UpstreamOperation.V1.deleteCalendar: of(\.calendar, last: 9),
        MeetingBaaS.UpstreamOperation.V1.listEvents: MirrorRow(
            query: { "?calendar_id=\($0.calendar)" }, namesOtherwise: true),
        MeetingBaaS.UpstreamOperation.V1.getEvent: of(\.event),
        MeetingBaaS.UpstreamOperation.V1.scheduleBot: of(\.event) { _ in ["bot_name": "N"] },
        MeetingBaaS.UpstreamOperation.V1.changeBot: of(\.event, [200, 404]) { _ in ["bot_name": "M"] },
        MeetingBaaS.UpstreamOperation.V1.cancelBot: of(\.event, last: 1),
        MeetingBaaS.UpstreamOperation.V1.listZoom: MirrorRow(),
        MeetingBaaS.UpstreamOperation.V1.createZoom: make([201], isForKeys: true) {
            [
                "authorization_code": .string("\(UInt64.random(in: 0...UInt64.max))"),
                "redirect_uri": "https://app.example.com/zoom", "zoom_client_id": "z", "zoom_client_secret": "z-secret",
            ]
        },
        MeetingBaaS.UpstreamOperation.V1.getZoom: of(\.zoom),
        MeetingBaaS.UpstreamOperation.V1.deleteZoom: of(\.zoom, [204], last: 5),

        MeetingBaaS.UpstreamOperation.V2.createBot: make([201]) { ["bot_name": "N", "meeting_url": meeting()] },
        MeetingBaaS.UpstreamOperation.V2.listBots: MirrorRow(),
        MeetingBaaS.UpstreamOperation.V2.createBots: make([201]) { [["bot_name": "N", "meeting_url": meeting()]] },
        MeetingBaaS.UpstreamOperation.V2.bot: of(\.bot),
        MeetingBaaS.UpstreamOperation.V2.botStatus: of(\.bot),
        MeetingBaaS.UpstreamOperation.V2.screenshots: of(\.bot),
        MeetingBaaS.UpstreamOperation.V2.chat: of(\.bot, [200, 409]) { _ in ["message": "hello"] },
        MeetingBaaS.UpstreamOperation.V2.pause: of(\.bot, [200, 409]),
        MeetingBaaS.UpstreamOperation.V2.resume: of(\.bot, [200, 409]),
        MeetingBaaS.UpstreamOperation.V2.resendWebhook: of(\.bot, [200, 409]),
        MeetingBaaS.UpstreamOperation.V2.retryCallback: of(\.bot, [200, 409]),
        MeetingBaaS.UpstreamOperation.V2.updateConfig: of(\.bot) { _ in ["extra": ["a": "b"]] },
        MeetingBaaS.UpstreamOperation.V2.leave: of(\.bot, [200, 409], last: 3),
        MeetingBaaS.UpstreamOperation.V2.deleteData: of(\.bot, last: 4),
        MeetingBaaS.UpstreamOperation.V2.createScheduled: make([201]) {
            ["bot_name": "N", "meeting_url": meeting(), "join_at": later()]
        },
        MeetingBaaS.UpstreamOperation.V2.listScheduled: MirrorRow(),
        MeetingBaaS.UpstreamOperation.V2.createScheduledBots: make([201]) {
            [["bot_name": "N", "meeting_url": meeting(), "join_at": later()]]
        },
        MeetingBaaS.UpstreamOperation.V2.getScheduled: of(\.scheduled),
        MeetingBaaS.UpstreamOperation.V2.updateScheduled: of(\.scheduled, [200, 409]) { _ in ["bot_name": "M"] },
        MeetingBaaS.UpstreamOperation.V2.deleteScheduled: of(\.scheduled, [200, 409], last: 4),
        MeetingBaaS.UpstreamOperation.V2.createZoom: make([201], isForKeys: true) {
            ["name": "Z", "client_id": "z", "client_secret": "z-secret"]
        },
        MeetingBaaS.UpstreamOperation.V2.listZoom: MirrorRow(),
        MeetingBaaS.UpstreamOperation.V2.getZoom: of(\.zoom),
        MeetingBaaS.UpstreamOperation.V2.updateZoom: MirrorRow(
            ids: { [$0.zoom] }, body: { _ in ["name": "Y"] }, own: [200], isForKeys: true),
        MeetingBaaS.UpstreamOperation.V2.deleteZoom: of(\.zoom, last: 5),
        MeetingBaaS.UpstreamOperation.V2.rawCalendars: naming {
            ["connection_id": .string($0.connection), "calendar_platform": "google"]
        },
        MeetingBaaS.UpstreamOperation.V2.createCalendar: naming([201]) {
            ["connection_id": .string($0.connection), "raw_calendar_id": "primary"]
        },
        MeetingBaaS.UpstreamOperation.V2.listCalendars: MirrorRow(),
        MeetingBaaS.UpstreamOperation.V2.getCalendar: of(\.calendar),
        MeetingBaaS.UpstreamOperation.V2.updateCalendar: of(\.calendar) { ["connection_id": .string($0.connection)] },
        MeetingBaaS.UpstreamOperation.V2.syncCalendar: of(\.calendar),
        MeetingBaaS.UpstreamOperation.V2.resubscribe: of(\.calendar),
        MeetingBaaS.UpstreamOperation.V2.listEvents: of(\.calendar),
        MeetingBaaS.UpstreamOperation.V2.listSeries: of(\.calendar),
        MeetingBaaS.UpstreamOperation.V2.getEvent: MirrorRow(ids: { [$0.calendar, $0.event] }),
        MeetingBaaS.UpstreamOperation.V2.scheduleBot: of(\.calendar, [201]) { things in
            var body = one(false, things)
            body["bot_name"] = "N"
            return .object(body)
        },
        MeetingBaaS.UpstreamOperation.V2.changeBot: of(\.calendar, [200, 404, 409]) { things in
            var body = one(false, things)
            body["bot_name"] = "M"
            return .object(body)
        },
        MeetingBaaS.UpstreamOperation.V2.cancelBot: of(\.calendar, [200, 404], last: 1) { .object(one(false, $0)) },
        MeetingBaaS.UpstreamOperation.V2.deleteCalendar: of(\.calendar, last: 9),
    ]
}

/// Makes what the matrix is about, by the mirror itself.
enum MirrorMatrixObjects {
    static func things(
        _ env: TestEnvironment, _ tenant: TenantFixture, _ user: String, _ versions: [APIVersion]
    ) async throws -> [APIVersion: MirrorThings] {
        let app = try await tenant.session(user)
        let connection = try await tenant.connect(app, "google", email: "\(user)-\(tenant.slug)@example.com")
        let server = tenant.server.with("Gateway-User", user)
        var all: [APIVersion: MirrorThings] = [:]
        for version in versions {
            var things = MirrorThings(slug: tenant.slug, user: user)
            things.connection = connection["id"]?.stringValue ?? ""
            switch version {
            case .v1: try await makeV1(server, &things)
            case .v2: try await makeV2(server, &things)
            }
            all[version] = things
        }
        return all
    }

    private static func makeV1(_ server: API, _ things: inout MirrorThings) async throws {
        let named: JSON = ["connection_id": .string(things.connection), "platform": "Google"]
        let raw = try await server.call(.post, "/meeting-baas/calendars/raw", named).expect(200)
        let team = raw["calendars"]?.arrayValue?.first { $0["is_primary"] == false }?["id"]?.stringValue ?? ""
        things.raw = team
        let made = try await server.call(
            .post, "/meeting-baas/calendars/",
            ["connection_id": .string(things.connection), "platform": "Google", "raw_calendar_id": .string(team)]
        ).expect(200)
        things.calendar = made["calendar"]?["uuid"]?.stringValue ?? ""
        let events = try await server.call(
            .get, "/meeting-baas/calendar_events/?calendar_id=\(things.calendar)"
        ).expect(200)
        let event = events.items.first { $0["meeting_url"]?.stringValue?.isEmpty == false }
        things.event = try #require(event?["uuid"]?.stringValue)
        things.bot = try await server.call(
            .post, "/meeting-baas/bots",
            ["bot_name": "N", "meeting_url": .string("https://meet.google.com/one-\(things.slug)-\(things.user)")]
        ).expect(200).text("bot_id")
        things.zoom = try await server.call(
            .post, "/meeting-baas/zoom_oauth_connections",
            [
                "authorization_code": .string("code-\(things.slug)-\(things.user)"),
                "redirect_uri": "https://app.example.com/zoom", "zoom_client_id": "z",
                "zoom_client_secret": "z-secret",
            ]
        ).expect(201).text("uuid")
    }

    private static func makeV2(_ server: API, _ things: inout MirrorThings) async throws {
        let made = try await server.call(
            .post, "/meeting-baas/v2/calendars",
            ["connection_id": .string(things.connection), "calendar_platform": "google", "raw_calendar_id": "primary"]
        ).expect(201)
        things.calendar = made["data"]?["calendar_id"]?.stringValue ?? ""
        let events = try await server.call(.get, "/meeting-baas/v2/calendars/\(things.calendar)/events").expect(200)
        let later = "\(Timestamp(Date()).adding(seconds: 600))"
        let event = events.items.first {
            $0["meeting_url"]?.stringValue != nil && ($0["start_time"]?.stringValue ?? "") > later
        }
        things.event = try #require(event?["event_id"]?.stringValue)
        things.series = try #require(event?["series_id"]?.stringValue)
        things.bot = try bot(
            await server.call(
                .post, "/meeting-baas/v2/bots",
                ["bot_name": "N", "meeting_url": .string("https://meet.google.com/one-\(things.slug)-\(things.user)")]
            ).expect(201))
        things.scheduled = try bot(
            await server.call(
                .post, "/meeting-baas/v2/bots/scheduled",
                [
                    "bot_name": "N", "meeting_url": "https://meet.google.com/two",
                    "join_at": .string("\(Timestamp(Date()).adding(seconds: 86_400))"),
                ]
            ).expect(201))
        let zoom = try await server.call(
            .post, "/meeting-baas/v2/zoom-credentials", ["name": "Z", "client_id": "z", "client_secret": "z-secret"]
        ).expect(201)
        things.zoom = zoom["data"]?["credential_id"]?.stringValue ?? ""
    }

    static func bot(_ reply: API.Reply) throws -> String {
        try #require(reply["data"]?["bot_id"]?.stringValue)
    }
}
