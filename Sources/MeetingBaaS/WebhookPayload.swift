public import JSONValue

/// A webhook of Meeting BaaS, read tolerantly: both versions, the guides' older spellings and today's
/// (facts/meeting-baas.md 6.5). Unknown events pass under their own name.
public struct WebhookPayload: Sendable {
    /// The event's name, as sent.
    public let event: String
    /// The payload: `data` when it is an object, else the whole.
    public let data: JSON
    /// Top-level `extra`, else the one inside the payload.
    public let extra: JSON?
    public let calendarID: String?
    public let botID: String?
    /// The event a bot was for.
    public let eventID: String?
    /// Every event the message speaks of, with what is said about it.
    public let instances: [Instance]
    /// `last_updated_ts` or `last_updated_at`.
    public let changeTime: String?
    /// The event's own time, where it has one.
    public let ownTime: String?

    public struct Instance: Sendable {
        public let eventID: String
        public let seriesID: String?
        /// The instance as sent; `.null` where only its id was.
        public let json: JSON
    }

    /// `nil` when the body is no JSON object or names no event.
    public init?(_ body: [UInt8]) {
        guard let root = try? JSON.parse(body, depth: 512, lenient: true), root.objectValue != nil else { return nil }
        let data = root["data"]?.objectValue != nil ? root["data"] ?? root : root
        guard
            let event = ["event", "event_type", "type"].lazy.compactMap({ root[$0]?.stringValue }).first
                ?? data["event"]?.stringValue
        else { return nil }
        self.event = event
        self.data = data
        let extras = [root["extra"], data["extra"]]
        extra = extras.compactMap { $0 }.first { !$0.isNull }
        let names = ["calendar_id", "calendar_uuid"] + (event.hasPrefix("calendar.") ? ["uuid"] : [])
        calendarID = names.lazy.compactMap { Self.uuid(data[$0]) }.first
        botID = Self.uuid(data["bot_id"]) ?? Self.uuid(root["bot_id"])
        eventID = Self.uuid(data["event_id"]) ?? Self.uuid(data["event_uuid"])
        instances = Self.instances(of: data)
        changeTime = data["last_updated_ts"]?.stringValue ?? data["last_updated_at"]?.stringValue
        ownTime =
            changeTime ?? data["status"]?["created_at"]?.stringValue ?? data["sent_at"]?.stringValue
            ?? data["updated_at"]?.stringValue ?? data["deleted_at"]?.stringValue ?? data["created_at"]?.stringValue
            ?? root["sent_at"]?.stringValue
    }

    private static func instances(of data: JSON) -> [Instance] {
        var found: [Instance] = []
        for id in data["affected_event_uuids"]?.arrayValue ?? [] {
            if let id = uuid(id) { found.append(Instance(eventID: id, seriesID: nil, json: .null)) }
        }
        let parents = [data] + (data["events"]?.arrayValue ?? [])
        for parent in parents {
            for name in ["instances", "affected_instances", "cancelled_instances"] {
                for instance in parent[name]?.arrayValue ?? [] {
                    guard let id = uuid(instance["event_id"]) ?? uuid(instance["event_uuid"]) else { continue }
                    found.append(Instance(eventID: id, seriesID: uuid(parent["series_id"]), json: instance))
                }
            }
        }
        return found
    }

    /// Lower-case; nil for anything that is no UUID.
    public static func uuid(_ json: JSON?) -> String? {
        guard let text = json?.stringValue?.lowercased(), UpstreamID.isUUID(text) else { return nil }
        return text
    }
}
