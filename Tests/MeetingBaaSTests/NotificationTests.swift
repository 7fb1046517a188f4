import JSONValue
import MeetingBaaS
import Testing

/// Both versions, the guides' older spellings and today's (facts/meeting-baas.md 6.3 to 6.5).
struct NotificationTests {
    private let calendar = "123e4567-e89b-12d3-a456-426614174000"
    private let event = "123e4567-e89b-12d3-a456-426614174001"
    private let bot = "323e4567-e89b-12d3-a456-426614174001"

    private func read(_ text: String) throws -> MeetingBaaS.WebhookPayload {
        let given: MeetingBaaS.WebhookPayload? = .init(Array(text.utf8))
        return try #require(given)
    }

    @Test(arguments: ["last_updated_ts", "last_updated_at"], ["event", "type", "event_type"])
    func `A sync is read in every spelling of its time and its name`(time: String, name: String) throws {
        let given = try read(
            #"{"\#(name)":"calendar.sync_events","data":{"calendar_id":"\#(calendar)","\#(time)":"2023-05-01T12:00:00Z","affected_event_uuids":["\#(event)"]}}"#
        )
        #expect(given.event == "calendar.sync_events" && given.calendarID == calendar)
        #expect(given.changeTime == "2023-05-01T12:00:00Z" && given.instances.map(\.eventID) == [event])
    }

    @Test func `The flat form of March 2025 is read`() throws {
        let given = try read(
            #"{"event_type":"calendar.sync_events","calendar_id":"\#(calendar)","last_updated_at":"2023-05-01T12:00:00Z"}"#
        )
        #expect(given.calendarID == calendar && given.changeTime != nil)
    }

    @Test func `v1's complete names bot, event and extra`() throws {
        let given = try read(
            #"{"event":"complete","data":{"bot_id":"\#(bot)","event_uuid":"\#(event)","extra":{"foo":"bar"},"transcript":[]}}"#
        )
        #expect(
            given.botID == bot && given.eventID == event && given.extra == ["foo": "bar"] && given.calendarID == nil)
    }

    @Test func `v2's extra stands at the top, and null is none`() throws {
        let given = try read(
            #"{"event":"bot.completed","data":{"bot_id":"\#(bot)","event_id":null,"sent_at":"2025-01-15T11:31:00Z"},"extra":{"a":1}}"#
        )
        #expect(given.extra == ["a": 1] && given.eventID == nil && given.ownTime == "2025-01-15T11:31:00Z")
        let without = try read(#"{"event":"bot.completed","data":{"bot_id":"\#(bot)"},"extra":null}"#)
        #expect(without.extra == nil)
    }

    @Test(arguments: ["instances", "affected_instances", "cancelled_instances"])
    func `Instances are found under each of their names`(name: String) throws {
        let given = try read(
            #"{"event":"calendar.event_updated","data":{"calendar_id":"\#(calendar)","series_id":"\#(bot)","\#(name)":[{"event_id":"\#(event)","title":"T"}]}}"#
        )
        #expect(given.instances.count == 1 && given.instances[0].seriesID == bot)
    }

    @Test func `The first sync holds every series`() throws {
        let given = try read(
            #"{"event":"calendar.events_synced","data":{"calendar_id":"\#(calendar)","events":[{"series_id":"\#(bot)","instances":[{"event_id":"\#(event)"}]}]}}"#
        )
        #expect(given.instances.map(\.eventID) == [event])
    }

    @Test(arguments: [
        // Distinct by code units, the same by Swift's own comparison; then the same name twice.
        "\"\u{E9}\":1,\"e\u{301}\":2", "\"a\":1,\"a\":2", "\"event_id\":null,\"event_id\":null", "\"a\":\"\\u0000\"",
    ])
    func `A webhook is read whatever its members are called`(more: String) throws {
        let given = try read(#"{"event":"bot.completed","data":{"bot_id":"\#(bot)",\#(more)}}"#)
        #expect(given.botID == bot)
    }

    @Test(arguments: ["", "[]", "null", "{}", #"{"data":{}}"#, "\u{FF}"])
    func `What names no event is none`(text: String) {
        let given: MeetingBaaS.WebhookPayload? = .init(Array(text.utf8))
        #expect(given == nil)
    }

    @Test func `An id that is no UUID is none`() throws {
        let given = try read(#"{"event":"calendar.event_created","data":{"calendar_id":"../../x","bot_id":7}}"#)
        #expect(given.calendarID == nil && given.botID == nil)
    }
}
