import Synchronization

/// v1's Zoom connections: `/zoom_oauth_connections` (facts 1.6).
struct V1Zoom: Sendable {
    let upstream: Upstream

    func list(_ call: Call, _ account: String) throws -> Reply {
        .json(200, .array(upstream.state.withLock { $0.zoom(of: account, .v1) }.map { V1Zoom.item($0) }))
    }

    func create(_ call: Call, _ account: String) throws -> Reply {
        let body = try V1.body(call)
        let code = try V1.required(body, "authorization_code")
        _ = try V1.required(body, "redirect_uri")
        let clientID = try V1.required(body, "zoom_client_id")
        let secret = try V1.required(body, "zoom_client_secret")
        let record = upstream.state.withLock { state -> ZoomRecord? in
            guard let user = state.zoomUser(code) else { return nil }
            let now = state.tick()
            let record = ZoomRecord(
                id: Identifiers.uuid(), account: account, version: .v1, name: user.name, clientID: clientID,
                clientSecret: secret, user: user, createdAt: now, updatedAt: now)
            state.zoom[record.id] = record
            return record
        }
        guard let record else { throw Refusal(V1.error(400, "Failed to exchange the authorization code")) }
        return .json(201, V1Zoom.item(record))
    }

    func get(_ call: Call, _ account: String) throws -> Reply { .json(200, V1Zoom.item(try find(call, account))) }

    func delete(_ call: Call, _ account: String) throws -> Reply {
        let record = try find(call, account)
        upstream.state.withLock { $0.zoom[record.id] = nil }
        return Reply(204)
    }

    private func find(_ call: Call, _ account: String) throws -> ZoomRecord {
        let record = upstream.state.withLock { $0.zoom(call.parameter("uuid"), of: account, .v1) }
        guard let record else { throw V1.notFound("Zoom OAuth connection") }
        return record
    }

    /// Dates are `partial-date-time`: without a zone.
    private static func item(_ record: ZoomRecord) -> JSON {
        [
            "uuid": .string(record.id), "zoom_user_id": .string(record.user?.id ?? ""),
            "zoom_account_id": .optional(record.user?.accountID), "scopes": .optional(record.user?.scopes),
            "state": "connected", "connection_failure_data": nil,
            "created_at": .string(String(record.createdAt.text.dropLast())),
            "updated_at": .string(String(record.updatedAt.text.dropLast())),
        ]
    }
}
