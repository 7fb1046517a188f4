import JSONValue
import Sealing

/// The transcription keys of recordings, sealed beside what was asked.
struct RecordingKeys: Sendable {
    let tenantKeys: TenantKeys

    func sealed(_ key: SecretBytes?, tenant: String, event: String) async throws -> [UInt8]? {
        guard let key else { return nil }
        return try await tenantKeys.sealer(for: tenant).seal(key, column: .recordingKey, row: event)
    }

    /// The request with its key.
    func opened(_ recording: Recording) async throws -> RecordingRequest {
        guard let sealed = recording.sealedAPIKey else { return recording.requested }
        let key = try await tenantKeys.sealer(for: recording.tenant).open(
            sealed, column: .recordingKey, row: recording.eventID)
        return RecordingRequest(stored: .object(recording.requested.json), apiKey: key)
    }
}

extension SealedColumn {
    static let recordingKey = SealedColumn(table: "recordings", column: "sealed_api_key")
}
