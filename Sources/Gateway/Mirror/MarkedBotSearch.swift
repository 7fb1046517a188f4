import MeetingBaaS
import Wire

extension MeetingBaaS.Client {
    /// Looks in the account's lists for the bot whose `extra` holds a marker: v1's bots; v2's bots and scheduled bots.
    /// - Parameter made: when the bot was asked for.
    /// - Returns: nil when no list shows one.
    /// - Throws: `UpstreamFault` when a list could not be read, or not to its end.
    func bot(markedBy marker: String, _ version: APIVersion, made: Timestamp) async throws -> String? {
        let lists = version == .v1 ? [Operation.V1.listBots] : [Operation.V2.listBots, Operation.V2.listScheduled]
        for list in lists {
            if let id = try await bot(markedBy: marker, in: list, made) { return id }
        }
        return nil
    }

    private func bot(
        markedBy marker: String, in list: MeetingBaaS.Operation, _ made: Timestamp
    ) async throws -> String? {
        let isV1 = list.version == .v1
        let condition = "\(ExtraMarks.marker):\(marker)"
        var cursor: String?
        // v1 filters within a page: the bot may be on a later one.
        for _ in 0..<(isV1 ? 40 : 1) {
            var query = [(isV1 ? "filter_by_extra" : "extra", condition), ("limit", isV1 ? "50" : "1")]
            // Without a zone, as this parameter has it; clocks may differ.
            if isV1 { query.append(("created_after", String("\(made.adding(seconds: -600))".prefix(19)))) }
            if let cursor { query.append(("cursor", cursor)) }
            let json = try await call(list, query: query)
            guard let items = (json["data"] ?? json["bots"])?.arrayValue else { throw UpstreamFault.malformed }
            let found = items.first { $0["extra"]?[ExtraMarks.marker]?.stringValue == marker }
            if let id = (found?["bot_id"] ?? found?["uuid"])?.stringValue { return id.lowercased() }
            cursor = (json["next_cursor"] ?? json["nextCursor"])?.stringValue
            if cursor == nil { return nil }
        }
        // v2 filters the whole account: its first page tells all.
        if isV1 { throw UpstreamFault.malformed }
        return nil
    }
}
