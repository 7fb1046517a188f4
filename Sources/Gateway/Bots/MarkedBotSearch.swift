import JSONValue
import MeetingBaaS

extension MeetingBaaS.UpstreamClient {
    /// Searches the account's lists for the bot with a correlation id in its `extra`: v1's bots; v2's bots and
    /// scheduled bots.
    /// - Parameter made: when the bot was asked for.
    /// - Returns: nil when no list shows one.
    /// - Throws: `UpstreamError` when a list could not be read, or not to its end.
    func bot(with correlationID: String, _ version: APIVersion, made: Timestamp) async throws -> String? {
        let lists =
            version == .v1
            ? [UpstreamOperation.V1.listBots] : [UpstreamOperation.V2.listBots, UpstreamOperation.V2.listScheduled]
        for list in lists {
            if let id = try await bot(with: correlationID, in: list, made) { return id }
        }
        return nil
    }

    private func bot(
        with correlationID: String, in list: MeetingBaaS.UpstreamOperation, _ made: Timestamp
    ) async throws -> String? {
        let isV1 = list.version == .v1
        let condition = "\(AttributionTags.correlationIDKey):\(correlationID)"
        var cursor: String?
        // v1 filters within a page: the bot may be on a later one.
        for _ in 0..<(isV1 ? 40 : 1) {
            var query = [(isV1 ? "filter_by_extra" : "extra", condition), ("limit", isV1 ? "50" : "1")]
            // Without a zone, as this parameter has it; clocks may differ.
            if isV1 { query.append(("created_after", String("\(made.adding(seconds: -600))".prefix(19)))) }
            if let cursor { query.append(("cursor", cursor)) }
            let json = try await call(list, query: query)
            guard let items = (json["data"] ?? json["bots"])?.arrayValue else { throw UpstreamError.malformed }
            let found = items.first { $0["extra"]?[AttributionTags.correlationIDKey]?.stringValue == correlationID }
            if let id = (found?["bot_id"] ?? found?["uuid"])?.stringValue { return id.lowercased() }
            cursor = (json["next_cursor"] ?? json["nextCursor"])?.stringValue
            if cursor == nil { return nil }
        }
        // v2 filters the whole account, so its first page is enough.
        if isV1 { throw UpstreamError.malformed }
        return nil
    }
}
